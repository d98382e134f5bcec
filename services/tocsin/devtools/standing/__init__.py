"""A deployment that has stood for years: reports, cases and all that came of them, written straight into the tables."""
