"""What a self-check asks, in a few words: how much of what, and for how long."""

from bot.views.numbers import number
from coaching.asking import Words
from content.message_catalog import SafeText


def asks(words: Words) -> SafeText:
    """How much is asked, such as "three questions, about two minutes"."""
    return SafeText(
        f"{amount(words)}, {'about two' if words.scoring == 'mean' else 'about five'} minutes"
    )


def amount(words: Words) -> SafeText:
    """How many questions or cards it has; a ladder stops where a level is not held."""
    count = number(len(words.cards))
    match words.scoring:
        case "ladder":
            return SafeText(f"up to {count} cards")
        case "lowest":
            return SafeText(f"{count} criteria")
        case _:
            return SafeText(f"{count} questions")
