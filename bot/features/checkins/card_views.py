"""What a check-in shows when it comes: a question, a tip, fewer messages from now on, or a pause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from slack_sdk.models.blocks import Block, ButtonElement

from bot.assessments.card_views import progress_words
from bot.assessments.step_views import StepView, step_text, with_period
from bot.assessments.values import CardState
from bot.buttons import PACE
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, paragraph, row
from bot.slack.phrases import number
from content.message_catalog import Render, SafeText

OUTCOMES = {"done": "Done", "partly": "Partly", "not_yet": "Not yet", "not_for_me": "Not for me"}
OFFERS = {"trying": "I'll try it", "later": "Later", "not_for_me": "Not for me"}


@dataclass(frozen=True)
class CheckinShown:
    """One check-in: which message, which step, and the words around them.

    `topic` is what the step's question is about; `ago` when it was chosen or shown; `rule` how often
    messages come from now on, and `rhythm` the same in words.
    """

    message_id: str
    step: StepView
    topic: str | None
    ago: str
    rule: str
    rhythm: str


def ask_card(render: Render, shown: CheckinShown) -> Message:
    """How did the last step go? One tap answers."""
    tip = shown.step.tip
    text = render(
        "checkins/ask",
        title=tip.title,
        tried=shown.step.state == "trying",
        ago=shown.ago,
        series=tip.series,
        lesson=tip.lesson,
        lessons=tip.lessons,
        done_when=with_period(tip.done_when),
    )
    choices = _choices(CHECKIN_ANSWER, OUTCOMES, shown.message_id)
    blocks = [paragraph(text), choices, *_why(render, "checkin", shown)]
    return Message(text=text, blocks=blocks)


def offer_card(render: Render, shown: CheckinShown, *, slower: bool = False) -> Message:
    """One tip to try; with `slower` it says that messages come half as often from now on."""
    tip = shown.step.tip
    opening = render(
        "checkins/offer",
        minutes=tip.minutes,
        topic=shown.topic,
        lesson=tip.lesson,
        lessons=tip.lessons,
    )
    blocks = [
        paragraph(opening),
        paragraph(step_text(render, tip)),
        _choices(CHECKIN_OFFER, OFFERS, shown.message_id),
    ]
    told = render("checkins/slower", rhythm=shown.rhythm) if slower else ""
    if slower:
        blocks += [paragraph(told), row(button("Change this", action=PACE))]
    blocks += _why(render, "checkin", shown, fewer=not slower)
    parts = (opening, step_text(render, tip), told)
    return Message(text="\n\n".join(part for part in parts if part), blocks=blocks)


def pause_card(render: Render, message_id: str) -> Message:
    """Messages are paused, with one tap to resume."""
    text = render("checkins/pause")
    resume = button(
        "Resume",
        action=CHECKIN_RESUMED,
        value=str(CheckinValue(message_id)),
        style="primary",
    )
    why = render("checkins/why", kind="pause", rhythm="")
    buttons = row(resume, button("Settings", action=PACE))
    return Message(text=text, blocks=[paragraph(text), buttons, fine_print(why)])


def choice(
    label: str, *, action: str, message_id: str, what: str, first: bool = False
) -> ButtonElement:
    """One answer of a check-in."""
    value = str(CheckinValue(message_id, what))
    return button(label, action=f"{action}{what}", value=value, style="primary" if first else None)


def _choices(action: str, labels: dict[str, str], message_id: str) -> Block:
    return row(
        *(
            choice(label, action=action, message_id=message_id, what=what, first=place == 0)
            for place, (what, label) in enumerate(labels.items())
        )
    )


def _why(render: Render, kind: str, shown: CheckinShown, *, fewer: bool = True) -> list[Block]:
    why = fine_print(render("checkins/why", kind=kind, rhythm=shown.rhythm))
    return (
        [why, row(button("Fewer of these", action=CHECKIN_FEWER, value=shown.rule))]
        if fewer
        else [why]
    )


@dataclass(frozen=True)
class Due:
    """A self-check to take again: what it asks, when it was taken last, whether one is open already.

    `framework` is empty for the role families.
    """

    framework: str
    title: str
    asks: str
    when: str
    started: bool


@dataclass(frozen=True)
class Since:
    """What can be taken again, and the steps finished since by topic, None for those of no question."""

    due: Sequence[Due]
    topics: Mapping[str | None, int]


def reassess_card(render: Render, message_id: str, since: Since) -> Message:
    """An invitation to a new self-check; with several profiles, to each that is due."""
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
    """An unfinished self-check, recalled; `of` is its framework, empty for the role families."""
    text = render("checkins/reminder", family=state.title, **progress_words(state))
    take = _take(message_id, "reminder", label="Continue", of=of)
    return _invitation(render, message_id, text, kind="reminder", takes=[take])


def _label(due: Due, *, named: bool) -> str:
    if named:
        return f"{'Continue' if due.started else 'Start'}: {due.title}"
    return "Continue" if due.started else "Start the self-check"


def _take(message_id: str, kind: str, *, label: str, of: str) -> ButtonElement:
    """ "Start" or "Continue" a self-check of this framework."""
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
class CheckinValue:
    """What a check-in's button carries: the message it stands in, and what is meant by it."""

    message_id: str
    extra: str = ""

    def __str__(self) -> str:
        return f"{self.message_id}|{self.extra}"

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """The value of a click; None when it is not one of ours."""
        message_id, bar, extra = value.partition("|")
        return cls(message_id, extra) if bar and message_id else None
