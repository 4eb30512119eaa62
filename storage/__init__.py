"""The database: one module or folder per capability, with its tables and its queries."""
