"""The database itself: its engine, its rows, its schema and its migrations."""
