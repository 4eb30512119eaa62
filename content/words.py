"""Counting words and sentences as a reader would."""

import re

_END = re.compile(r"(?<=[.?!])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9])")


def count_words(text: str) -> int:
    """The words of a text; signs that stand alone do not count."""
    return sum(any(map(str.isalnum, part)) for part in text.split())


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [part for part in _END.split(text) if part.strip()]
