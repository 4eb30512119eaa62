"""SQLModel tables, queries (one module per noun) and migrations."""
