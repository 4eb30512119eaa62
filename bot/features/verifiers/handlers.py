"""The section of `/rungs admin` in which admins name verifiers and stewards, by ladder."""

from dataclasses import dataclass, field
from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.holders.service import can_be_named
from bot.features.verifiers.views import (
    GROUPS,
    MONTHS,
    MOST_NAMED,
    NAMED,
    NOBODY,
    PEOPLE_VIEW,
    RULE,
    STEWARD,
    TITLE,
    GroupChoice,
    LadderPeople,
    ladder_form,
    ladder_of,
    people_window,
    section_text,
)
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from bot.slack.errors import ScopeMissing
from bot.slack.payloads import Click, Submission, Ticks
from bot.slack.phrases import counted, listed, person
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_and_fill, open_modal
from coaching.evidence import MONTHS as USUAL_MONTHS
from coaching.evidence import LadderKey
from coaching.members import MemberKey
from content.evidence import ClaimLadder, claim_ladder, claim_ladders
from storage import audit, workspace_settings
from storage.database import Session
from storage.evidence import desk, ladder_people, ladders
from storage.evidence.ladders import NamingProblem


async def section_line(session: Session, deps: Deps) -> str:
    """Return on which ladders levels can be verified."""
    return section_text(deps.render, await _every(session, deps))


async def _every(session: Session, deps: Deps) -> list[LadderPeople]:
    """Return all ladders on which levels can be claimed, those that are set up first."""
    known = {one.ladder for one in await ladders.set_ladders(session, deps.identity.workspace_id)}
    found = claim_ladders(deps.library)
    return [
        await _people_of(session, deps, one)
        for one in sorted(found, key=lambda each: each.key not in known)
    ]


async def _people_of(session: Session, deps: Deps, ladder: ClaimLadder) -> LadderPeople:
    workspace_id, now, key = deps.identity.workspace_id, deps.now(), ladder.key
    row = await ladders.get(session, workspace_id, key)
    if row is None:
        return LadderPeople(ladder, lacks=("verifiers", "steward"), months=USUAL_MONTHS)
    every = await desk.waiting_in(session, workspace_id, now=now)
    return LadderPeople(
        ladder,
        named=await ladder_people.named_on(session, workspace_id, key),
        groups=await ladder_people.groups_of(session, workspace_id, key),
        rule_level=row.rule_level,
        months=row.months or USUAL_MONTHS,
        steward=row.steward,
        count=len(await ladders.verifiers_of(session, workspace_id, key, now=now)),
        lacks=await ladders.lacking(session, workspace_id, key, now=now),
        claims=[one for one in every if one.ladder == key],
    )


async def people_asked(deps: Deps, click: Click) -> None:
    """Open the window with all ladders."""
    content = partial(_window, deps, click)
    await open_and_fill(deps, click.request, TITLE, callback=PEOPLE_VIEW, content=content)


async def _window(deps: Deps, click: Click) -> View:
    async with deps.database.read() as session:
        every = await _every(session, deps)
        clock = await clock_of(session, deps, click.request.key)
    return people_window(deps.render, every, clock)


async def ladder_asked(deps: Deps, click: Click) -> None:
    """Show the form of one ladder in place of the window."""
    ladder = claim_ladder(deps.library, ladder_of(click.value))
    if ladder is None:
        await Reply(deps, click.request).privately(notice(deps.render("slack/unknown_click")))
        return
    async with deps.database.read() as session:
        shown = await _people_of(session, deps, ladder)
    view = ladder_form(deps.render, shown, await _offered(deps))
    request = click.request
    if request.window is None or not await deps.slack.update_modal(request.window, view):
        await open_modal(deps, request, view)


async def _offered(deps: Deps) -> GroupChoice:
    try:
        found = await deps.slack.user_groups()
    except ScopeMissing:
        return GroupChoice(is_refused=True)
    return GroupChoice([(f"@{one['handle']}: {one['name']}", str(one["id"])) for one in found])


@dataclass(frozen=True)
class Chosen:
    """What a form says of a ladder; `handles` is None where it offered no groups."""

    ladder: LadderKey
    named: tuple[str, ...]
    guests: tuple[str, ...]
    steward: str | None
    rule_level: int | None
    months: int | None
    handles: dict[str, str] | None = None
    refused: list[str] = field(default_factory=list)


class Refused(Exception):
    """Raised to roll back what a form asks for, because the steward would be a verifier or a claimant."""

    def __init__(self, problem: NamingProblem, user_id: str) -> None:
        super().__init__(problem)
        self.problem, self.user_id = problem, user_id


