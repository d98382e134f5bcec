"""The directory by page: looked at, and changed by two administrators with their keys."""
