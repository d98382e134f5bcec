"""Publishers and their keys by page."""
