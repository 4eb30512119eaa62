"""Reads a member's profile: what `/rungs me` and the Home tab show."""

from bot.assessments.session import load, load_words
from bot.assessments.step_views import step_view_of
from bot.assessments.values import CardState, start_framework
from bot.deps import Deps
from bot.features.profile.views import (
    FrameworkResults,
    OfferedCheck,
    Place,
    Profile,
    mark_of,
    meaning_of,
)
from bot.slack.phrases import MemberClock
from coaching.members import MemberKey
from storage import members, steps
from storage.assessments import assessments
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session


async def profile_of(session: Session, deps: Deps, key: MemberKey) -> Profile:
    """Return the member's results by framework, their current step, and the self-checks that are open."""
    member = await members.get(session, key)
    family = deps.library.family(member.family or "") if member else None
    step = await steps.current(session, key)
    past = await assessments.history(session, key)
    clock = MemberClock(deps.now(), member.zone if member else None)
    return Profile(
        family_name=family.name if family else None,
        parts=[
            FrameworkResults(
                start_framework(framework),
                [
                    await _place(session, deps, row, clock)
                    for row in past
                    if row.framework == framework
                ],
            )
            for framework in _frameworks_of(deps, past)
        ],
        step=step_view_of(step) if step else None,
        open_cards=await _open_cards(session, deps, key),
        offered=_offered(deps, past),
        has_crosswalk=deps.library.crosswalk is not None,
    )


def _frameworks_of(deps: Deps, past: list[Assessment]) -> list[str]:
    """Return the frameworks of these results: the role families first, the others in the content's order."""
    known = [ROLE_FAMILIES, *(check.framework for check in deps.library.checks.values())]
    taken = list(dict.fromkeys(row.framework for row in past))
    return sorted(taken, key=lambda one: known.index(one) if one in known else len(known))


async def _open_cards(session: Session, deps: Deps, key: MemberKey) -> dict[str, CardState]:
    """Return the open self-checks of the member that can be finished, by framework."""
    return {
        start_framework(row.framework): (await load(session, deps, row)).state
        for row in await assessments.list_open(session, key)
        if not row.subject and deps.library.can_be_taken(row.framework)
    }


def _offered(deps: Deps, past: list[Assessment]) -> list[OfferedCheck]:
    """Return the self-checks that can be taken beside the role families."""
    taken = {row.framework for row in past}
    return [
        OfferedCheck(check.framework, check.name, check.summary, check.framework in taken)
        for check in deps.library.checks.values()
    ]


async def _place(session: Session, deps: Deps, row: Assessment, clock: MemberClock) -> Place:
    words = await load_words(session, deps, row)
    return Place(
        assessment_id=row.id,
        mark=mark_of(words, tier=row.tier, level=row.level),
        explained=meaning_of(words, tier=row.tier, level=row.level),
        title=words.title,
        family_id=words.family,
        scoring=words.scoring,
        when=row.ended_at or row.started_at,
        clock=clock,
    )
