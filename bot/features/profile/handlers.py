"""Reading what a member sees of themselves."""

from bot.assessments.session import load, load_words
from bot.assessments.step_views import step_view_of
from bot.assessments.values import CardState, start_framework
from bot.deps import Deps
from bot.feature import Call
from bot.features.profile.views import (
    Offered,
    Part,
    Place,
    Profile,
    mark_of,
    meaning_of,
    profile_message,
)
from bot.slack.payloads import Click
from bot.slack.replies import Reply
from coaching.members import MemberKey
from storage import members, steps
from storage.assessments import assessments
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session


async def profile_of(session: Session, deps: Deps, key: MemberKey) -> Profile:
    """The member's places, each with its path, their current step and what is open."""
    member = await members.get(session, key)
    family = deps.library.family(member.family or "") if member else None
    step = await steps.current(session, key)
    past = await assessments.history(session, key)
    return Profile(
        family_name=family.name if family else None,
        parts=[
            Part(
                start_framework(framework),
                [await _place(session, deps, row) for row in past if row.framework == framework],
            )
            for framework in _in_order(deps, past)
        ],
        step=step_view_of(step) if step else None,
        open_cards=await _open_cards(session, deps, key),
        offered=_offered(deps, past),
        has_crosswalk=deps.library.crosswalk is not None,
    )


def _in_order(deps: Deps, past: list[Assessment]) -> list[str]:
    """The frameworks of these results: the role families, then as the content lists the others."""
    known = [ROLE_FAMILIES, *(check.framework for check in deps.library.checks.values())]
    taken = list(dict.fromkeys(row.framework for row in past))
    return sorted(taken, key=lambda one: known.index(one) if one in known else len(known))


async def _open_cards(session: Session, deps: Deps, key: MemberKey) -> dict[str, CardState]:
    """The self-checks that can go on, by framework."""
    return {
        start_framework(row.framework): (await load(session, deps, row)).state
        for row in await assessments.list_open(session, key)
        if not row.subject and deps.library.can_be_taken(row.framework)
    }


def _offered(deps: Deps, past: list[Assessment]) -> list[Offered]:
    """What can be taken beside the role families."""
    taken = {row.framework for row in past}
    return [
        Offered(check.framework, check.name, check.summary, check.framework in taken)
        for check in deps.library.checks.values()
    ]


async def _place(session: Session, deps: Deps, row: Assessment) -> Place:
    words = await load_words(session, deps, row)
    return Place(
        assessment_id=row.id,
        mark=mark_of(words, tier=row.tier, level=row.level),
        explained=meaning_of(words, tier=row.tier, level=row.level),
        title=words.title,
        family_id=words.family,
        scoring=words.scoring,
        when=row.ended_at or row.started_at,
    )


async def me(deps: Deps, call: Call) -> None:
    """Show what the member said about themselves, newest first."""
    async with deps.database.read() as session:
        profile = await profile_of(session, deps, call.request.key)
    await Reply(deps, call.request).privately(profile_message(deps.render, profile))


async def profile_asked(deps: Deps, click: Click) -> None:
    """The member's results so far."""
    await me(deps, Call(click.request))
