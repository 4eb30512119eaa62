"""The section of `/rungs admin` about sandboxes."""

from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.holders.service import SUPERVISOR, holders
from bot.features.sandbox.admin_views import (
    ADMIN_VIEW,
    KEEP,
    STAYS,
    TITLE,
    SandboxSettings,
    admin_form,
)
from bot.features.sandbox.forms import FormState, sent
from bot.features.sandbox.service import LEAD, offer, permission_titles
from bot.slack.blocks import notice
from bot.slack.payloads import Click, Request, Submission, Ticks
from bot.slack.phrases import capitalized, number
from bot.slack.replies import Reply, is_first_delivery, open_and_fill
from coaching.sandbox import allowed_data
from storage import workspace_settings
from storage.database import Session
from storage.sandbox.kept import KEEP_REPORTS


async def section_line(session: Session, deps: Deps) -> str:
    """Return who supervises and what stays, in one line."""
    able = await holders(session, deps, SUPERVISOR.name)
    return deps.render(
        "sandbox/admin_line",
        many=capitalized(number(len(able))) if able else None,
        is_one=len(able) == 1,
        stays=deps.settings.get(KEEP_REPORTS),
    ).strip()


async def admin_asked(deps: Deps, click: Click) -> None:
    """Open the form."""
    content = partial(_form, deps, click.request)
    await open_and_fill(deps, click.request, TITLE, callback=ADMIN_VIEW, content=content)


async def _form(deps: Deps, request: Request) -> View:
    titles, offered = permission_titles(deps), offer(deps)
    async with deps.database.read() as session:
        settings = await workspace_settings.read(session, deps.identity.workspace_id)
        shown = SandboxSettings(
            supervisors=await holders(session, deps, SUPERVISOR.name),
            leads=await holders(session, deps, LEAD.name),
            classes=allowed_data(offered),
            permissions=[titles[one] for one in offered],
            nevers=deps.library.everything.sandbox.nevers,
            stays=settings.get(KEEP_REPORTS),
        )
    return admin_form(deps.render, FormState.of(request, ""), shown)


async def admin_sent(deps: Deps, submission: Submission) -> None:
    """Save what stays of sandboxes; a repeated delivery changes nothing."""
    _, request = sent(submission)
    stays = KEEP in submission.ticked.get(STAYS, Ticks()).now
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        changed = await workspace_settings.change(
            session,
            deps.identity.workspace_id,
            KEEP_REPORTS,
            stays,
            by=request.key,
            place=request.place,
            now=deps.now(),
        )
    deps.settings_changed()
    text = deps.render("sandbox/admin_saved", changed=changed, stays=stays)
    await Reply(deps, request).privately_or_in_dm(notice(text), about="sandbox")
