"""Invitations to a self-check: a new one after ninety days, or one that was begun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ButtonElement

from bot import ids
from bot.delivery import Message
from bot.ids import CheckinValue
from bot.views.bricks import button, fine_print, paragraph, row
from bot.views.card_state import CardState, progress
from bot.views.numbers import number
from content.message_catalog import Render, SafeText


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
    text = render("checkins/reminder", family=state.title, **progress(state))
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
        action=f"{ids.CHECKIN_TAKEN}{what}",
        value=str(CheckinValue(message_id, what)),
        style="primary",
    )


def _invitation(
    render: Render, message_id: str, text: str, *, kind: str, takes: Sequence[ButtonElement]
) -> Message:
    decline = button(
        "No, thanks", action=ids.CHECKIN_DECLINED, value=str(CheckinValue(message_id, kind))
    )
    why = fine_print(render("checkins/why", kind=kind, rhythm=""))
    fewer = button("Fewer of these", action=ids.PACE) if kind == "reassess" else None
    return Message(text=text, blocks=[paragraph(text), row(*takes, decline, fewer), why])


def _steps(count: int) -> str | None:
    if not count:
        return None
    return SafeText(f"{number(count)} step{'' if count == 1 else 's'}")
