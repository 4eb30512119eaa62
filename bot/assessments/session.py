"""An assessment with everything its cards need, and how each scoring asks and ends one."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

from slack_sdk.models.views import View

from bot.assessments.values import CardState
from bot.deps import Deps
from bot.slack.api import Message
from bot.slack.directory import title_of
from bot.slack.payloads import Click, Request
from coaching.assessment import Card, Words
from coaching.members import MemberKey
from content.families import Family
from content.library import TitleMatch
from storage.assessments import assessments, given_answers, wordings
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.assessments.wordings import HasWording
from storage.database import Session
from storage.steps import steps
from storage.steps.steps import Step

W = TypeVar("W")


@dataclass(frozen=True)
class Draft:
    """What is picked or written on the open card and not sent yet: item ids to numbers, and to notes."""

    answers: dict[str, float] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def with_more(self, answers: Mapping[str, float], notes: Mapping[str, str]) -> Self:
        """Return the draft with these over it; an empty note removes the earlier one."""
        kept = {item: note for item, note in {**self.notes, **notes}.items() if note}
        return type(self)({**self.answers, **answers}, kept)

    def without(self, items: tuple[str, ...]) -> Self:
        """Return the draft without these items."""
        return type(self)(
            {item: level for item, level in self.answers.items() if item not in items},
            {item: note for item, note in self.notes.items() if item not in items},
        )

    def __bool__(self) -> bool:
        return bool(self.answers or self.notes)

    def to_json(self) -> str:
        return json.dumps({"answers": self.answers, "notes": self.notes}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | None) -> Self:
        """Return the draft that `to_json` wrote; an empty one for None."""
        kept = json.loads(text) if text else {}
        return cls(dict(kept.get("answers", {})), dict(kept.get("notes", {})))


@dataclass(frozen=True)
class AssessmentName:
    """The title that members see, and the command that leads back to the assessment."""

    title: str
    command: str


@dataclass(frozen=True)
class AssessmentSession:
    """One assessment with its words, the answers so far with their notes, and the draft of its card.

    With `sees_later`, its result includes what other members did about its subject after it ended. The
    result shows `step`; without one, the latest step that came from it. `beside` is what its open cards say
    beside an item, by the item's id.
    """

    row: Assessment
    words: Words
    answers: dict[str, float]
    notes: dict[str, str]
    draft: Draft
    name: AssessmentName
    sees_later: bool = True
    step: Step | None = None
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def member(self) -> MemberKey:
        return MemberKey(self.row.workspace_id, self.row.user_id)

    @property
    def next_card(self) -> Card | None:
        """Return the next card; None when the answers are enough for a result."""
        return self.words.next_card(self.answers)

    @property
    def state(self) -> CardState:
        answered = sum(card.is_answered(self.answers) for card in self.words.cards)
        return CardState(
            assessment_id=self.row.id,
            revision=self.row.revision,
            words=self.words,
            answered=answered,
            title=self.name.title,
            command=self.name.command,
        )

    def words_as(self, kind: type[W]) -> W:
        """Return the words as this class; TypeError when they are of another scoring."""
        if not isinstance(self.words, kind):
            raise TypeError(f"These words are {type(self.words).__name__}, not {kind.__name__}.")
        return self.words


ASSESS_COMMAND = "/rungs assess"


async def assessment_name(
    session: Session, deps: Deps, row: Assessment, words: Words
) -> AssessmentName:
    """Return the title and command of this assessment; its subject may have to be looked up."""
    subject = deps.features.subject(row.subject)
    if subject:
        return await subject.name_of(session, deps, row, words)
    return AssessmentName(words.title, command_for(deps, row.framework))


def command_for(deps: Deps, framework: str) -> str:
    """Return the command that starts a self-check in this framework and leads back to it."""
    check = None if framework == ROLE_FAMILIES else deps.library.check_of(framework)
    return f"{ASSESS_COMMAND} {check.command}" if check else ASSESS_COMMAND


async def load_words(session: Session, deps: Deps, row: HasWording) -> Words:
    """Return the words of an assessment, or of a grade, as they were when it began."""
    if row.wording_digest in deps.words:
        deps.words.move_to_end(row.wording_digest)
        return deps.words[row.wording_digest]
    return keep_words(deps, await wordings.words_of(session, row))


WORDS_KEPT = 256


def keep_words(deps: Deps, words: Words) -> Words:
    """Keep these words for `load_words`; equal digests mean equal words, so they never get old."""
    deps.words[words.digest] = words
    while len(deps.words) > WORDS_KEPT:
        deps.words.popitem(last=False)
    return words


async def load(session: Session, deps: Deps, row: Assessment) -> AssessmentSession:
    """Return the assessment with its words, its answers and its draft."""
    words = await load_words(session, deps, row)
    # Every answered card adds a revision, so at revision 0 there are no answers to read.
    answers = await given_answers.levels_by_item(session, row) if row.revision else {}
    has_notes = row.revision and words.scoring == "lowest"
    notes = await given_answers.links_by_item(session, row) if has_notes else {}
    name = await assessment_name(session, deps, row, words)
    draft, beside = Draft.from_json(row.draft), await _beside(session, deps, row)
    return AssessmentSession(row, words, answers, notes, draft, name, beside=beside)


async def _beside(session: Session, deps: Deps, row: Assessment) -> Mapping[str, str]:
    subject = deps.features.subject(row.subject)
    if subject is None or subject.beside is None or row.ended_at:
        return {}
    return await subject.beside(session, deps, row)


async def load_step(session: Session, loaded: AssessmentSession) -> Step | None:
    """Return the step that the result shows; None when no step came from this assessment."""
    return loaded.step or await steps.latest_after(session, loaded.row)


async def load_open(
    session: Session,
    deps: Deps,
    key: MemberKey,
    *,
    framework: str = ROLE_FAMILIES,
    subject: str = "",
) -> AssessmentSession | None:
    """Return the member's open assessment of this framework about this subject, if there is one."""
    row = await assessments.get_open(session, key, framework, subject=subject)
    return await load(session, deps, row) if row else None


