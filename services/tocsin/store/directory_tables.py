"""The tables of the directory: entries with their seals, administrators, and changes that wait for a second person."""
