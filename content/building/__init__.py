"""The parts of the library, each from its files."""
