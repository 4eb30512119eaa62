"""Finding skills by what a member typed, and what a member has of skills, tiers and levels."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.deps import Deps
from bot.features.knowledge.items import comes_below, due_items
from bot.features.knowledge.list_views import SkillsView, SkillView, WholeView
from bot.slack.api import Message
from bot.slack.blocks import notice, repeated
from bot.slack.directory import clock_of
from bot.slack.phrases import MemberClock
from coaching.items import Skill
from coaching.knowledge.check import SURE
from coaching.knowledge.checked import Checked, Needed, needed, next_try_at
from coaching.knowledge.sequential import MOST_ITEMS, Outcome
from coaching.members import MemberKey
from content.problems import closest
from storage.assessments import assessments, given_answers
from storage.database import Session
from storage.knowledge import practice, tries
from storage.knowledge.checked import checked_of
from storage.knowledge.tries import Try

STATES: Mapping[int, Outcome] = {0: "not_yet", 1: "undecided", 2: "checked"}


def skill_named(deps: Deps, typed: str) -> Skill | None:
    """Return the skill with this id or title, or else the only one that begins with these words."""
    wanted = _plain(typed)
    skills = deps.library.knowledge.skills.values()
    for skill in skills:
        if wanted in (_plain(skill.id), _plain(skill.title)):
            return skill
    begun = [skill for skill in skills if _plain(skill.title).startswith(wanted)]
    return begun[0] if wanted and len(begun) == 1 else None


def unknown_skill(deps: Deps, typed: str) -> Message:
    """Return the answer to a name that no skill has: the closest one, and all of them."""
    names = [_plain(skill.title) for skill in deps.library.knowledge.skills.values()]
    if not names:
        return notice(deps.render("knowledge/none"))
    text = deps.render(
        "knowledge/unknown",
        typed=repeated(typed),
        meant=closest(_plain(typed), names),
        names=names,
    )
    return notice(text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


async def skills_view(session: Session, deps: Deps, key: MemberKey) -> SkillsView:
    """Return the skills with what the member has of each, and what they add up to."""
    now, clock = deps.now(), await clock_of(session, deps, key)
    checked = await checked_of(session, key, now)
    latest = tries.latest_by_skill(await tries.tries_of(session, key))
    answered = await _answered(session, latest.values(), key)
    standing = {one.skill: one for one in checked}
    return SkillsView(
        skills=[
            _skill_view(
                skill,
                latest.get(skill.id),
                standing.get(skill.id),
                answered=answered.get(skill.id, 0),
                clock=clock,
            )
            for skill in deps.library.knowledge.skills.values()
        ],
        wholes=_wholes(deps, checked, clock),
        due=len(await due_items(session, deps, key)),
        kept=await practice.count(session, key),
        is_practice_wanted=await practice.is_wanted(session, key),
        comes_below=await comes_below(session, key),
    )


def has_enough(skill: Skill) -> bool:
    """Return whether the skill has enough questions for a check."""
    return len(skill.items) >= MOST_ITEMS


async def _answered(session: Session, latest: Collection[Try], key: MemberKey) -> dict[str, int]:
    """Return how many questions of each open try are answered, by skill."""
    found: dict[str, int] = {}
    for one in latest:
        row = (
            await assessments.get(session, key.workspace_id, one.id)
            if one.state == "open"
            else None
        )
        if row:
            given = await given_answers.levels_by_item(session, row)
            found[one.skill] = sum(not item.endswith(SURE) for item in given)
    return found


def _skill_view(
    skill: Skill,
    last: Try | None,
    standing: Checked | None,
    *,
    answered: int,
    clock: MemberClock,
) -> SkillView:
    upcoming = next_try_at(last.last_at, now=clock.now) if last else None
    state = _state(skill, last, standing)
    on = standing.checked_at if standing and state == "checked" else _ended(last)
    return SkillView(
        id=skill.id,
        title=skill.title,
        about=skill.about,
        state=state,
        answered=answered,
        on=clock.day(on) if on else None,
        until=clock.day(standing.fades_at) if standing else None,
        upcoming=clock.day(upcoming) if upcoming and state != "open" else None,
    )


def _state(skill: Skill, last: Try | None, standing: Checked | None) -> str:
    if last and last.state == "open":
        return "open"
    if standing:
        return "checked"
    if not has_enough(skill):
        return "short"
    if last is None:
        return "none"
    if last.outcome is None:
        return "closed"
    state = STATES[last.outcome]
    return "ended" if state == "checked" else state


def _ended(last: Try | None) -> datetime | None:
    return last.last_at if last else None


def _wholes(deps: Deps, checked: Collection[Checked], clock: MemberClock) -> list[WholeView]:
    """Return the tiers and levels of which a skill is checked, tiers with equal skills together."""
    knowledge = deps.library.knowledge
    by_skills: dict[tuple[str, ...], list[float]] = {}
    for tier in sorted(knowledge.tiers):
        ids = tuple(skill.id for skill in knowledge.skills_of_tier(tier))
        by_skills.setdefault(ids, []).append(tier)
    wholes = [
        (f"Tier {' and '.join(f'{tier:g}' for tier in tiers)}", ids)
        for ids, tiers in by_skills.items()
    ]
    for framework, level in sorted(knowledge.levels):
        ladder = deps.library.frameworks.get(framework)
        if ladder:
            skills = knowledge.skills_of_level(framework, level)
            ids = tuple(skill.id for skill in skills)
            wholes.append((f"{ladder.words.title}, level {level}", ids))
    return [
        _whole_view(title, has, clock)
        for title, ids in wholes
        if (has := needed(ids, checked)).checked
    ]


def _whole_view(title: str, has: Needed, clock: MemberClock) -> WholeView:
    return WholeView(
        title=title,
        have=len(has.checked),
        total=len(has.skills),
        until=clock.day(has.fades_at) if has.fades_at else None,
    )
