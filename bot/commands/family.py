"""`/rungs family [name]`: see or change the remembered role family."""

from bot import cards
from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.family_names import family_named, unknown_family
from bot.replies import Reply
from bot.views.notices import notice
from bot.views.settings_cards import family_settings
from coaching.people import MemberKey
from content.model import Family
from storage import members


async def family(deps: Deps, call: Call) -> None:
    """Set the family that was named, or show the choice."""
    reply = Reply(deps, call.origin)
    if not call.arguments:
        await reply.privately(await choice(deps, call.origin.key))
        return
    typed = " ".join(call.arguments)
    named = family_named(deps, typed)
    if named is None:
        await reply.privately(unknown_family(deps, typed))
        return
    await reply.privately(await set_family(deps, call.origin.key, named))


async def set_family(deps: Deps, key: MemberKey, chosen: Family) -> Message:
    """Remember the family; an open self-check in another one stays as it is."""
    async with deps.database.write() as session:
        await members.choose_family(session, key, chosen.id, now=deps.now())
        current = await cards.load_open(session, deps, key)
    open_in = current.words.title if current and current.words.family != chosen.id else None
    return notice(deps.render("self_check/family_set", family=chosen.name, open_in=open_in))


async def choice(deps: Deps, key: MemberKey) -> Message:
    """The family as it is, and the others to choose from."""
    async with deps.database.read() as session:
        member = await members.get(session, key)
    now = deps.library.family(member.family or "") if member else None
    families = cards.families_of(deps)
    return family_settings(deps.render, families, current=now.name if now else None)
