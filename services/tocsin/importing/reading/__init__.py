"""A file becomes a table: CSV, XLSX, their encodings and their headers."""
