"""What every way of scoring brings to a conversation."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Conversation:
    """How the assessments of one scoring, or of one kind of subject, are asked and ended.

    What all of them share stands in `handlers`, `progress` and `cards`: whose click it is, whether it is
    fresh, back, later, starting over, old cards.

    `draw_card` returns the card that is asked next, with what the draft holds shown as chosen and the note,
    if any, saying what is missing. `answers_of` returns what a click answers of a card: by itself, or with
    everything that is picked on it. Items that it leaves out are missing; the card is then shown again and
    keeps what was picked. The caller refuses numbers that the words do not allow. `missing_note` returns the
    note for a card that was sent before every item on it was answered.

    `finish` completes the row in the transaction of the last answer; what follows from every self-check is
    left to the `on_result` hooks. `draw_result` returns the card at the end, each time something on it
    changes. `explain` returns the view behind "How this came about", on a ladder at the level that is asked
    for. `after_result` runs once the card shows the result for the first time, and may call Slack.
    """

    draw_card: Callable[[Deps, AssessmentSession, Card, str | None], Message]
    answers_of: Callable[[AssessmentSession, Card, Click], CardAnswers]
    missing_note: Callable[[Deps, AssessmentSession, Sequence[str]], str]
    finish: Callable[[Session, Deps, AssessmentSession], Awaitable[None]]
    draw_result: Callable[[Session, Deps, AssessmentSession, str | None], Awaitable[Message]]
    explain: Callable[[Session, Deps, AssessmentSession, int | None], Awaitable[View]]
    after_result: Callable[[Deps, Click, AssessmentSession], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Subject:
    """One kind of subject, declared by the capability that knows it.

    `owns` returns whether the text kept in an assessment's row names such a subject. `conversation` asks and
    ends these assessments. `name_of` returns what members call one and what they type to find it again.
    `may_see_later` returns whether the member may still read what others did after it ended; without it,
    they may not.
    """

    owns: Callable[[str], bool]
    conversation: Conversation
    name_of: Callable[[Session, Deps, Assessment, Words], Awaitable[AssessmentName]]
    may_see_later: Callable[[Deps, AssessmentSession], Awaitable[bool]] | None = None
