"""Answers of the form: read as they were posted, checked, and composed into a report."""
