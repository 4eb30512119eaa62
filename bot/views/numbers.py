"""Small numbers as words, as running text has them."""

from content.message_catalog import SafeText

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> SafeText:
    """How many of something, such as "three"."""
    return SafeText(WORDS[count] if count < len(WORDS) else str(count))


def part(count: int) -> SafeText:
    """How many out of several, such as "none" of three."""
    return number(count) if count else SafeText("none")
