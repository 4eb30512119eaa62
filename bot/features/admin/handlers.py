"""The page for admins, what is on, who else may change it, and the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.feature import Call
from bot.features.admin import parts
from bot.features.admin.log import NAMED as NAMED_SETTING
from bot.features.admin.log import last_change, log_page
from bot.features.admin.service import is_of_workspace, may_administer, role_of
from bot.features.admin.views import (
    FROM_HOME,
    MOST_NAMED,
    NAMED_TITLE,
    NAMED_VIEW,
    PARTS_TITLE,
    PARTS_VIEW,
    PEOPLE,
    SectionView,
    admin_home,
    admin_message,
    named_form,
    named_page,
)
from bot.slack.blocks import notice
from bot.slack.errors import MemberGone
from bot.slack.payloads import Click, Request, Submission, Ticks
from bot.slack.phrases import MemberClock, listed, person
from bot.slack.replies import Reply, is_first_delivery, is_submitted, open_and_fill, open_modal
from coaching.members import MemberKey
from coaching.safe_text import SafeText, is_slack_id
from storage import admin, audit, workspace_settings
from storage.database import Session


async def admin_command(deps: Deps, call: Call) -> None:
    """Answer with the page, or with the log ("/rungs admin log")."""
    if not await may_administer(deps, call.request):
        return
    wants_log = [word.casefold() for word in call.arguments] == ["log"]
    message = (
        await log_page(deps, call.request.key)
        if wants_log
        else admin_message(deps.render, await _page(deps))
    )
    await Reply(deps, call.request).privately(message)


async def admin_asked(deps: Deps, click: Click) -> None:
    """Show the page: on Home as its second page, elsewhere as an answer."""
    if click.request.on_home:
        await show_on_home(deps, click.request)
    else:
        page = admin_message(deps.render, await _page(deps))
        await Reply(deps, click.request).privately(page)


async def show_on_home(deps: Deps, request: Request, *, note: str | None = None) -> None:
    """Publish the page on the Home tab of this admin; `note` says what was changed."""
    view = admin_home(deps.render, await _page(deps), note=note)
    await deps.slack.publish_home(request.key.user_id, view)


async def home_left(deps: Deps, click: Click) -> None:
    """Publish the first page of the Home tab again."""
    await deps.features.refresh_home(deps, click.request)


async def _page(deps: Deps) -> list[SectionView]:
    async with deps.database.read() as session:
        return [
            SectionView(one.title, await one.line(session, deps), one.button, one.action)
            for one in deps.features.admin_sections
        ]


def _carried(request: Request) -> str:
    return FROM_HOME if request.on_home else ""


async def _tell_saved(deps: Deps, submission: Submission, text: str, *, changed: bool) -> None:
    """Say what was saved: on the page of Home where the form was opened there, else in messages."""
    if changed:
        deps.settings_changed()
        deps = await parts.with_settings_now(deps)
    if submission.carried == FROM_HOME:
        await show_on_home(deps, submission.request, note=text)
    else:
        await Reply(deps, submission.request).privately(notice(text))


async def parts_asked(deps: Deps, click: Click) -> None:
    """Open the form of what is on."""
    content = partial(parts.form, deps, carried=_carried(click.request))
    await open_and_fill(deps, click.request, PARTS_TITLE, callback=PARTS_VIEW, content=content)


async def parts_sent(deps: Deps, submission: Submission) -> None:
    """Switch on and off what was changed in the form; a repeated delivery changes nothing."""
    if await is_submitted(deps, submission.request):
        return
    granted = await parts.granted_scopes(deps)
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        saved = await parts.save(session, deps, submission, granted)
    if saved is None:
        told = deps.render("admin/no_family_left")
        view = await parts.form(deps, carried=submission.carried, note=told)
        if await open_modal(deps, submission.request, view) is None:
            return
    else:
        text = parts.saved_text(deps, saved)
        await _tell_saved(deps, submission, text, changed=saved.is_change)


async def named_asked(deps: Deps, click: Click) -> None:
    """Open the form of the people who were named, to be read by those who were."""
    content = partial(_named_view, deps, click.request)
    await open_and_fill(deps, click.request, NAMED_TITLE, callback=NAMED_VIEW, content=content)


async def _named_view(deps: Deps, request: Request) -> View:
    may_name = await role_of(deps, request.key) == "slack"
    async with deps.database.read() as session:
        named = await admin.named(session, deps.identity.workspace_id)
    if may_name:
        return named_form(deps.render, named, carried=_carried(request))
    return named_page(deps.render, _mentions(named))


def _mentions(user_ids: Sequence[str]) -> SafeText | None:
    return listed(person(one) for one in user_ids) if user_ids else None


async def named_sent(deps: Deps, submission: Submission) -> None:
    """Name the people who were added in the form, and take it back from those who were removed."""
    request = submission.request
    if await is_submitted(deps, request):
        return
    if await role_of(deps, request.key) != "slack":
        await Reply(deps, request).privately(notice(deps.render("admin/admins_alone", named=None)))
        return
    wanted = await _wanted(deps, submission.ticked.get(PEOPLE, Ticks()))
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        saved = await _save_named(session, deps, request, wanted)
    text = deps.render(
        "admin/admins_saved",
        added=_mentions(saved.added),
        removed=_mentions(saved.removed),
        refused=_mentions(saved.refused),
    )
    await _tell_saved(deps, submission, text, changed=bool(saved.added or saved.removed))


@dataclass(frozen=True)
class NamedChange:
    """Who is named, who is not any more, and who cannot be."""

    added: Sequence[str]
    removed: Sequence[str]
    refused: Sequence[str]


async def _wanted(deps: Deps, people: Ticks) -> NamedChange:
    """Return what the form asks for; Slack is asked about everybody who is new."""
    new = [one for one in people.now if one not in people.before and is_slack_id(one)][:MOST_NAMED]
    can_be = [one for one in new if await _can_be_named(deps, one)]
    return NamedChange(
        added=can_be,
        removed=[one for one in people.before if one not in people.now],
        refused=[one for one in new if one not in can_be],
    )


async def _can_be_named(deps: Deps, user_id: str) -> bool:
    try:
        profile = await deps.slack.users_info(user_id)
    except MemberGone:
        return False
    return is_of_workspace(profile, deps.identity.workspace_id)


async def _save_named(
    session: Session, deps: Deps, request: Request, wanted: NamedChange
) -> NamedChange:
    """Save it, and record it by the codes of the people; return what was changed."""
    workspace_id, now = deps.identity.workspace_id, deps.now()
    # One form after the other, so that the log has what each found.
    await workspace_settings.read(session, workspace_id, lock=True)
    before = await admin.named(session, workspace_id)
    keys = {one: MemberKey(workspace_id, one) for one in (*wanted.added, *wanted.removed, *before)}
    room = MOST_NAMED - len(before)
    added = [one for one in wanted.added if one not in before][: max(room, 0)]
    for one in added:
        await admin.name(session, keys[one], now=now)
    removed = [one for one in wanted.removed if await admin.unname(session, keys[one])]
    if added or removed:
        codes = {one: await audit.member(session, key) for one, key in keys.items()}
        after = [one for one in (*before, *added) if one not in removed]
        await workspace_settings.record_change(
            session,
            NAMED_SETTING,
            [codes[one] for one in before],
            [codes[one] for one in after],
            by=request.key,
            place=request.place,
            now=now,
        )
    return NamedChange(added, removed, wanted.refused)


async def log_asked(deps: Deps, click: Click) -> None:
    """Answer with the newest changes."""
    await Reply(deps, click.request).privately(await log_page(deps, click.request.key))


async def log_older(deps: Deps, click: Click) -> None:
    """Put older changes in place of those that were clicked."""
    await Reply(deps, click.request).replace(await log_page(deps, click.request.key, click.value))


async def named_line(session: Session, deps: Deps) -> str:
    """Say who can change the settings."""
    named = await admin.named(session, deps.identity.workspace_id)
    return deps.render("admin/admins_line", named=_mentions(named))


async def log_line(session: Session, deps: Deps) -> str:
    """Say when something was changed last."""
    at = await last_change(session, deps)
    return deps.render("admin/log_line", at=MemberClock(deps.now(), None).day(at) if at else None)
