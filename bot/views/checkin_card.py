"""What a check-in shows when it comes: a question, a tip, fewer messages from now on, or a pause."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement

from bot.assessments.step_card import StepShown, ended, tip_text
from bot.buttons import PACE
from bot.features.checkins.card_views import (
    CHECKIN_ANSWER,
    CHECKIN_FEWER,
    CHECKIN_OFFER,
    CHECKIN_RESUMED,
    CheckinValue,
)
from bot.slack.api import Message
from bot.slack.blocks import Say, button, fine_print, paragraph, row

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


def ask_card(say: Say, shown: CheckinShown) -> Message:
    """How did the last step go? One tap answers."""
    tip = shown.step.tip
    text = say(
        "checkin/ask",
        title=tip.title,
        tried=shown.step.state == "trying",
        ago=shown.ago,
        series=tip.series,
        lesson=tip.lesson,
        lessons=tip.lessons,
        done_when=ended(tip.done_when),
    )
    choices = _choices(CHECKIN_ANSWER, OUTCOMES, shown.message_id)
    blocks = [paragraph(text), choices, *_why(say, "checkin", shown)]
    return Message(text=text, blocks=blocks)


def offer_card(say: Say, shown: CheckinShown, *, slower: bool = False) -> Message:
    """One tip to try; with `slower` it says that messages come half as often from now on."""
    tip = shown.step.tip
    opening = say(
        "checkin/offer",
        minutes=tip.minutes,
        topic=shown.topic,
        lesson=tip.lesson,
        lessons=tip.lessons,
    )
    blocks = [
        paragraph(opening),
        paragraph(tip_text(say, tip)),
        _choices(CHECKIN_OFFER, OFFERS, shown.message_id),
    ]
    told = say("checkin/slower", rhythm=shown.rhythm) if slower else ""
    if slower:
        blocks += [paragraph(told), row(button("Change this", action=PACE))]
    blocks += _why(say, "checkin", shown, fewer=not slower)
    parts = (opening, tip_text(say, tip), told)
    return Message(text="\n\n".join(part for part in parts if part), blocks=blocks)


def pause_card(say: Say, message_id: str) -> Message:
    """Messages are paused, with one tap to resume."""
    text = say("checkin/pause")
    resume = button(
        "Resume",
        action=CHECKIN_RESUMED,
        value=str(CheckinValue(message_id)),
        style="primary",
    )
    why = say("checkin/why", kind="pause", rhythm="")
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


def _why(say: Say, kind: str, shown: CheckinShown, *, fewer: bool = True) -> list[Block]:
    why = fine_print(say("checkin/why", kind=kind, rhythm=shown.rhythm))
    return (
        [why, row(button("Fewer of these", action=CHECKIN_FEWER, value=shown.rule))]
        if fewer
        else [why]
    )
