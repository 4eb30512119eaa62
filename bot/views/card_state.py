"""An open conversation as its card shows it."""

from dataclasses import dataclass

from bot.ids import CardValue
from bot.views.numbers import number, part
from coaching.asking import Card, Words
from content.message_catalog import SafeText


@dataclass(frozen=True)
class CardState:
    """Which conversation a card belongs to, at which state of it; `answered` counts cards.

    `title` is how people know it, `command` what they type to come back to it.
    """

    assessment_id: str
    revision: int
    words: Words
    answered: int
    title: str
    command: str

    @property
    def total(self) -> int:
        return len(self.words.cards)

    def place(self, card: Card) -> int:
        """The number of the card, beginning with one."""
        return self.words.cards.index(card) + 1

    def value(self, extra: str = "") -> str:
        """What a button of the card carries."""
        return str(CardValue(self.assessment_id, self.revision, extra))


def progress(state: CardState) -> dict[str, str]:
    """How much is answered, in words, such as "one of three"; a ladder may stop before its last card."""
    is_ladder = state.words.scoring == "ladder"
    total = SafeText(f"up to {number(state.total)} cards") if is_ladder else number(state.total)
    return {"answered": part(state.answered), "total": total}
