"""`/rungs assess [family]`: start a self-check, or find the open one again."""

from logging import getLogger

from bot import assessing, cards
from bot.cards import Loaded
from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.family_names import family_named, unknown_family
from bot.home import messages_url
from bot.origin import Origin
from bot.replies import Reply, dm_channel
from bot.slack_errors import Undeliverable
from bot.views.notices import pointer
from bot.views.question_card import family_card, resume_card
from content.model import Family
from storage import inbound, members

log = getLogger(__name__)


async def assess(deps: Deps, call: Call) -> None:
    """Post the right card in the member's DM, and say so where they typed."""
    named: Family | None = None
    if call.arguments:
        typed = " ".join(call.arguments)
        named = family_named(deps, typed)
        if named is None:
            await Reply(deps, call.origin).privately(unknown_family(deps, typed))
            return
    await open_card(deps, call.origin, named)


async def open_card(
    deps: Deps, origin: Origin, named: Family | None, *, go_on: bool = False
) -> None:
    """The resume card when one is open, the first question when the family is known, else the choice.

    With `go_on` an open self-check continues at once.
    """
    async with deps.database.write() as session:
        if not await inbound.claim(session, origin.key.workspace_id, origin.once, now=deps.now()):
            return
        member = await members.ensure(session, origin.key, now=deps.now())
        if member.deactivated_at:
            await members.reactivate(session, origin.key)
        first = await members.claim_greeting(session, origin.key, now=deps.now())
        family = named or deps.library.family(member.family or "")
        current = await cards.load_open(session, deps, origin.key)
        begun = None
        if current is None and family is not None:
            begun = await assessing.begin(session, deps, origin.key, family)
    if current and not go_on:
        message = _resume(deps, current, named)
        channel = await cards.place(deps, origin, current.row, message)
    elif shown := current or begun:
        channel = await _next_question(deps, origin, shown)
    else:
        families = cards.families_of(deps)
        channel = await dm_channel(deps, origin)
        message = family_card(deps.say, families, first=first)
        await Reply(deps, origin).in_dm(message, about="family")
    await point_to_dm(deps, origin, channel, what="card")


async def point_to_dm(deps: Deps, origin: Origin, channel: str, *, what: str) -> None:
    """Say where the member acted, if that is not their messages, that the answer is there."""
    elsewhere = origin.response_url and origin.channel != channel
    in_view = origin.on_home or origin.window is not None
    if elsewhere or in_view:
        told = pointer(deps.say, what, messages_url=messages_url(origin) if in_view else None)
        try:
            await Reply(deps, origin).privately(told)
        except Undeliverable as problem:
            # What was asked for is in the messages already: an apology would be wrong.
            log.warning("pointer_lost", extra={"reason": problem.reason})


async def _next_question(deps: Deps, origin: Origin, loaded: Loaded) -> str:
    async with deps.database.read() as session:
        message = await cards.draw(session, deps, loaded)
    return await cards.place(deps, origin, loaded.row, message)


def _resume(deps: Deps, current: Loaded, named: Family | None) -> Message:
    other = named if named and named.id != current.words.family else None
    return resume_card(
        deps.say,
        current.state,
        begun=current.row.started_at,
        other=other,
        stale=_words_changed(deps, current),
    )


def _words_changed(deps: Deps, current: Loaded) -> bool:
    if deps.library.family(current.words.family) is None:
        return True
    return deps.library.questionnaire(current.words.family).digest != current.words.digest
