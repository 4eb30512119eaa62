"""Opening a modal before its trigger runs out."""

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.origin import Origin
from bot.replies import Reply
from bot.slack_errors import TRIGGER_GONE, Undeliverable
from bot.views.notices import notice


async def opened(deps: Deps, origin: Origin, view: View) -> str | None:
    """The id of the window; None when it was too late, and the member was told."""
    try:
        return await deps.slack.open_modal(origin.trigger_id or "", view)
    except Undeliverable as problem:
        if problem.reason not in TRIGGER_GONE:
            raise
    await Reply(deps, origin).privately(notice(deps.render("slack/too_slow")))
    return None
