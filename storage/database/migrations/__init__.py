"""Alembic migrations; `python -m storage.database.migrations "Add teams"` writes the next one."""
