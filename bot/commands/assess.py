"""`/rungs assess [family]`: start a self-check, or find the open one again."""

from dataclasses import dataclass
from logging import getLogger

from sqlalchemy.ext.asyncio import AsyncSession

from bot import assessing, cards, planning
from bot.cards import Announced, Loaded
from bot.commands.table import Call
from bot.delivery import Message
from bot.deps import Deps
from bot.family_names import family_named, unknown_family
from bot.home import messages_url
from bot.origin import Origin
from bot.replies import Reply
from bot.slack_errors import Undeliverable
from bot.views.notices import pointer
from bot.views.question_card import family_card, question_card, resume_card
from content.model import Family
from storage import assessments, inbound, members
from storage.tables import Member

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
        opening = await _opening(session, deps, origin, named)
        if opening.loaded:
            await planning.after_opening(session, deps, origin.key)
    if opening.loaded is None:
        families = cards.families_of(deps)
        message = family_card(deps.say, families, first=opening.is_first)
        channel = (await Reply(deps, origin).in_dm(message, about="family")).channel
    else:
        channel = await _place(deps, origin, opening, go_on=go_on)
    await point_to_dm(deps, origin, channel, what="card")


@dataclass(frozen=True)
class Opening:
    """What a member meets: an open self-check or a new one, or the choice of a family."""

    member: Member
    is_first: bool
    loaded: Loaded | None = None
    announced: Announced | None = None
    family: Family | None = None


async def _opening(
    session: AsyncSession, deps: Deps, origin: Origin, named: Family | None
) -> Opening:
    key, now = origin.key, deps.now()
    current = await cards.load_open(session, deps, key)
    member = await members.meet(
        session, key, now=now, family=named.id if named and current is None else None
    )
    family = named or deps.library.family(member.family or "")
    is_first = member.greeted_at == now
    if current and not _begins_anew(deps, current, family):
        announced = await cards.announce(session, origin, current.row)
        return Opening(member, is_first, current, announced, family)
    if family is None:
        return Opening(member, is_first)
    old: tuple[str | None, str | None] = (None, None)
    if current:
        old = (current.row.card_channel, current.row.card_ts)
        await assessments.abandon(session, current.row, now=now)
    card_key = cards.card_key(origin)
    begun = await assessing.begin(
        session, deps, key, family, card_key=card_key, is_met=member.family == family.id
    )
    announced = Announced(begun.row, card_key, old)
    if begun.row.card_key != card_key:
        # Another process began it at the same moment.
        announced = await cards.announce(session, origin, begun.row)
    return Opening(member, is_first, begun, announced, family)


def _begins_anew(deps: Deps, current: Loaded, family: Family | None) -> bool:
    """Nothing is lost by beginning in another family, or with new words, before the first answer."""
    if family is None or current.answers:
        return False
    return family.id != current.words.family or _words_changed(deps, current)


async def _place(deps: Deps, origin: Origin, opening: Opening, *, go_on: bool) -> str:
    loaded, announced = opening.loaded, opening.announced
    if loaded is None or announced is None:
        raise ValueError("There is no self-check to show.")
    question = loaded.words.next_question(set(loaded.answers))
    if question and (go_on or not loaded.answers):
        message = question_card(deps.say, loaded.state, question)
    else:
        message = _resume(deps, loaded, opening.family)
    return await cards.place(deps, origin, announced, message, known=opening.member.dm_channel)


async def point_to_dm(deps: Deps, origin: Origin, channel: str, *, what: str) -> None:
    """Say where the member acted, if that is not their messages, that the answer is there."""
    elsewhere = origin.response_url and origin.channel != channel
    if elsewhere or origin.on_home or origin.window is not None:
        told = pointer(deps.say, what, messages_url=messages_url(origin))
        try:
            await Reply(deps, origin).privately(told)
        except Undeliverable as problem:
            # What was asked for is in the messages already: an apology would be wrong.
            log.warning("pointer_lost", extra={"reason": problem.reason})


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
