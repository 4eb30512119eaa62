"""The ids of an assessment's buttons, menus and modals, and the values that they carry."""

from dataclasses import dataclass
from typing import Self

from bot.buttons import CONTINUE
from coaching.assessment import Card, Words
from storage.assessments.assessments import ROLE_FAMILIES

# An action id that ends in ":" is followed by what distinguishes the buttons of one block.
ANSWER_CHOSEN = "answer_chosen:"
FAMILY = "family_chosen:"
FAMILY_KEPT = "family_kept:"
GRADE = "grade_chosen:"
"""What earlier versions called the last answer about an agent; their cards may still be shown."""

# A link to what shows a criterion: the button, the modal and its field.
GRADE_LINK = "grade_link_asked"
LINK_VIEW = "link_view"
LINK_URL = "link_url"

BACK = "question_back"
LATER = "finish_later"
RESUME = "assessment_resumed"
START_OVER = "assessment_started_over"
CLOSE = "assessment_closed"

FOCUS = "focus_chosen"
HOW = "result_explained"

# Cards with several items: a pick carries an AnswerValue, "Next" a CardValue.
PICK = "item_picked:"
NEXT = "card_next"

# The explanation of a ladder's result, at another level.
HOW_LEVEL = "how_level:"

HOW_VIEW = "how_view"


@dataclass(frozen=True)
class AnswerValue:
    """The value of an answer's button: which question at which revision of which assessment."""

    assessment_id: str
    revision: int
    question_id: str
    level: float

    def __str__(self) -> str:
        return f"{self.assessment_id}|{self.revision}|{self.question_id}|{self.level:g}"

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """Return the value of a click; None when it is malformed."""
        parts = value.split("|")
        if len(parts) != 4 or not parts[1].isdecimal():
            return None
        try:
            return cls(parts[0], int(parts[1]), parts[2], float(parts[3]))
        except ValueError:
            return None


@dataclass(frozen=True)
class CardValue:
    """The value of a card's other buttons: the assessment and the revision that they were drawn for."""

    assessment_id: str
    revision: int
    extra: str = ""

    def __str__(self) -> str:
        return f"{self.assessment_id}|{self.revision}|{self.extra}"

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """Return the value of a click; None when it is malformed."""
        parts = value.split("|")
        if len(parts) != 3 or not parts[1].isdecimal():
            return None
        return cls(parts[0], int(parts[1]), parts[2])


@dataclass(frozen=True)
class StartValue:
    """The value of a start button: a framework other than the role families, and whether to go on at once."""

    framework: str = ""
    goes_on: bool = False

    def __str__(self) -> str:
        parts = (CONTINUE if self.goes_on else "", self.framework)
        return "|".join(parts) if self.framework else parts[0]

    @classmethod
    def parse(cls, value: str) -> Self:
        """Return the value of a click."""
        first, _, framework = value.partition("|")
        return cls(framework, first == CONTINUE)


def start_framework(framework: str) -> str:
    """Return the framework as `StartValue` and the views name it: empty for the role families."""
    return "" if framework == ROLE_FAMILIES else framework


@dataclass(frozen=True)
class CardState:
    """The assessment and revision that a card shows; `answered` counts cards.

    `title` is the name that members see, `command` what they type to come back to it.
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
        """Return the number of the card, beginning with one."""
        return self.words.cards.index(card) + 1

    def value(self, extra: str = "") -> str:
        """Return the value of a button on the card."""
        return str(CardValue(self.assessment_id, self.revision, extra))
