"""Payloads of an app that is installed for a whole organization, which Rungs is not set up for.

Their team is null, so nothing says safely which workspace a member's data would belong to. Members are told
that, and nothing else is done.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from logging import getLogger
from typing import Any

from slack_bolt import BoltResponse

from bot.deps import Deps
from bot.slack.blocks import message_window, notice
from bot.slack.errors import Undeliverable
from bot.slack.middleware import InFlight

log = getLogger(__name__)

ADVICE = "Uninstall the app from the organization, and install it in one workspace."


def is_of_organization(body: Mapping[str, Any]) -> bool:
    """Return whether a payload is of an installation in a whole organization."""
    if "team" in body and body["team"] is None:
        return True
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else body
    return isinstance(first, Mapping) and first.get("is_enterprise_install") in (True, "true")


async def refuse_organizations(
    body: dict[str, Any],
    next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt passes it by this name
    *,
    deps: Deps,
    flight: InFlight,
) -> BoltResponse:
    """Answer payloads of organizations, and pass on all others; a middleware of Bolt."""
    if not is_of_organization(body):
        return await next()
    kind = body.get("type") or "command"
    log.warning("organization_install", extra={"kind": str(kind)[:60], "advice": ADVICE})
    told = notice(deps.render("slack/not_for_organizations"))
    if "command" in body:
        return BoltResponse(status=200, body=told.text)
    if kind == "view_submission":
        view = message_window(told.blocks).to_dict()
        return BoltResponse(status=200, body={"response_action": "update", "view": view})
    if kind == "block_actions":
        flight.start(_tell(deps, body))
    return BoltResponse(status=200, body="")


async def _tell(deps: Deps, body: Mapping[str, Any]) -> None:
    """Answer a click where it was made, as far as Slack takes it."""
    told = notice(deps.render("slack/not_for_organizations"))
    view = body.get("view") or {}
    with suppress(Undeliverable):
        if body.get("response_url"):
            await deps.slack.respond(str(body["response_url"]), told)
        elif view.get("type") == "modal":
            await deps.slack.update_modal(str(view["id"]), message_window(told.blocks))
        else:
            trigger = str(body.get("trigger_id") or "")
            await deps.slack.open_modal(trigger, message_window(told.blocks))
