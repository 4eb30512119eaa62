"""What a check-in turns into after an answer: a sentence that fits, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.assessments.step_views import StepView, step_blocks, step_text
from bot.buttons import HERE, PACE, TIP
from bot.features.checkins.card_views import (
    CHECKIN_KEPT,
    CHECKIN_OBSTACLE,
    CHECKIN_REASON,
    CHECKIN_SMALLER,
    CHECKIN_TOPIC,
    CheckinValue,
    choice,
)
from bot.features.checkins.settings_views import PaceShown, coming
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, line, menu, paragraph, row
from coaching.mean_score import LEVELS
from coaching.steps import StepContent
from content.message_catalog import Render

OBSTACLES = {"time": "Time", "tool": "Tool", "unclear": "Unclear", "other": "Something else"}
REASONS = {
    "wrong": "Wrong task",
    "long": "Too long",
    "already": "Already do it",
    "none": "Skip",
}


@dataclass(frozen=True)
class Answered:
    """An answered check-in: which message, which step it was about, and how things go on from here.

    `topic` is what the step's question is about; `current` the member's step as it is now; `tiered` says
    that the step stands on the scale of tiers.
    """

    message_id: str
    step: StepView
    topic: str | None
    current: StepView | None
    pace: PaceShown
    tiered: bool = True

    @property
    def title(self) -> str:
        return self.step.tip.title


def done_reply(render: Render, answered: Answered) -> Message:
    """The step is done: what it leads to, and the next one."""
    tip = answered.step.tip
    text = render(
        "checkins/done",
        title=tip.title,
        series=tip.series,
        lesson=tip.lesson,
        lessons=tip.lessons,
        top=tip.from_tier == LEVELS[-1],
        tier=tip.to_tier,
        topic=answered.topic,
        tiered=answered.tiered,
    )
    return _with_next(render, answered, text)


def partly_reply(render: Render, answered: Answered) -> Message:
    """What got in the way? An answer is optional."""
    text = render("checkins/partly", title=answered.title)
    asked = _asked(CHECKIN_OBSTACLE, OBSTACLES, answered.message_id)
    return _ended(render, answered, text, [asked])


def obstacle_reply(
    render: Render, answered: Answered, obstacle: str, *, smaller: StepContent | None = None
) -> Message:
    """A smaller tip for the same question when there is one, else the step as it is."""
    text = render(
        "checkins/obstacle",
        title=answered.title,
        obstacle=obstacle,
        smaller=smaller is not None,
    )
    if smaller is None:
        return _with_step(render, answered, text)
    value = str(CheckinValue(answered.message_id, smaller.id))
    kept = str(CheckinValue(answered.message_id))
    choices = row(
        button("Try this one", action=CHECKIN_SMALLER, value=value, style="primary"),
        button("Keep the first one", action=CHECKIN_KEPT, value=kept),
    )
    tip = step_text(render, smaller)
    return _ended(render, answered, text, [paragraph(tip), choices], spoken=tip)


def not_yet_reply(render: Render, answered: Answered) -> Message:
    """The step is kept; the day of the next check-in can be changed."""
    return _ended(render, answered, render("checkins/not_yet", title=answered.title), [_kept_row()])


def later_reply(render: Render, answered: Answered) -> Message:
    """The tip waits until the next check-in."""
    return _ended(render, answered, render("checkins/later", title=answered.title), [_kept_row()])


def overtaken_reply(render: Render, answered: Answered) -> Message:
    """The answer counts, and a newer step is the member's current one by now."""
    text = render("checkins/overtaken", title=answered.title)
    return _with_next(render, answered, text)


def refused_reply(
    render: Render, answered: Answered, *, topics: Sequence[tuple[str, str]] = ()
) -> Message:
    """The step is gone: what was off? After two in a row, which topic suits better?"""
    text = render("checkins/refused", title=answered.title)
    blocks = [_asked(CHECKIN_REASON, REASONS, answered.message_id)]
    if topics:
        blocks += [paragraph(render("checkins/topic")), _topics(answered.message_id, topics)]
    return _ended(render, answered, text, blocks)


def reason_reply(render: Render, answered: Answered, reason: str, *, fits: bool) -> Message:
    """Another step, fitting the reason where there is one that does."""
    given = reason if reason != "none" else None
    text = render("checkins/reason", title=answered.title, reason=given, fits=fits)
    return _with_next(render, answered, text)


def welcome_back(render: Render, step: StepView | None, pace: PaceShown) -> Message:
    """Messages come again, and a tip is here to start with."""
    text = render("checkins/welcome", minutes=step.tip.minutes if step else None)
    blocks: list[Block] = [paragraph(text)]
    blocks += step_blocks(render, step) if step else []
    blocks.append(fine_print(coming(render, pace)))
    return Message(text=text, blocks=blocks)


def step_reply(render: Render, step: StepView, pace: PaceShown) -> Message:
    """The step as it is now, and when the next check-in comes."""
    told = coming(render, pace)
    blocks = [*step_blocks(render, step), *([fine_print(told)] if told else [])]
    return Message(text=step_text(render, step.tip), blocks=blocks)


def _with_next(render: Render, answered: Answered, text: str) -> Message:
    """The sentence, and the step that is current now."""
    current = answered.current
    if current is None:
        return _ended(render, answered, text, [])
    blocks = [line(), *step_blocks(render, current)]
    return _ended(render, answered, text, blocks, spoken=step_text(render, current.tip))


def _with_step(render: Render, answered: Answered, text: str) -> Message:
    """The sentence, and the step that was asked about, as long as it is the current one."""
    if answered.step.state not in ("offered", "trying"):
        return _ended(render, answered, text, [])
    return _ended(render, answered, text, step_blocks(render, answered.step))


def _ended(
    render: Render, answered: Answered, text: str, blocks: Sequence[Block], *, spoken: str = ""
) -> Message:
    told = coming(render, answered.pace)
    ending = [fine_print(told)] if told else []
    words = "\n\n".join(part for part in (text, spoken, told) if part)
    return Message(text=words, blocks=[paragraph(text), *blocks, *ending])


def _asked(action: str, labels: dict[str, str], message_id: str) -> Block:
    return row(
        *(
            choice(label, action=action, message_id=message_id, what=what)
            for what, label in labels.items()
        )
    )


def _kept_row() -> Block:
    return row(
        button("Show the step", action=TIP, value=HERE),
        button("Change the day", action=PACE),
    )


def _topics(message_id: str, topics: Sequence[tuple[str, str]]) -> Block:
    options = [
        (topic[:1].upper() + topic[1:], str(CheckinValue(message_id, question)))
        for question, topic in topics
    ]
    return row(menu("Choose a topic", action=CHECKIN_TOPIC, options=options))
