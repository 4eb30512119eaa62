"""The cards that the bot sends by itself: check-ins, the invitation to a new self-check, and the reminder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from slack_sdk.models.blocks import Block, ButtonElement

from bot.assessments.card_views import progress_words
from bot.assessments.step_views import StepView, content_blocks, content_words, with_period
from bot.assessments.values import CardState
from bot.buttons import PACE
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, paragraph, row
from bot.slack.phrases import number
from coaching.safe_text import Render, SafeText

OUTCOMES = {"done": "Done", "partly": "Partly", "not_yet": "Not yet", "not_for_me": "Not for me"}
OFFERS = {"trying": "I'll try it", "later": "Later", "not_for_me": "Not for me"}

CHECKIN_ANSWER = "checkin_answer:"
CHECKIN_OBSTACLE = "checkin_obstacle:"
CHECKIN_REASON = "checkin_reason:"
CHECKIN_OFFER = "checkin_offer:"
CHECKIN_SMALLER = "checkin_smaller"
CHECKIN_KEPT = "checkin_kept"
CHECKIN_TOPIC = "checkin_topic"
CHECKIN_RESUMED = "checkin_resumed"
CHECKIN_FEWER = "checkin_fewer"
CHECKIN_DECLINED = "checkin_declined"
CHECKIN_TAKEN = "checkin_taken:"


@dataclass(frozen=True)
class CheckinView:
    """One check-in: its message, its step, and the words around them.

    `topic` is what the step's question is about, `ago` when the step was chosen. `rule` is how often
    check-ins come from now on, `cadence` the same in words.
    """

    message_id: str
    step: StepView
    topic: str | None
    ago: str
    rule: str
    cadence: str


def ask_card(
    render: Render, shown: CheckinView, *, again: bool = False, slower: bool = False
) -> Message:
    """Return the check-in that asks how the chosen step went; with `again` one before was not answered.

    With `slower` it says that check-ins come half as often now.
    """
    tip = shown.step.tip
    text = render(
        "checkins/ask",
        title=tip.title,
        again=again,
        ago=shown.ago,
        series=tip.series,
        lesson=tip.lesson,
        lessons=tip.lessons,
        done_when=with_period(tip.done_when),
    )
    choices = _choices(CHECKIN_ANSWER, OUTCOMES, shown.message_id)
    return _with_pace(render, shown, [text], [paragraph(text), choices], slower=slower)


def offer_card(render: Render, shown: CheckinView, *, slower: bool = False) -> Message:
    """Return the check-in that offers a step; with `slower` it says that check-ins come half as often now."""
    tip = shown.step.tip
    opening = render(
        "checkins/offer",
        minutes=tip.minutes,
        topic=shown.topic,
    )
    offered = content_words(render, tip, shown.step.tools)
    choices = _choices(CHECKIN_OFFER, OFFERS, shown.message_id)
    content = content_blocks(render, tip, shown.step.tools, step_id=shown.step.id)
    blocks = [paragraph(opening), *content, choices]
    return _with_pace(render, shown, [opening, offered], blocks, slower=slower)


def _with_pace(
    render: Render, shown: CheckinView, parts: list[str], blocks: list[Block], *, slower: bool
) -> Message:
    """Return the parts of a check-in as a message, with how often check-ins come below them."""
    if slower:
        told = render("checkins/slower", rhythm=shown.cadence)
        parts = [*parts, told]
        blocks = [*blocks, paragraph(told), row(button("Change this", action=PACE))]
    why = _why(render, "checkin", shown, fewer=not slower)
    return Message(text="\n\n".join(parts), blocks=[*blocks, *why])


def pause_card(render: Render, message_id: str) -> Message:
    """Return the message that check-ins are paused, with a button to resume."""
    text = render("checkins/pause")
    resume = button(
        "Resume",
        action=CHECKIN_RESUMED,
        value=str(CheckinValue(message_id)),
        style="primary",
    )
    why = render("checkins/why", kind="pause", rhythm="")
    buttons = row(resume, button("Message settings", action=PACE))
    return Message(text=text, blocks=[paragraph(text), buttons, fine_print(why)])


def answer_button(
    label: str, *, action: str, message_id: str, what: str, first: bool = False
) -> ButtonElement:
    """Return the button for one answer to a check-in."""
    value = str(CheckinValue(message_id, what))
    return button(label, action=f"{action}{what}", value=value, style="primary" if first else None)


def _choices(action: str, labels: dict[str, str], message_id: str) -> Block:
    return row(
        *(
            answer_button(label, action=action, message_id=message_id, what=what, first=place == 0)
            for place, (what, label) in enumerate(labels.items())
        )
    )


def _why(render: Render, kind: str, shown: CheckinView, *, fewer: bool = True) -> list[Block]:
    why = fine_print(render("checkins/why", kind=kind, rhythm=shown.cadence))
    return (
        [why, row(button("Fewer of these", action=CHECKIN_FEWER, value=shown.rule))]
        if fewer
        else [why]
    )


@dataclass(frozen=True)
class RetakeView:
    """A self-check to take again: what it asks about, when it was taken last, and whether one is open.

    `framework` is empty for the role families.
    """

    framework: str
    title: str
    asks: str
    when: str
    started: bool


@dataclass(frozen=True)
class ReassessView:
    """The self-checks to take again, and the steps finished since, counted by topic (None: no question)."""

    due: Sequence[RetakeView]
    topics: Mapping[str | None, int]


def reassess_card(render: Render, message_id: str, since: ReassessView) -> Message:
    """Return the invitation to a new self-check, or to each that is due when there are several."""
    named = [(topic, number(count)) for topic, count in since.topics.items()]
    is_named = [due.framework for due in since.due] != [""]
    text = render(
        "checkins/reassess",
        due=since.due,
        named=is_named,
        count=_steps(sum(since.topics.values())),
        topics=named if any(since.topics) else [],
        started=any(due.started for due in since.due),
    )
    takes = [
        _take(message_id, "reassess", label=_label(due, named=is_named), of=due.framework)
        for due in since.due
    ]
    return _invitation(render, message_id, text, kind="reassess", takes=takes)


def reminder_card(render: Render, message_id: str, state: CardState, *, of: str = "") -> Message:
    """Return the reminder of an unfinished self-check; `of` is its framework, empty for the role families."""
    text = render("checkins/reminder", family=state.title, **progress_words(state))
    take = _take(message_id, "reminder", label="Continue", of=of)
    return _invitation(render, message_id, text, kind="reminder", takes=[take])


def _label(due: RetakeView, *, named: bool) -> str:
    if named:
        return f"{'Continue' if due.started else 'Start'}: {due.title}"
    return "Continue" if due.started else "Start the self-check"


def _take(message_id: str, kind: str, *, label: str, of: str) -> ButtonElement:
    """Return the button that starts or continues a self-check of this framework."""
    what = f"{kind}:{of}" if of else kind
    return button(
        label,
        action=f"{CHECKIN_TAKEN}{what}",
        value=str(CheckinValue(message_id, what)),
        style="primary",
    )


def _invitation(
    render: Render, message_id: str, text: str, *, kind: str, takes: Sequence[ButtonElement]
) -> Message:
    decline = button(
        "No, thanks", action=CHECKIN_DECLINED, value=str(CheckinValue(message_id, kind))
    )
    why = fine_print(render("checkins/why", kind=kind, rhythm=""))
    fewer = button("Fewer of these", action=PACE) if kind == "reassess" else None
    return Message(text=text, blocks=[paragraph(text), row(*takes, decline, fewer), why])


def _steps(count: int) -> str | None:
    if not count:
        return None
    return SafeText(f"{number(count)} step{'' if count == 1 else 's'}")


@dataclass(frozen=True)
class CheckinValue:
    """The value of a check-in's button: the id of its message, and the answer or subject."""

    message_id: str
    extra: str = ""

    def __str__(self) -> str:
        return f"{self.message_id}|{self.extra}"

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """Return the parsed value of a click; None when it has another form."""
        message_id, bar, extra = value.partition("|")
        return cls(message_id, extra) if bar and message_id else None
