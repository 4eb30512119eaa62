"""Reading what a member sees of themselves."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot import cards
from bot.deps import Deps
from bot.steps import shown
from bot.views.profile import Place, Profile
from bot.views.question_card import CardState
from coaching.people import MemberKey
from storage import assessments, members, steps
from storage.tables import Assessment


async def profile_of(session: AsyncSession, deps: Deps, key: MemberKey) -> Profile:
    """The member's place, path, current step and open self-check."""
    member = await members.get(session, key)
    family = deps.library.family(member.family or "") if member else None
    step = await steps.current(session, key)
    past = await assessments.history(session, key)
    return Profile(
        family_name=family.name if family else None,
        path=[await _place(session, deps, row) for row in past],
        step=shown(step) if step else None,
        open_card=await _open_card(session, deps, key),
    )


async def _open_card(session: AsyncSession, deps: Deps, key: MemberKey) -> CardState | None:
    loaded = await cards.load_open(session, deps, key)
    return loaded.state if loaded else None


async def _place(session: AsyncSession, deps: Deps, row: Assessment) -> Place:
    words = await cards.words_of(session, deps, row)
    tier = words.tier(row.tier or 0)
    return Place(
        assessment_id=row.id,
        tier=tier.tier,
        tier_name=tier.name,
        explained=tier.explained,
        family=words.family_name,
        family_id=words.family,
        when=row.ended_at or row.started_at,
    )
