"""Roles: the section of `/rungs admin` in which admins give them, and the job that reads user groups."""

from collections.abc import Mapping
from functools import partial
from logging import getLogger
from typing import Any

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.feature import AdminSection, Feature, FeatureJob
from bot.features.admin.service import for_admins, for_admins_form
from bot.features.holders.service import can_be_named, roles_in
from bot.features.holders.views import (
    GROUPS,
    MOST_NAMED,
    NAMED,
    PEOPLE,
    ROLE_CHANGE,
    ROLE_GROUPS,
    ROLE_VIEW,
    ROLES_VIEW,
    TITLE,
    GroupChoice,
    GroupView,
    RoleView,
    role_form,
    roles_window,
)
from bot.slack.blocks import notice
from bot.slack.errors import LogUndeliverable, ScopeMissing, Undeliverable, WorkspaceGone
from bot.slack.installation import app_removed
from bot.slack.payloads import Click, Request, Submission, Ticks
from bot.slack.phrases import counted, listed, person
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_and_fill, open_modal
from coaching.members import MemberKey
from coaching.safe_text import SafeText
from storage import audit, holders, workspace_settings
from storage.database import Session
from storage.holders import COUNTS_FOR, PERSONAL_DATA, RoleGroup

log = getLogger(__name__)

GROUP_GONE = frozenset({"no_such_subteam", "subteam_not_found"})


async def section_line(session: Session, deps: Deps) -> str:
    """Return each role with how many people and groups have it, in one line."""
    shown = [
        {
            "title": one.role.title,
            "many": _many(one),
            "problem": any(each.problem for each in one.groups),
        }
        for one in await _roles(session, deps)
    ]
    return deps.render("holders/line", roles=shown).strip()


def _many(role: RoleView) -> SafeText | None:
    both = ((role.named, "member"), (role.groups, "group"))
    found = [counted(len(some), what) for some, what in both if some]
    return listed(found) if found else None


async def _roles(session: Session, deps: Deps) -> list[RoleView]:
    """Return the roles that capabilities declare, with those who have them."""
    workspace_id = deps.identity.workspace_id
    named = await holders.named(session, workspace_id)
    groups = await holders.groups(session, workspace_id)
    return [
        RoleView(
            role,
            named.get(name, ()),
            [GroupView(g.group_id, g.handle, _problem(deps, g)) for g in groups if g.role == name],
        )
        for name, role in roles_in(deps).items()
    ]


def _problem(deps: Deps, group: RoleGroup) -> str | None:
    is_late = group.read_at is not None and group.read_at <= deps.now() - COUNTS_FOR
    return group.problem or ("late" if is_late else None)


async def people_asked(deps: Deps, click: Click) -> None:
    """Open the window with all roles."""
    content = partial(_window, deps)
    await open_and_fill(deps, click.request, TITLE, callback=ROLES_VIEW, content=content)


async def _window(deps: Deps) -> View:
    async with deps.database.read() as session:
        roles = await _roles(session, deps)
    return roles_window(deps.render, roles, install_url=deps.install_url)


async def role_asked(deps: Deps, click: Click) -> None:
    """Show the form of one role in place of the window; with groups where the role has some."""
    await _show_form(deps, click, with_groups=False)


async def groups_asked(deps: Deps, click: Click) -> None:
    """Offer the user groups of the workspace, or say what is needed to read them."""
    await _show_form(deps, click, with_groups=True)


async def _show_form(deps: Deps, click: Click, *, with_groups: bool) -> None:
    async with deps.database.read() as session:
        shown = next(
            (one for one in await _roles(session, deps) if one.role.name == click.value), None
        )
    if shown is None:
        await Reply(deps, click.request).privately(notice(deps.render("holders/none")))
        return
    asks = with_groups or bool(shown.groups)
    choice = await _offered(deps) if asks else GroupChoice()
    await _show(
        deps, click.request, role_form(deps.render, shown, choice, install_url=deps.install_url)
    )


async def _show(deps: Deps, request: Request, view: View) -> None:
    if request.window is None or not await deps.slack.update_modal(request.window, view):
        await open_modal(deps, request, view)


async def _offered(deps: Deps) -> GroupChoice:
    try:
        found = await deps.slack.user_groups()
    except ScopeMissing:
        return GroupChoice(problem="holders/scope")
    groups = [(f"@{one['handle']}: {one['name']}", str(one["id"])) for one in found]
    return GroupChoice(groups, None if groups else "holders/groups_none")


async def role_sent(deps: Deps, submission: Submission) -> None:
    """Give the role to those who were chosen; a repeated delivery changes nothing.

    Groups that the form did not offer stay as they are.
    """
    role = roles_in(deps).get(submission.carried)
    if role is None or await is_submitted(deps, submission.request):
        return
    wanted = submission.ticked.get(NAMED, Ticks()).now[:MOST_NAMED]
    allowed = [user for user in wanted if await can_be_named(deps, user, no_guests=role.no_guests)]
    handles = await _chosen_groups(deps, submission)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        changed = await _save(session, deps, submission, allowed, handles)
    if handles:
        await read_due_groups(deps)
    async with deps.database.read() as session:
        (now,) = (one for one in await _roles(session, deps) if one.role.name == role.name)
    refused = [person(user) for user in wanted if user not in allowed]
    text = deps.render(
        "holders/saved",
        title=role.title,
        changed=changed,
        people=now.people,
        groups=now.handles,
        refused=listed(refused) if refused else None,
    )
    await Reply(deps, submission.request).privately(notice(text))


