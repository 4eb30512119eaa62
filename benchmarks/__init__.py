"""Measurements of Rungs against references, each pair in one run: `make bench`."""
