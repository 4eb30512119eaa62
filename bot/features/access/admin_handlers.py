"""The section of `/rungs admin` about permissions: which are on, and who is missing to approve or confirm."""

from collections.abc import Mapping
from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.access.admin_views import (
    PERMISSIONS_VIEW,
    TITLE,
    PermissionChoice,
    is_of_form,
    permissions_form,
)
from bot.features.access.member_access import Around
from bot.features.access.requirement_views import Words
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Submission
from bot.slack.phrases import capitalized, listed, number
from bot.slack.replies import Reply, is_first_delivery, open_and_fill
from coaching.access.policy import Permission
from coaching.safe_text import SafeText, escape
from storage import workspace_settings
from storage.access import people
from storage.access.facts import ON_PERMISSIONS
from storage.database import Session


async def section_line(session: Session, deps: Deps) -> str:
    """Return how many permissions are on, and for which of them nobody is named to approve."""
    policy, every = deps.library.access, await _people(session, deps)
    on = [policy.permissions[one] for one in await _on(session, deps) if one in policy.permissions]
    lacking = {one.approver: None for one in on if _lacks(one, every)}
    titles = [escape(policy.approvers[one].title) for one in lacking if one in policy.approvers]
    return deps.render(
        "access/admin_line",
        many=number(len(policy.permissions)) if policy.permissions else None,
        on=capitalized(number(len(on))) if on else None,
        is_one=len(on) == 1,
        lacking=listed(titles) if titles else None,
        no_coordinator=bool(policy.trainings) and not every.get(people.COORDINATOR),
    ).strip()


async def _people(session: Session, deps: Deps) -> Mapping[str, list[str]]:
    return await people.everyone(session, deps.identity.workspace_id, now=deps.now())


async def _on(session: Session, deps: Deps) -> tuple[str, ...]:
    settings = await workspace_settings.read(session, deps.identity.workspace_id)
    return settings.get(ON_PERMISSIONS)


def _lacks(permission: Permission, every: Mapping[str, list[str]]) -> bool:
    """Return whether a permission asks for an approval that nobody is named to give."""
    role = people.role_name("approver", permission.approver)
    return bool(permission.approver) and not every.get(role)


async def form_asked(deps: Deps, click: Click) -> None:
    """Open the form with all permissions of the policy."""
    content = partial(_form, deps, click)
    await open_and_fill(deps, click.request, TITLE, callback=PERMISSIONS_VIEW, content=content)


async def _form(deps: Deps, click: Click) -> View:
    async with deps.database.read() as session:
        on, every = await _on(session, deps), await _people(session, deps)
        clock = await clock_of(session, deps, click.request.key)
    words = Words(deps.render, Around(deps.library, clock))
    choices = [
        PermissionChoice(one, words.takes(one.requires, one), one.id in on, _lacks(one, every))
        for one in deps.library.access.permissions.values()
    ]
    return permissions_form(deps.render, choices)


async def form_sent(deps: Deps, submission: Submission) -> None:
    """Save which permissions are on, over what others changed meanwhile; a repeat changes nothing."""
    policy, workspace_id = deps.library.access, deps.identity.workspace_id
    fields = [ticks for name, ticks in submission.ticked.items() if is_of_form(name)]
    added = {one for ticks in fields for one in ticks.now if one not in ticks.before}
    removed = {one for ticks in fields for one in ticks.before if one not in ticks.now}
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        settings = await workspace_settings.read(session, workspace_id, lock=True)
        before = settings.get(ON_PERMISSIONS)
        wanted = {*before, *added} - removed
        # In the policy's order; what the policy has no more is left out.
        on = tuple(one for one in policy.permissions if one in wanted)
        changed = await workspace_settings.change(
            session,
            workspace_id,
            ON_PERMISSIONS,
            on,
            by=submission.request.key,
            place=submission.request.place,
            now=deps.now(),
        )
    deps.settings_changed()
    titles = [escape(policy.permissions[one].title) for one in on]
    told: SafeText | None = listed(titles) if titles else None
    text = deps.render("access/admin_saved", changed=changed, on=told)
    await Reply(deps, submission.request).privately(notice(text))
