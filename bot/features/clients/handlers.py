"""What admins set about programs that ask, and the jobs that follow from it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from logging import getLogger
from typing import Any

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.admin.service import is_of_workspace
from bot.features.clients.service import confirmed_email
from bot.features.clients.views import (
    BY_EMAIL,
    CLIENTS_VIEW,
    DAYS,
    NAMING,
    TITLE,
    clients_form,
)
from bot.slack.blocks import notice
from bot.slack.errors import Undeliverable
from bot.slack.installation import OPTIONAL_SCOPES
from bot.slack.payloads import Click, Submission, Ticks
from bot.slack.phrases import listed
from bot.slack.replies import Reply, is_first_delivery, open_and_fill
from coaching.safe_text import SafeText, escape
from storage import workspace_settings
from storage.clients import access_log, clients, emails
from storage.clients.access_log import KEPT, LOG_KEPT
from storage.clients.emails import EMAILS
from storage.database import Session
from storage.workspace_settings import Setting, WorkspaceSettings

log = getLogger(__name__)

KEPT_DAYS = (30, 90, KEPT.days)
SCOPE = "users:read.email"
ROWS_AT_ONCE = 500


async def section_line(session: Session, deps: Deps) -> str:
    """Return which programs may ask, and how they name people, in one line."""
    settings = await workspace_settings.read(session, deps.identity.workspace_id)
    names, by_email = await _names(session, deps), settings.get(EMAILS)
    return deps.render("clients/line", names=names, by_email=by_email).strip()


async def _names(session: Session, deps: Deps) -> SafeText | None:
    found = await clients.listed(session, deps.identity.workspace_id)
    return listed(escape(one.name) for one in found) if found else None


async def form_asked(deps: Deps, click: Click) -> None:
    """Open the form."""
    content = partial(_form, deps, click.request.response_url or "")
    await open_and_fill(deps, click.request, TITLE, callback=CLIENTS_VIEW, content=content)


async def _form(deps: Deps, carried: str) -> View:
    async with deps.database.read() as session:
        settings = await workspace_settings.read(session, deps.identity.workspace_id)
        names = await _names(session, deps)
    return clients_form(
        deps.render,
        names,
        days=settings.get(LOG_KEPT),
        choices=KEPT_DAYS,
        by_email=settings.get(EMAILS),
        carried=carried,
    )


async def form_sent(deps: Deps, submission: Submission) -> None:
    """Save what was changed in the form; a repeated delivery changes nothing.

    Addresses are allowed only where Slack lets the app read them. Where they are no longer, what was read of
    them is deleted.
    """
    by_email = BY_EMAIL in submission.ticked.get(NAMING, Ticks()).now
    scopes = await deps.slack.granted_scopes() if by_email else None
    lacks = by_email and scopes is not None and SCOPE not in scopes
    chosen: dict[Setting[Any], Any] = {EMAILS: by_email and not lacks}
    if submission.chosen.get(DAYS, "") in map(str, KEPT_DAYS):
        chosen[LOG_KEPT] = int(submission.chosen[DAYS])
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        changes = [
            await workspace_settings.change(
                session,
                deps.identity.workspace_id,
                setting,
                value,
                by=submission.request.key,
                place=submission.request.place,
                now=deps.now(),
            )
            for setting, value in chosen.items()
        ]
        if not chosen[EMAILS]:
            await emails.forget(session, deps.identity.workspace_id)
    deps.settings_changed()
    needs = _scope_needed(deps) if lacks else None
    text = deps.render("clients/saved", changed=any(changes), needs=needs)
    request = replace(submission.request, response_url=submission.carried or None)
    await Reply(deps, request).privately_or_in_dm(notice(text), about="clients")


def _scope_needed(deps: Deps) -> str:
    url = f"{deps.install_url}?with={SCOPE}" if deps.install_url else None
    return deps.render("admin/scope_needed", scope=SCOPE, reason=OPTIONAL_SCOPES[SCOPE], url=url)


async def read_emails(deps: Deps) -> bool:
    """Read the members' confirmed addresses from Slack; those that are gone there are deleted."""
    workspace_id, begun = deps.identity.workspace_id, deps.now()
    if not (await _settings(deps)).get(EMAILS):
        return False
    try:
        async for page in deps.slack.users_list():
            found = {
                str(one["id"]): address
                for one in page
                if is_of_workspace(one, workspace_id) and (address := confirmed_email(one))
            }
            async with deps.database.write() as session:
                await emails.save(session, workspace_id, found, now=begun)
    except Undeliverable as problem:
        log.warning("emails_unread", extra={"method": problem.method, "reason": problem.reason})
        return False
    async with deps.database.write() as session:
        await emails.forget(session, workspace_id, before=begun)
    return False


async def keep_less(deps: Deps) -> bool:
    """Delete what is older than this workspace keeps it; True when there may be more."""
    kept = timedelta(days=(await _settings(deps)).get(LOG_KEPT))
    async with deps.database.write() as session:
        removed = await access_log.prune_in(
            session,
            deps.identity.workspace_id,
            before=deps.now() - kept,
            limit=ROWS_AT_ONCE,
        )
    return removed >= ROWS_AT_ONCE


async def _settings(deps: Deps) -> WorkspaceSettings:
    async with deps.database.read() as session:
        return await workspace_settings.read(session, deps.identity.workspace_id)
