"""Alembic migrations: each file is one step of the schema."""
