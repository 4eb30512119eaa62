"""Reads a member's profile: what `/rungs me` and the Home tab show."""

from collections.abc import Mapping, Sequence

from bot.assessments.session import load, load_words
from bot.assessments.step_views import step_view_of
from bot.assessments.values import CardState, start_framework
from bot.buttons import ACCESS
from bot.deps import Deps
from bot.features.profile.ladder_lines import LadderLines, Said, ladder_lines_of
from bot.features.profile.views import (
    PATH_LENGTH,
    DoneStep,
    DoneSteps,
    FrameworkResults,
    OfferedCheck,
    Place,
    Profile,
)
from bot.slack.directory import clock_of
from bot.slack.phrases import MemberClock
from coaching.evidence import LadderKey
from coaching.mean_score import mean_standing
from coaching.members import MemberKey
from coaching.timing import local_date, zone_of
from storage import members
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import ROLE_FAMILIES, Assessment
from storage.database import Session
from storage.steps import steps


async def profile_of(session: Session, deps: Deps, key: MemberKey) -> Profile:
    """Return the member's results by framework, their current step, and the self-checks that are open."""
    member = await members.get(session, key)
    family = deps.library.family(member.family or "") if member else None
    step = await steps.current(session, key)
    past = await assessments.history(session, key)
    offered = _offered(deps, past, member.family if member else None)
    clock = MemberClock(deps.now(), member.zone if member else None)
    places = await _places(session, deps, past, clock)
    held = await ladder_lines_of(session, deps, key, clock)
    parts = [
        _results(
            deps,
            framework,
            [places[row.id] for row in past if row.framework == framework],
            held,
        )
        for framework in _frameworks_of(deps, past)
    ]
    shown = {_ladder_of(part.framework, part.latest) for part in parts}
    return Profile(
        family_name=family.name if family else None,
        parts=parts,
        step=step_view_of(deps, step) if step else None,
        open_cards=await _open_cards(session, deps, key),
        offered=offered,
        has_crosswalk=deps.library.crosswalk is not None and bool(offered),
        others=[held.titled_lines(one) for one in held.ladders if one not in shown],
        can_prove=held.verified is not None,
        has_access=ACCESS in deps.features.clicks,
    )


def _results(deps: Deps, framework: str, path: list[Place], held: LadderLines) -> FrameworkResults:
    latest, shown = path[0], start_framework(framework)
    has_map = deps.library.words(framework, latest.words.family) is not None
    lines = held.lines(_ladder_of(shown, latest), Said(latest.name, latest.at))
    return FrameworkResults(shown, path, has_map, lines)


def _ladder_of(framework: str, latest: Place) -> LadderKey:
    """Return the ladder that a result is on; the role families are called "" here."""
    return LadderKey(framework) if framework else LadderKey(ROLE_FAMILIES, latest.words.family)


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


def _offered(deps: Deps, past: list[Assessment], family: str | None) -> list[OfferedCheck]:
    """Return the self-checks beside the role families that are for this family, or were taken before."""
    taken = {row.framework for row in past}
    own = deps.library.checks_for(family)
    return [
        OfferedCheck(check.framework, check.name, check.summary, check.framework in taken)
        for check in deps.library.checks.values()
        if check in own or check.framework in taken
    ]


async def _places(
    session: Session, deps: Deps, past: Sequence[Assessment], clock: MemberClock
) -> Mapping[str, Place]:
    """Return these results by assessment id; `past` is newest first."""
    words = {row.id: await load_words(session, deps, row) for row in past}
    answered = [row for row in past if words[row.id].scoring in ("mean", "lowest")]
    answers = await given_answers.levels_of_each(session, answered) if answered else {}
    found: dict[str, Place] = {}
    last: dict[tuple[str, str], Place] = {}
    for row in reversed(past):
        ended, number = row.ended_at or row.started_at, row.tier or row.level or 0
        before, given = last.get((row.framework, row.family)), answers.get(row.id, {})
        place = Place(
            assessment_id=row.id,
            words=words[row.id],
            number=number,
            last=before.number if before else None,
            last_name=before.short_name if before else None,
            answers=given,
            standing=None if row.tier is None else mean_standing(given),
            at=ended,
            on=clock.day(ended),
            day=local_date(ended, zone_of(clock.zone)),
        )
        found[row.id] = last[row.framework, row.family] = place
    return found


async def done_steps_of(session: Session, deps: Deps, key: MemberKey) -> DoneSteps:
    """Return the steps that the member did."""
    clock = await clock_of(session, deps, key)
    newest, count = await steps.list_done(session, key, limit=PATH_LENGTH)
    told = [DoneStep(steps.tip_of(step).title, clock.day(step.changed_at)) for step in newest]
    return DoneSteps(told, count)
