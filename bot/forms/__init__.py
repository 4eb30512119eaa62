"""Modals: opened, read, closed."""
