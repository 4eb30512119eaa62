"""The rules: pure functions and frozen dataclasses, standard library only."""
