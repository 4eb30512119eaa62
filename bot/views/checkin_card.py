"""What a check-in shows when it comes: a question, a tip, fewer messages from now on, or a pause."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement

from bot import ids
from bot.delivery import Message
from bot.ids import CheckinValue
from bot.views.bricks import button, fine_print, paragraph, row
from bot.views.tip_card import StepShown, ended, tip_text
from content.message_catalog import Render

OUTCOMES = {"done": "Done", "partly": "Partly", "not_yet": "Not yet", "not_for_me": "Not for me"}
OFFERS = {"trying": "I'll try it", "later": "Later", "not_for_me": "Not for me"}


@dataclass(frozen=True)
class CheckinShown:
    """One check-in: which message, which step, and the words around them.

    `topic` is what the step's question is about; `ago` when it was chosen or shown; `rule` how often
    messages come from now on, and `rhythm` the same in words.
    """

    message_id: str
    step: StepShown
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
        done_when=ended(tip.done_when),
    )
    choices = _choices(ids.CHECKIN_ANSWER, OUTCOMES, shown.message_id)
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
        paragraph(tip_text(render, tip)),
        _choices(ids.CHECKIN_OFFER, OFFERS, shown.message_id),
    ]
    told = render("checkins/slower", rhythm=shown.rhythm) if slower else ""
    if slower:
        blocks += [paragraph(told), row(button("Change this", action=ids.PACE))]
    blocks += _why(render, "checkin", shown, fewer=not slower)
    parts = (opening, tip_text(render, tip), told)
    return Message(text="\n\n".join(part for part in parts if part), blocks=blocks)


def pause_card(render: Render, message_id: str) -> Message:
    """Messages are paused, with one tap to resume."""
    text = render("checkins/pause")
    resume = button(
        "Resume",
        action=ids.CHECKIN_RESUMED,
        value=str(CheckinValue(message_id)),
        style="primary",
    )
    why = render("checkins/why", kind="pause", rhythm="")
    buttons = row(resume, button("Settings", action=ids.PACE))
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
        [why, row(button("Fewer of these", action=ids.CHECKIN_FEWER, value=shown.rule))]
        if fewer
        else [why]
    )
