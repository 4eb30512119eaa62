"""What a self-check asks, in a few words: how much of what, and for how long."""

from bot.views.numbers import number
from coaching.assessment import Words
from content.wording import Ours


def asks(words: Words) -> Ours:
    """How much is asked, such as "three questions, about two minutes"."""
    return Ours(
        f"{amount(words)}, {'about two' if words.scoring == 'mean' else 'about five'} minutes"
    )


def amount(words: Words) -> Ours:
    """How many questions or cards it has; a ladder stops where a level is not held."""
    count = number(len(words.cards))
    match words.scoring:
        case "ladder":
            return Ours(f"up to {count} cards")
        case "lowest":
            return Ours(f"{count} criteria")
        case _:
            return Ours(f"{count} questions")
