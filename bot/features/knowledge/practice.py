"""Questions that come back for practice: what brings them back, below a check-in, and in their window.

In the window the buttons carry the question, when it was answered last, and what was chosen. So nothing is
stored until the member says how sure they are, and a second click on the same button changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.knowledge.items import asked_item, due_items
from bot.features.knowledge.practice_views import (
    PRACTICE_TITLE,
    PRACTICE_VIEW,
    PracticeView,
    footer_message,
    no_practice_view,
    practice_view,
    practiced_view,
    stopped_message,
)
from bot.features.knowledge.repetition import Memory, after_answer
from bot.outgoing import planner
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from bot.slack.payloads import Click
from bot.slack.replies import Reply, open_and_fill, unknown_click
from coaching.knowledge.check import SURENESS, AskedItem, GivenAnswer
from coaching.members import MemberKey
from storage import checkins, members
from storage.database import Session
from storage.knowledge import practice
from storage.knowledge.practice import PracticeCard

ONE_A_DAY = timedelta(hours=20)
"""After practice, no question stands below a check-in for so long."""


def _memory(card: PracticeCard) -> Memory:
    return Memory(card.stability, card.difficulty, card.reviewed_at, card.due_at)


async def bring_back(
    session: Session, key: MemberKey, skill: str, given: Sequence[GivenAnswer], *, now: datetime
) -> None:
    """Store when questions of a finished try come back: the wrong ones, the guesses, and known ones."""
    known = await practice.list_cards(session, key, [one.item.id for one in given])
    await practice.save(
        session,
        [
            _card(key, skill, one, known.get(one.item.id), now=now)
            for one in given
            if one.is_for_practice or one.item.id in known
        ],
    )


def _card(
    key: MemberKey, skill: str, one: GivenAnswer, before: PracticeCard | None, *, now: datetime
) -> PracticeCard:
    memory = after_answer(
        _memory(before) if before else None, is_right=one.is_right, sure=one.sure, now=now
    )
    return PracticeCard(
        workspace_id=key.workspace_id,
        user_id=key.user_id,
        item_id=one.item.id,
        skill=skill,
        stability=memory.stability,
        difficulty=memory.difficulty,
        reviewed_at=memory.reviewed_at,
        due_at=memory.due_at,
        practiced_at=before.practiced_at if before else None,
    )


async def checkin_footer(session: Session, deps: Deps, key: MemberKey) -> Message | None:
    """Return the question that stands below a check-in; None without one, or where the member wants none."""
    now = deps.now()
    if not await practice.is_wanted(session, key):
        return None
    if await practice.practiced_since(session, key, now - ONE_A_DAY):
        return None
    due = await due_items(session, deps, key)
    if not due:
        return None
    item = deps.library.knowledge.item(due[0])
    skill = deps.library.knowledge.skill(item.skill) if item else None
    if item is None or skill is None:
        return None
    return footer_message(deps.render, item.told_in(await _family(session, key)), skill.title)


async def _family(session: Session, key: MemberKey) -> str | None:
    member = await members.get(session, key)
    return member.family if member else None


@dataclass(frozen=True)
class PracticeValue:
    """What a button in the window carries: the question, when it was answered last, and the chosen place."""

    item_id: str
    stamp: str
    place: int
    sure: int = 0

    def __str__(self) -> str:
        return f"{self.item_id}|{self.stamp}|{self.place}|{self.sure}"

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """Return the value of a click; None when it is malformed."""
        parts = value.split("|")
        if len(parts) != 4 or not (parts[2].isdecimal() and parts[3].isdecimal()):
            return None
        return cls(parts[0], parts[1], int(parts[2]), int(parts[3]))


async def practice_asked(deps: Deps, click: Click) -> None:
    """Open the question of the button, or the one that is due longest."""
    content = partial(_opened, deps, click)
    await open_and_fill(
        deps, click.request, PRACTICE_TITLE, callback=PRACTICE_VIEW, content=content
    )


async def _opened(deps: Deps, click: Click) -> View:
    async with deps.database.read() as session:
        due = await due_items(session, deps, click.request.key)
        wanted = click.value if click.value in due else next(iter(due), "")
        asked = await _asked(session, deps, click.request.key, wanted)
    return practice_view(deps.render, asked) if asked else no_practice_view(deps.render)


async def _asked(session: Session, deps: Deps, key: MemberKey, item_id: str) -> PracticeView | None:
    """Return the question as it is shown to the member; None when it does not come back for them."""
    card = await practice.get(session, key, item_id)
    item = deps.library.knowledge.item(item_id)
    skill = deps.library.knowledge.skill(item.skill) if item else None
    if card is None or item is None or skill is None:
        return None
    stamp = str(int(card.reviewed_at.timestamp()))
    shown = asked_item(item, await _family(session, key)).ordered_by(f"{key} {stamp}")
    return PracticeView(shown, skill.title, stamp)


async def practice_chosen(deps: Deps, click: Click) -> None:
    """Show which option was chosen, and ask how sure the member is."""
    value, window = PracticeValue.parse(click.value), click.request.window
    async with deps.database.read() as session:
        asked = await _asked(session, deps, click.request.key, value.item_id) if value else None
    if value is None or window is None or asked is None or not _fits(value, asked.item):
        await unknown_click(deps, click)
        return
    view = practice_view(deps.render, asked, value.place)
    await deps.slack.update_modal(window, view)


async def practice_answered(deps: Deps, click: Click) -> None:
    """Store the answer with how sure the member is, and show why each option is right or not."""
    value, window, key = PracticeValue.parse(click.value), click.request.window, click.request.key
    if value is None or window is None or value.sure not in SURENESS:
        await unknown_click(deps, click)
        return
    async with deps.database.write() as session:
        await members.lock(session, key, is_alone=True)
        asked = await _asked(session, deps, key, value.item_id)
        is_known = asked is not None and _fits(value, asked.item)
        view = await _answered(session, deps, key, value, asked) if asked and is_known else None
    if view:
        await deps.slack.update_modal(window, view)
    elif not is_known:
        await unknown_click(deps, click)


async def _answered(
    session: Session, deps: Deps, key: MemberKey, value: PracticeValue, asked: PracticeView
) -> View | None:
    """Store the answer, and return it with the reasons; None when it was stored before."""
    card = await practice.get(session, key, value.item_id)
    if card is None or asked.stamp != value.stamp:
        return None
    if value.item_id not in await due_items(session, deps, key):
        return no_practice_view(deps.render)
    clock = await clock_of(session, deps, key)
    given = GivenAnswer(asked.item, value.place, value.sure)
    now = deps.now()
    changed = _card(key, card.skill, given, card, now=now)
    changed.practiced_at = now
    await practice.save(session, [changed])
    if await checkins.get_pace(session, key):
        # The question stands below a check-in, which is not ignored then.
        await planner.replan_after_activity(session, deps, key)
    more = await due_items(session, deps, key)
    return practiced_view(deps.render, given, due=clock.day(changed.due_at), has_more=bool(more))


def _fits(value: PracticeValue, item: AskedItem) -> bool:
    return value.place < len(item.options)


async def practice_again(deps: Deps, click: Click) -> None:
    """Show the next question in the open window."""
    if click.request.window:
        await deps.slack.update_modal(click.request.window, await _opened(deps, click))


async def practice_stopped(deps: Deps, click: Click) -> None:
    """Handle "No more of these"."""
    async with deps.database.write() as session:
        await practice.stop(session, click.request.key, now=deps.now())
    await Reply(deps, click.request).privately(stopped_message(deps.render))


async def practice_resumed(deps: Deps, click: Click) -> None:
    """Handle "Bring questions back"."""
    async with deps.database.write() as session:
        await practice.resume(session, click.request.key)
    told = notice(deps.render("knowledge/practice_resumed"))
    await Reply(deps, click.request).privately(told)
