"""Spreadsheets and exports become reports: mapped, shown first, sent once."""
