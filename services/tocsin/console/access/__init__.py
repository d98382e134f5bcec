"""Who may see the console: sessions, roles, and what each role opens."""
