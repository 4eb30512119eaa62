"""Numbers and lists in English."""

from collections.abc import Sequence

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(count: int) -> str:
    """Return a number in words, such as "three"."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def part_word(count: int) -> str:
    """Return a part of a number in words, such as "none" of three."""
    return number_word(count) if count else "none"


def joined(names: Sequence[str]) -> str:
    """Return names in a row, such as "security, testing, and monitoring"."""
    *most, last = names
    if len(most) > 1:
        return f"{', '.join(most)}, and {last}"
    return " and ".join(names)
