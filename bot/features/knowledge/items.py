"""Items of the content as a member is asked them, and those that are due for practice."""

from bot.deps import Deps
from coaching.items import Item
from coaching.knowledge.check import AskedItem, AskedOption
from coaching.members import MemberKey
from storage import checkins
from storage.database import Session
from storage.knowledge import practice, tries


def asked_item(item: Item, family: str | None) -> AskedItem:
    """Return the item as it is told to this role family, with its options in the order of the content."""
    told = item.told_in(family)
    return AskedItem(
        id=item.id,
        variant=family if family and family in item.variants else "",
        case=told.case,
        question=told.question,
        options=tuple(
            AskedOption(text=option.text, right=option.right, why=option.why, number=number)
            for number, option in enumerate(told.options)
        ),
    )


async def comes_below(session: Session, key: MemberKey) -> bool:
    """Return whether questions come below the member's check-ins: they want it, and check-ins are on."""
    pace = await checkins.get_pace(session, key)
    is_on = pace is not None and pace.cadence != "off" and pace.paused_at is None
    return is_on and await practice.is_wanted(session, key)


async def due_items(session: Session, deps: Deps, key: MemberKey) -> list[str]:
    """Return the ids of the questions that are due, the longest due first; only those that still exist.

    While a check is open, none of its skill: practice shows what is right.
    """
    latest = tries.latest_by_skill(await tries.tries_of(session, key))
    is_open = {skill for skill, last in latest.items() if last.state == "open"}
    every = [
        item.id
        for skill in deps.library.knowledge.skills.values()
        for item in skill.items
        if skill.id not in is_open
    ]
    return await practice.due(session, key, frozenset(every), now=deps.now())
