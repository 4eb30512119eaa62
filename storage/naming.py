"""Names that people give, as they are compared."""

from unicodedata import normalize


def key_of(name: str) -> str:
    """The same for names that look alike: whatever their case, their spaces and how they were typed."""
    return " ".join(normalize("NFKC", name).casefold().split())