async def _chosen_groups(deps: Deps, submission: Submission) -> dict[str, str] | None:
    """Return the chosen groups by id with their handles; None where the form offered none."""
    if GROUPS not in submission.ticked:
        return None
    chosen = submission.ticked[GROUPS].now
    if not chosen:
        return {}
    return {
        str(one["id"]): str(one["handle"])
        for one in await deps.slack.user_groups()
        if str(one["id"]) in chosen
    }


async def _save(
    session: Session,
    deps: Deps,
    sent: Submission,
    allowed: list[str],
    handles: dict[str, str] | None,
) -> bool:
    """Save who has the role, and record how many were added and removed; return whether anything changed."""
    workspace_id, role, now = deps.identity.workspace_id, sent.carried, deps.now()
    before = (await holders.named(session, workspace_id)).get(role, [])
    had = {
        g.group_id: g.handle for g in await holders.groups(session, workspace_id) if g.role == role
    }
    await holders.name_members(session, workspace_id, role, allowed, now=now)
    if handles is not None:
        await holders.choose_groups(session, workspace_id, role, handles)
    groups = had if handles is None else handles
    if set(before) == set(allowed) and had == groups:
        return False
    await workspace_settings.record_change(
        session,
        f"role_{role}",
        await _codes(session, workspace_id, before, had),
        await _codes(session, workspace_id, allowed, groups),
        by=sent.request.key,
        place=sent.request.place,
        now=now,
    )
    return True


async def _codes(
    session: Session, workspace_id: str, user_ids: list[str], groups: Mapping[str, str]
) -> list[str]:
    """Return what the log keeps: people by their codes, and groups by their names."""
    codes = [await audit.member(session, MemberKey(workspace_id, user)) for user in user_ids]
    return [*sorted(codes), *sorted(f"@{handle}" for handle in groups.values())]


async def read_due_groups(deps: Deps) -> bool:
    """Read from Slack who is in one group that is due; True when another may be."""
    workspace_id = deps.identity.workspace_id
    async with deps.database.read() as session:
        group = await holders.group_to_read(session, workspace_id, now=deps.now())
    return group is not None and await _read(deps, group)


async def _read(deps: Deps, group: str) -> bool:
    """Read who is in this group, and store it; return False where Slack gave no answer.

    When Slack refuses that for good, as for a group that is gone or without the scope, its people lose the
    role at once. Without an answer they keep it until an hour after the last one.
    """
    workspace_id = deps.identity.workspace_id
    try:
        found = await deps.slack.user_group_members(group)
    except WorkspaceGone as problem:
        await app_removed(deps, workspace_id, reason=problem.reason)
        return False
    except Undeliverable as problem:
        why = _why_closed(problem)
        log.warning("group_unread", extra={"group": group, "reason": problem.reason})
        if why is None:
            return False
        async with deps.database.write() as session:
            await holders.close_group(session, workspace_id, group, problem=why, now=deps.now())
        return True
    async with deps.database.write() as session:
        await holders.save_group(session, workspace_id, group, found, now=deps.now())
    return True


def _why_closed(problem: Undeliverable) -> str | None:
    """Return why Slack does not say who is in a group; None when it may say so the next time."""
    if isinstance(problem, ScopeMissing):
        return "scope"
    if problem.reason in GROUP_GONE:
        return "gone"
    return "refused" if type(problem) is Undeliverable else None


async def group_changed(deps: Deps, _request: Request, event: Mapping[str, Any]) -> None:
    """Read a group at once when Slack says that its people changed, or that it was switched off."""
    about = event.get("subteam") or {}
    group = str(event.get("subteam_id") or about.get("id") or "")
    async with deps.database.read() as session:
        known = {one.group_id for one in await holders.groups(session, deps.identity.workspace_id)}
    if group in known:
        with LogUndeliverable(log):
            await _read(deps, group)


async def member_gone(session: Session, _deps: Deps, key: MemberKey) -> None:
    """Take all roles from a member who was deactivated."""
    await holders.remove_member(session, key)


FEATURE = Feature(
    name="holders",
    clicks={
        PEOPLE: for_admins(people_asked),
        ROLE_CHANGE: for_admins(role_asked),
        ROLE_GROUPS: for_admins(groups_asked),
    },
    forms={ROLE_VIEW: for_admins_form(role_sent)},
    events={"subteam_members_changed": group_changed, "subteam_updated": group_changed},
    on_member_gone=member_gone,
    admin=(
        AdminSection(
            "holders",
            TITLE,
            "Change",
            PEOPLE,
            section_line,
            rank=30,
            is_needed=lambda registry: registry.has_roles,
        ),
    ),
    personal_data=(PERSONAL_DATA,),
    jobs=(
        FeatureJob(
            name="groups",
            seconds=60,
            promise=(
                "Reads who is in the user groups that have roles, each every 15 minutes. Run twice or in "
                "several processes: the same people are stored. Run late: an hour after the last time, "
                "nobody has a role through the group."
            ),
            run=read_due_groups,
            due=holders.workspaces_with_groups_due,
        ),
    ),
)
