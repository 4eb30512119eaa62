"""What verifiers see first: the claims that wait for them, and those that they decided lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.features.verifiers.views import place_of
from bot.slack.api import Message
from bot.slack.blocks import button, line, modal, paragraph, row
from bot.slack.phrases import MemberClock, capitalized, counted, listed, number, person
from coaching.evidence import LadderKey, Outcome
from coaching.safe_text import Render, SafeText, escape
from content.evidence import ladder_title, level_name
from content.library import Library
from storage.evidence.queue import Waiting

REVIEWS = "reviews_asked"
TAKE = "review_taken"
UNDO = "review_undone"
DESK = "review_desk_asked"
SAY_YES = "review_said_yes"
SAY_NO = "review_said_no"

REVIEW_VIEW = "review_view"
TITLE = "Reviews"

MOST_SHOWN = 20
"""How many claims a card shows; the others come when these are done."""


@dataclass(frozen=True)
class Lately:
    """A decision of the person that can still be undone."""

    review_id: str
    ladder: LadderKey
    level: int
    outcome: Outcome
    reached: int
    undo_until: datetime


@dataclass(frozen=True)
class Queue:
    """What waits for somebody: claims, decisions to undo, and the ladders that they may look after."""

    waiting: Sequence[Waiting]
    lately: Sequence[Lately] = ()
    verifies: Sequence[LadderKey] = ()
    stewards: Sequence[LadderKey] = ()
    offers: Sequence[LadderKey] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the person has nothing to do with reviews."""
        return not (self.waiting or self.lately or self.verifies or self.stewards or self.offers)


@dataclass(frozen=True)
class Words:
    """How ladders, levels and outcomes are called, in the words of the content."""

    render: Render
    library: Library

    def ladder(self, ladder: LadderKey) -> SafeText:
        """Return the name of a ladder."""
        return escape(ladder_title(self.library, ladder))

    def level(self, ladder: LadderKey, level: int) -> SafeText:
        """Return the name of a level, such as "level 2, Proficiency"."""
        return escape(level_name(self.library, ladder, level))

    def short(self, ladder: LadderKey, level: int) -> SafeText:
        """Return the level without its name, such as "level 2"."""
        return escape(level_name(self.library, ladder, level).partition(",")[0])

    def claim(self, ladder: LadderKey, level: int) -> SafeText:
        """Return what is claimed, such as "AI coding, level 2, Proficiency"."""
        return SafeText(f"{self.ladder(ladder)}, {self.level(ladder, level)}")

    def outcome(
        self, ladder: LadderKey, level: int, outcome: Outcome, reached: int
    ) -> dict[str, SafeText]:
        """Return what the texts need that say how a claim was decided."""
        return {
            "outcome": SafeText(outcome),
            "reached": self.short(ladder, reached),
            "asked": self.short(ladder, level),
        }


def queue_card(words: Words, queue: Queue, clock: MemberClock) -> Message:
    """Return the claims that wait, with what the person may do about reviews."""
    render = words.render
    if queue.is_empty:
        text = render("reviews/none")
        return Message(text=text, blocks=[paragraph(text)])
    count = len(queue.waiting)
    many = capitalized(counted(count, "claim")) if count else None
    head = render("reviews/queue", many=many, is_one=count == 1)
    blocks: list[Block] = [paragraph(head)]
    blocks += [_waiting(words, one, clock) for one in queue.waiting[:MOST_SHOWN]]
    if count > MOST_SHOWN:
        blocks.append(paragraph(render("reviews/more", many=number(count - MOST_SHOWN))))
    blocks += [_lately(words, one, clock) for one in queue.lately]
    blocks += _roles(words, queue)
    return Message(text=head, blocks=blocks)


def _waiting(words: Words, one: Waiting, clock: MemberClock) -> Block:
    claim = words.claim(one.ladder, one.level)
    text = words.render(
        "reviews/waiting",
        claim=claim,
        who=person(one.user_id),
        day=clock.day(one.submitted_at),
        until=clock.around(one.held_until) if one.held_until else None,
        is_renewal=one.is_renewal,
        is_appeal=one.is_appeal,
        is_for_steward=one.is_for_steward,
    )
    label = "Go on" if one.review_id else "Take it"
    take = button(label, action=TAKE, value=one.claim_id, spoken=f"{label}: {claim}")
    return paragraph(text, beside=take)


def _lately(words: Words, one: Lately, clock: MemberClock) -> Block:
    text = words.render(
        "reviews/decided_lately",
        claim=words.claim(one.ladder, one.level),
        until=clock.minute(one.undo_until),
        **words.outcome(one.ladder, one.level, one.outcome, one.reached),
    )
    return paragraph(text, beside=button("Undo", action=UNDO, value=one.review_id))


def _roles(words: Words, queue: Queue) -> list[Block]:
    """What the person looks after, and what they could."""
    render = words.render
    blocks: list[Block] = []
    if queue.verifies or queue.stewards or queue.offers:
        blocks.append(line())
    for one in queue.offers:
        text = render("reviews/offer", ladder=words.ladder(one))
        yes = button("I'll verify", action=SAY_YES, value=place_of(one))
        blocks.append(paragraph(text, beside=yes))
    for one in queue.verifies:
        text = render("reviews/verifying", ladders=words.ladder(one))
        no = button("Stop", action=SAY_NO, value=place_of(one), spoken="Stop verifying")
        blocks.append(paragraph(text, beside=no))
    if queue.stewards:
        told = listed(words.ladder(one) for one in queue.stewards)
        blocks.append(paragraph(render("reviews/stewarding", ladders=told)))
        blocks.append(row(button("Open the steward's desk", action=DESK)))
    return blocks


def home_block(render: Render, waiting: Sequence[Waiting], clock: MemberClock) -> Block | None:
    """Return the line for the Home tab; None while nothing waits."""
    if not waiting:
        return None
    text = render(
        "reviews/home",
        many=counted(len(waiting), "claim"),
        is_one=len(waiting) == 1,
        day=clock.day(min(one.submitted_at for one in waiting)),
    )
    return paragraph(text, beside=button("Open reviews", action=REVIEWS))


def told_window(text: str, *, undo: str | None = None) -> View:
    """Return the window after a move, with the way back to the queue, and to what can be undone."""
    take_back = button("Undo", action=UNDO, value=undo) if undo else None
    queue = button("See what waits", action=REVIEWS)
    return modal(TITLE, [paragraph(text), row(take_back, queue)], callback=REVIEW_VIEW)


def with_note(view: View, text: str) -> View:
    """Return the window with a paragraph above everything else."""
    view.blocks = [paragraph(text), *(view.blocks or [])]
    return view