def role_families(deps: Deps) -> Sequence[Family]:
    """Return the role families in their order."""
    return tuple(deps.library.families.values())


async def suggested_family(deps: Deps, key: MemberKey) -> TitleMatch | None:
    """Return the family that the title of the member's Slack profile suggests; None when none is clear."""
    return deps.library.family_by_title(await title_of(deps, key.user_id))


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
    changes. `explain` returns the view behind "Why this result", on a ladder at the level that is asked
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
class AssessmentSubject:
    """A kind of subject of assessments other than the member, declared by the capability that knows it.

    `owns` returns whether the text stored in an assessment's row names such a subject. `conversation` asks
    and ends these assessments. `name_of` returns their title and command. `may_see_later` returns whether
    the member may still read what others did after it ended; without it they may not. `refusal` is asked
    before any act that would end one or begin it anew, and returns why the member may not, in words. `beside`
    returns what is known of the subject beside an item that is asked, by the item's id.

    With `draw`, each assessment has words of its own: it returns those of a new one about the part of the
    framework that is named, or None when none may begin now. The answers to such an assessment stay as they
    are once a card was passed: there is no way back, and it cannot be started over.
    """

    owns: Callable[[str], bool]
    conversation: Conversation
    name_of: Callable[[Session, Deps, Assessment, Words], Awaitable[AssessmentName]]
    may_see_later: Callable[[Deps, AssessmentSession], Awaitable[bool]] | None = None
    refusal: Callable[[Deps, Request, AssessmentSession], Awaitable[str | None]] | None = None
    draw: Callable[[Session, Deps, MemberKey, str], Awaitable[Words | None]] | None = None
    beside: Callable[[Session, Deps, Assessment], Awaitable[Mapping[str, str]]] | None = None


def is_drawn(deps: Deps, subject: str) -> bool:
    """Return whether an assessment about this subject has words of its own, and cannot be taken back."""
    known = deps.features.subject(subject)
    return known is not None and known.draw is not None


def member_of(row: Assessment | Step) -> MemberKey:
    """Return the member whose result or step it is."""
    return MemberKey(row.workspace_id, row.user_id)
