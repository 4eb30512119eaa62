"""Small numbers as words, as running text has them."""

from content.wording import Ours

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> Ours:
    """How many of something, such as "three"."""
    return Ours(WORDS[count] if count < len(WORDS) else str(count))


def part(count: int) -> Ours:
    """How many out of several, such as "none" of three."""
    return number(count) if count else Ours("none")
