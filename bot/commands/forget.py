"""`/rungs forget`: erase everything about the member, after asking once."""

from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.replies import Reply
from bot.views.settings_cards import forget_card, leftovers_card
from coaching.people import MemberKey
from storage import erasure


async def forget(deps: Deps, call: Call) -> None:
    """Ask whether to erase, saying what there is."""
    await Reply(deps, call.origin).privately(await question(deps, call.origin.key))


async def question(deps: Deps, key: MemberKey) -> Message:
    """The question before erasing, or the news that there is nothing to erase."""
    async with deps.database.read() as session:
        held = await erasure.everything_about(session, key)
    if not erasure.holds_anything(held):
        return leftovers_card(deps.render)
    kept = [row for row in held["assessments"] if row["state"] != "abandoned"]
    # A colleague can name somebody as an agent's owner whom we never met.
    family = held["member"]["family"] if held["member"] else None
    return forget_card(deps.render, assessments=len(kept), family=family)
