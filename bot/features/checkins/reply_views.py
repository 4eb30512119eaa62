"""The messages that replace a check-in after an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.assessments.step_views import (
    StepView,
    content_blocks,
    content_words,
    done_sentence,
    step_blocks,
)
from bot.buttons import HERE, PACE, TIP
from bot.features.checkins.card_views import (
    CHECKIN_KEPT,
    CHECKIN_OBSTACLE,
    CHECKIN_REASON,
    CHECKIN_SMALLER,
    CHECKIN_TOPIC,
    CheckinValue,
    answer_button,
)
from bot.outgoing.planner import PaceView, next_checkin_text
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, line, menu, paragraph, row
from bot.slack.phrases import capitalized
from coaching.mean_score import LEVELS
from coaching.safe_text import Render
from coaching.steps import StepContent

OBSTACLES = {"time": "Time", "tool": "Tool", "unclear": "Unclear", "other": "Something else"}
REFUSAL_REASONS = {
    "wrong": "Wrong task",
    "long": "Too long",
    "already": "Already do it",
    "none": "Skip",
}


@dataclass(frozen=True)
class AnsweredView:
    """An answered check-in: its message, the step it was about, and the member's current step and settings.

    `topic` is what the step's question is about; `tiered` says that the step is on the scale of tiers.
    """

    message_id: str
    step: StepView
    topic: str | None
    current: StepView | None
    pace: PaceView
    tiered: bool = True

    @property
    def title(self) -> str:
        return self.step.tip.title


def done_reply(render: Render, answered: AnsweredView, *, look_back: str | None = None) -> Message:
    """Return the reply to "Done": what was done and leads where, the last steps, and the next step."""
    tip = answered.step.tip
    text = render(
        "checkins/done",
        title=tip.title,
        sentence=done_sentence(tip),
        series=tip.series,
        lesson=tip.lesson,
        lessons=tip.lessons,
        top=tip.from_tier == LEVELS[-1],
        tier=tip.to_tier,
        topic=answered.topic,
        tiered=answered.tiered,
    )
    return _with_next(render, answered, "\n\n".join(filter(None, (text, look_back))))


def partly_reply(render: Render, answered: AnsweredView) -> Message:
    """Return the reply to "Partly", which asks what got in the way."""
    text = render("checkins/partly", title=answered.title)
    asked = _answer_row(CHECKIN_OBSTACLE, OBSTACLES, answered.message_id)
    return _with_next_date(render, answered, text, [asked])


def obstacle_reply(
    render: Render, answered: AnsweredView, obstacle: str, *, smaller: StepContent | None = None
) -> Message:
    """Return the reply to an obstacle: a smaller step for the same question, or the step as it is."""
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
    tools = answered.step.tools
    blocks = [*content_blocks(render, smaller, tools), choices]
    spoken = content_words(render, smaller, tools)
    return _with_next_date(render, answered, text, blocks, spoken=spoken)


def not_yet_reply(render: Render, answered: AnsweredView) -> Message:
    """Return the reply to "Not yet": the step stays; the next check-in's day can be changed."""
    return _with_next_date(
        render, answered, render("checkins/not_yet", title=answered.title), [_step_buttons()]
    )


def later_reply(render: Render, answered: AnsweredView) -> Message:
    """Return the reply to "Later": the step waits until the next check-in."""
    return _with_next_date(
        render, answered, render("checkins/later", title=answered.title), [_step_buttons()]
    )


def overtaken_reply(render: Render, answered: AnsweredView) -> Message:
    """Return the reply when the member's current step is a newer one by now."""
    text = render("checkins/overtaken", title=answered.title)
    return _with_next(render, answered, text)


def refused_reply(
    render: Render, answered: AnsweredView, *, topics: Sequence[tuple[str, str]] = ()
) -> Message:
    """Return the reply to "Not for me", which asks for the reason, and with `topics` for another topic."""
    text = render("checkins/refused", title=answered.title)
    blocks = [_answer_row(CHECKIN_REASON, REFUSAL_REASONS, answered.message_id)]
    if topics:
        blocks += [paragraph(render("checkins/topic")), _topics(answered.message_id, topics)]
    return _with_next_date(render, answered, text, blocks)


def reason_reply(render: Render, answered: AnsweredView, reason: str, *, fits: bool) -> Message:
    """Return the reply to a reason: another step; `fits` says whether it suits the reason."""
    given = reason if reason != "none" else None
    text = render("checkins/reason", title=answered.title, reason=given, fits=fits)
    return _with_next(render, answered, text)


def resumed_reply(render: Render, step: StepView | None, pace: PaceView) -> Message:
    """Return the reply to "Resume": check-ins come again, with a step to start with."""
    text = render(
        "checkins/welcome",
        minutes=step.tip.minutes if step else None,
        chosen=step is not None and step.state == "trying",
    )
    blocks: list[Block] = [paragraph(text)]
    blocks += step_blocks(render, step) if step else []
    blocks.append(fine_print(next_checkin_text(render, pace)))
    return Message(text=text, blocks=blocks)


def step_reply(render: Render, step: StepView, pace: PaceView) -> Message:
    """Return the step as it is now, and when the next check-in comes."""
    told = next_checkin_text(render, pace)
    blocks = [*step_blocks(render, step), *([fine_print(told)] if told else [])]
    return Message(text=content_words(render, step.tip, step.tools), blocks=blocks)


def _with_next(render: Render, answered: AnsweredView, text: str) -> Message:
    """Return the text and the member's current step."""
    current = answered.current
    if current is None:
        return _with_next_date(render, answered, text, [])
    blocks = [line(), *step_blocks(render, current)]
    spoken = content_words(render, current.tip, current.tools)
    return _with_next_date(render, answered, text, blocks, spoken=spoken)


def _with_step(render: Render, answered: AnsweredView, text: str) -> Message:
    """Return the text and the step that was asked about, if that one is still current."""
    if answered.step.state not in ("offered", "trying"):
        return _with_next_date(render, answered, text, [])
    return _with_next_date(render, answered, text, step_blocks(render, answered.step))


def _with_next_date(
    render: Render, answered: AnsweredView, text: str, blocks: Sequence[Block], *, spoken: str = ""
) -> Message:
    told = next_checkin_text(render, answered.pace)
    ending = [fine_print(told)] if told else []
    words = "\n\n".join(part for part in (text, spoken, told) if part)
    return Message(text=words, blocks=[paragraph(text), *blocks, *ending])


def _answer_row(action: str, labels: dict[str, str], message_id: str) -> Block:
    return row(
        *(
            answer_button(label, action=action, message_id=message_id, what=what)
            for what, label in labels.items()
        )
    )


def _step_buttons() -> Block:
    return row(
        button("Show the step", action=TIP, value=HERE),
        button("Change the day", action=PACE),
    )


def _topics(message_id: str, topics: Sequence[tuple[str, str]]) -> Block:
    options = [
        (capitalized(topic), str(CheckinValue(message_id, question))) for question, topic in topics
    ]
    return row(menu("Choose a topic", action=CHECKIN_TOPIC, options=options))