async def ladder_sent(deps: Deps, submission: Submission) -> None:
    """Save who decides on a ladder, or say why not; a repeated delivery changes nothing."""
    ladder = claim_ladder(deps.library, ladder_of(submission.carried))
    if ladder is None or await is_submitted(deps, submission.request):
        return
    chosen = await _chosen(deps, ladder, submission)
    try:
        async with deps.database.write() as session:
            if not await is_first_delivery(session, deps, submission.request):
                return
            changed = await _save(session, deps, submission, chosen)
    except Refused as refusal:
        text = deps.render(
            "verifiers/not_saved",
            ladder=ladder.title,
            problem=refusal.problem,
            who=person(refusal.user_id),
        )
        await Reply(deps, submission.request).privately(notice(text))
        return
    async with deps.database.read() as session:
        now = await _people_of(session, deps, ladder)
    refused = [person(user) for user in chosen.refused]
    text = deps.render(
        "verifiers/saved",
        changed=changed,
        ladder=ladder.title,
        now=counted(now.count, "verifier"),
        steward=person(now.steward) if now.steward else None,
        refused=listed(refused) if refused else None,
    )
    await Reply(deps, submission.request).privately(notice(text))


async def _chosen(deps: Deps, ladder: ClaimLadder, sent: Submission) -> Chosen:
    """Return what the form says, without people who cannot be named, and with who of them is a guest."""
    wanted = sent.ticked.get(NAMED, Ticks()).now[:MOST_NAMED]
    steward = sent.written.get(STEWARD)
    people = [*wanted, *([steward] if steward else [])]
    allowed = [user for user in dict.fromkeys(people) if await can_be_named(deps, user)]
    named = tuple(user for user in wanted if user in allowed)
    level = sent.chosen.get(RULE, NOBODY)
    months = sent.chosen.get(MONTHS, "")
    return Chosen(
        ladder=ladder.key,
        named=named,
        guests=tuple([user for user in named if await _is_guest(deps, user)]),
        steward=steward if steward in allowed else None,
        rule_level=int(level) if level in {str(one.level) for one in ladder.levels} else None,
        months=int(months) if months.isdecimal() and 0 < int(months) <= 120 else None,
        handles=await _handles(deps, sent),
        refused=[user for user in dict.fromkeys(people) if user not in allowed],
    )


async def _is_guest(deps: Deps, user_id: str) -> bool:
    profile = await deps.slack.users_info(user_id)
    return bool(profile.get("is_restricted") or profile.get("is_ultra_restricted"))


async def _handles(deps: Deps, sent: Submission) -> dict[str, str] | None:
    if GROUPS not in sent.ticked:
        return None
    chosen = sent.ticked[GROUPS].now
    every = await deps.slack.user_groups() if chosen else []
    return {str(one["id"]): str(one["handle"]) for one in every if str(one["id"]) in chosen}


async def _save(session: Session, deps: Deps, sent: Submission, chosen: Chosen) -> bool:
    """Save it all, with one entry in the log; return whether anything changed. Raises `Refused`."""
    workspace_id, ladder, now = deps.identity.workspace_id, chosen.ladder, deps.now()
    before = await _codes(session, workspace_id, ladder)
    was = await ladders.get(session, workspace_id, ladder)
    if was is None or was.steward != chosen.steward:
        await ladder_people.clear_steward(session, workspace_id, ladder, now=now)
    problem = await ladders.name_verifiers(
        session, workspace_id, ladder, chosen.named, guests=chosen.guests, now=now
    )
    if problem:
        raise Refused(problem, chosen.steward or "")
    if chosen.handles is not None:
        await ladder_people.choose_groups(session, workspace_id, ladder, chosen.handles)
    await ladders.set_rule(session, workspace_id, ladder, chosen.rule_level, now=now)
    await ladders.set_months(session, workspace_id, ladder, chosen.months, now=now)
    if chosen.steward:
        key = MemberKey(workspace_id, chosen.steward)
        if problem := await ladders.name_steward(session, key, ladder, now=now):
            raise Refused(problem, chosen.steward)
    after = await _codes(session, workspace_id, ladder)
    if before == after:
        return False
    await workspace_settings.record_change(
        session,
        f"verifiers_{ladder.family or ladder.framework}",
        before,
        after,
        by=sent.request.key,
        place=sent.request.place,
        now=now,
    )
    return True


async def _codes(session: Session, workspace_id: str, ladder: LadderKey) -> list[str]:
    """Return what the log keeps of a ladder: people by their codes, groups by name, and what else is set."""
    row = await ladders.get(session, workspace_id, ladder)
    if row is None:
        return []
    named = await ladder_people.named_on(session, workspace_id, ladder)
    codes = [await audit.member(session, MemberKey(workspace_id, user)) for user in named]
    groups = await ladder_people.groups_of(session, workspace_id, ladder)
    steward = (
        await audit.member(session, MemberKey(workspace_id, row.steward)) if row.steward else ""
    )
    return [
        *sorted(codes),
        *sorted(f"@{one.handle}" for one in groups),
        *([f"steward {steward}"] if steward else []),
        *([f"level {row.rule_level}"] if row.rule_level else []),
        *([f"{row.months} months"] if row.months else []),
    ]
