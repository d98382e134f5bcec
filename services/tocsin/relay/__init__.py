"""The relay as a process of its own, for PostgreSQL; on SQLite it runs inside the resolver."""
