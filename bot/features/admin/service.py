"""Who may administer Rungs in a workspace, and the guard for clicks and forms that only they may use."""

from bot.deps import Deps
from bot.feature import ClickHandler, FormHandler
from bot.slack.blocks import notice
from bot.slack.payloads import Click, Request, Submission
from bot.slack.replies import Reply


async def is_admin(deps: Deps, user_id: str) -> bool:
    """Return whether this person is an owner or an admin of the workspace in Slack, as of now."""
    profile = await deps.slack.users_info(user_id)
    return any(profile.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))


async def may_administer(deps: Deps, request: Request) -> bool:
    """Return whether this person may administer; tell them who can where they may not."""
    if await is_admin(deps, request.key.user_id):
        return True
    await Reply(deps, request).privately(notice(deps.render("admin/not_admin")))
    return False


def for_admins(handler: ClickHandler) -> ClickHandler:
    """Return the handler for a click that only an admin may make."""

    async def guarded(deps: Deps, click: Click) -> None:
        if await may_administer(deps, click.request):
            await handler(deps, click)

    return guarded


def for_admins_form(handler: FormHandler) -> FormHandler:
    """Return the handler for a form that only an admin may send."""

    async def guarded(deps: Deps, submission: Submission) -> None:
        if await may_administer(deps, submission.request):
            await handler(deps, submission)

    return guarded
