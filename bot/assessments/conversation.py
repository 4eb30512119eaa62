"""What every way of scoring brings to a conversation."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from slack_sdk.models.views import View

from bot.assessments.session import AssessmentName, AssessmentSession
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.payloads import Click
from coaching.assessment import Card, Words
from storage.assessments.assessments import Assessment
from storage.database import Session


@dataclass(frozen=True)
class CardAnswers:
    """What a click answers of a card: item ids to numbers, and to notes such as a link."""

    answers: dict[str, float]
    notes: dict[str, str] = field(default_factory=dict)


class Conversation(Protocol):
    """How one way of scoring asks and ends.

    What all share is elsewhere: whose click it is, whether it is fresh, back, later, over again, old cards.
    A module with these functions is one; arguments that it has no use for may begin with an underscore.
    """

    def card(
        self, deps: Deps, loaded: AssessmentSession, card: Card, /, *, note: str | None = None
    ) -> Message:
        """What is asked next, with what the draft holds shown as chosen; `note` says what is missing."""
        ...

    def given(self, loaded: AssessmentSession, card: Card, click: Click, /) -> CardAnswers:
        """What the click answers of this card: by itself, or with everything that is picked on it.

        Items of the card that are left out are missing: the card is shown again, and nothing picked is lost.
        Numbers that the words don't allow are refused by whoever asks.
        """
        ...

    def missing(self, deps: Deps, loaded: AssessmentSession, items: Sequence[str], /) -> str:
        """The note on a card that was sent before everything on it was answered."""
        ...

    async def finish(self, session: Session, deps: Deps, loaded: AssessmentSession, /) -> None:
        """Complete the row and do what follows from it, in the transaction of the last answer.

        What follows from every self-check is not its part: the next step, and when the coach comes.
        """
        ...

    async def result(
        self, session: Session, deps: Deps, loaded: AssessmentSession, /, *, note: str | None = None
    ) -> Message:
        """The card at the end; it is drawn anew whenever something on it changes."""
        ...

    async def explained(self, session: Session, deps: Deps, loaded: AssessmentSession, /) -> View:
        """The window behind "How this came about": the answers, and the rule in a sentence."""
        ...

    async def shown(self, deps: Deps, click: Click, loaded: AssessmentSession, /) -> None:
        """What follows when the result stands there for the first time; Slack may be called here."""
        ...


@dataclass(frozen=True)
class Subject:
    """One kind of subject, declared by the capability that knows it.

    `owns` says whether the text kept in an assessment's row names such a subject. `conversation` asks and
    ends these assessments. `name_of` returns what members call one and what they type to find it again.
    `may_see_later` says whether the member may still read what others did after it ended.
    """

    owns: Callable[[str], bool]
    conversation: Conversation
    name_of: Callable[[Session, Deps, Assessment, Words], Awaitable[AssessmentName]]
    may_see_later: Callable[[Deps, AssessmentSession], Awaitable[bool]]
