"""The Bolt app: acknowledges each payload and runs the handler that a capability declares for it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from logging import ERROR, Logger, getLogger
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError

from bot.buttons import LINK
from bot.coaches import Coaches
from bot.deps import Deps
from bot.registry import Registry
from bot.slack.client import DIRECT, Proxies, web_client
from bot.slack.commands import SLASH_COMMAND, answer_message, slash_command
from bot.slack.directory import profile_changed
from bot.slack.installation import app_removed
from bot.slack.middleware import InFlight, own_click, run_listener, switched_off
from bot.slack.payloads import (
    Click,
    Request,
    Submission,
    from_click,
    from_command,
    from_event,
    from_profile,
    from_submission,
)
from bot.slack.replies import is_first_delivery

log = getLogger(__name__)

LIBRARY = "bolt"

ANY_ID = re.compile("")
"""Matches every id; a second matcher then asks the registry."""

EventListener = Callable[[dict[str, Any], Coaches, InFlight], None]


def build_app(
    coaches: Coaches,
    features: Registry,
    *,
    base_url: str,
    flight: InFlight,
    proxies: Proxies = DIRECT,
    before: Callable[..., Awaitable[BoltResponse]] | None = None,
    about_installs: Mapping[str, EventListener] | None = None,
) -> AsyncApp:
    """Return the app with one listener for each type of payload; `flight` holds the work in progress.

    Each listener acknowledges, and then finds the workspace in the background: an acknowledgement waits for
    neither the database nor Slack. `features` are all capabilities; what is off in a workspace is answered
    there. `before` is a middleware of Bolt that may answer a payload in place of its listener.
    `about_installs` are the listeners to events about the app itself, in place of those for one workspace.

    It verifies no signatures: over HTTP the request guard stands in front of it and has done so.
    Bolt tries its listeners one after another and inspects each at registration. So there is one for all
    clicks, one for all forms and one for all events, and the registry finds the handler by the id.
    """
    app = AsyncApp(
        # Bolt sets the level of the logger with this name.
        name=LIBRARY,
        logger=_library_log(),
        # Without a token: handlers call Slack by the clients of their workspace. This one is for Socket Mode.
        client=web_client(base_url=base_url, proxies=proxies),
        request_verification_enabled=False,
        authorize=_authorize,
        before_authorize=before,
        # Without this, Bolt logs the whole body of a payload that has no listener.
        raise_error_for_unhandled_request=True,
    )
    events = _event_listeners(features) | dict(about_installs or {})
    app.error(_unhandled)
    app.command(SLASH_COMMAND)(partial(_on_command, coaches=coaches, flight=flight))
    app.block_action(LINK)(_acknowledge)
    app.block_action(ANY_ID, [partial(_is_declared_click, features=features)])(
        partial(_on_click, coaches=coaches, flight=flight)
    )
    app.view_submission(ANY_ID, [partial(_is_declared_form, features=features)])(
        partial(_on_submission, coaches=coaches, flight=flight)
    )
    app.event(ANY_ID, [partial(_is_heard_event, events=events)])(
        partial(_on_event, events=events, coaches=coaches, flight=flight)
    )
    return app


def _event_listeners(features: Registry) -> dict[str, EventListener]:
    """Return what to do with each type of event; ValueError when a capability declares one of these."""
    own = {
        "message": _on_message,
        "app_mention": _on_mention,
        "user_change": _on_profile,
        "app_uninstalled": _on_removed,
        "tokens_revoked": _on_removed,
    }
    if taken := own.keys() & features.events.keys():
        raise ValueError(f"bot/slack/router.py handles {', '.join(sorted(taken))} itself.")
    return {**own, **dict.fromkeys(features.events, _on_declared_event)}


async def _is_declared_click(body: dict[str, Any], *, features: Registry) -> bool:
    return features.click_route(str(body["actions"][0]["action_id"])) is not None


async def _is_declared_form(body: dict[str, Any], *, features: Registry) -> bool:
    return body["view"]["callback_id"] in features.forms


async def _is_heard_event(body: dict[str, Any], *, events: Mapping[str, EventListener]) -> bool:
    return body["event"]["type"] in events


def _library_log() -> Logger:
    """Return a logger for Bolt that passes only errors, because Bolt logs whole payloads below that."""
    logger = getLogger(LIBRARY)
    logger.setLevel(ERROR)
    return logger


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Return what Bolt asks for before it calls a listener, without a token and without any read.

    Whether the app is installed there is found out behind the acknowledgement.
    """
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


async def _on_command(
    ack: AsyncAck, body: dict[str, Any], *, coaches: Coaches, flight: InFlight
) -> None:
    request = from_command(body)
    await ack()
    work = partial(slash_command, request=request, text=str(body.get("text") or ""))
    flight.start(run_listener(coaches, request, kind="command", work=work))


async def _acknowledge(ack: AsyncAck) -> None:
    """Answer a click on a link button; the browser has opened the address already."""
    await ack()


async def _on_click(
    ack: AsyncAck, body: dict[str, Any], *, coaches: Coaches, flight: InFlight
) -> None:
    click = from_click(body)
    await ack()
    kind = click.action_id.partition(":")[0]
    work = partial(_handle_click, click=click)
    flight.start(run_listener(coaches, click.request, kind=kind, work=work))


async def _handle_click(deps: Deps, click: Click) -> None:
    """Run the handler of a click; where its capability is off, say so."""
    route = deps.features.click_route(click.action_id)
    if route is None:
        await switched_off(deps, click.request)
    elif route.checks_card:
        # Handlers of own cards compare the click with the member's card in a query that they make anyway.
        await route.handler(deps, click)
    else:
        await own_click(deps, click, route.handler)


async def _on_submission(
    ack: AsyncAck, body: dict[str, Any], *, coaches: Coaches, flight: InFlight
) -> None:
    submission = from_submission(body)
    kind = str(body["view"]["callback_id"])
    # The acknowledgement closes the modal; an update of the modal right after it could arrive first.
    await ack()
    work = partial(_handle_form, submission=submission, kind=kind)
    flight.start(run_listener(coaches, submission.request, kind=kind, work=work))


async def _handle_form(deps: Deps, submission: Submission, kind: str) -> None:
    handler = deps.features.forms.get(kind)
    await (handler(deps, submission) if handler else switched_off(deps, submission.request))


async def _on_event(
    body: dict[str, Any], *, events: Mapping[str, EventListener], coaches: Coaches, flight: InFlight
) -> None:
    """Handle an event, which Bolt has acknowledged already."""
    events[body["event"]["type"]](body, coaches, flight)


def _on_declared_event(body: dict[str, Any], coaches: Coaches, flight: InFlight) -> None:
    event = body["event"]
    kind = str(event["type"])
    request = from_event(body)
    is_about_group = event.get("subteam") or event.get("subteam_id")
    if request.key.user_id or request.channel or is_about_group:
        work = partial(_handle_event, request=request, event=event)
        flight.start(run_listener(coaches, request, kind=kind, work=work))


async def _handle_event(deps: Deps, request: Request, event: Mapping[str, Any]) -> None:
    handler = deps.features.events.get(str(event["type"]))
    if handler:
        await handler(deps, request, event)


def _on_message(body: dict[str, Any], coaches: Coaches, flight: InFlight) -> None:
    event = body["event"]
    if event.get("channel_type") != "im" or not is_from_person(event):
        return
    request = from_event(body)
    work = partial(_handle_message, request=request, event=event)
    flight.start(run_listener(coaches, request, kind="direct_message", work=work))


async def _handle_message(deps: Deps, request: Request, event: Mapping[str, Any]) -> None:
    if request.key.user_id != deps.identity.bot_user_id:
        await answer_message(deps, request, str(event.get("text") or ""))


def _on_mention(body: dict[str, Any], coaches: Coaches, flight: InFlight) -> None:
    """Handle a message in a channel that names the bot; Slack sends direct messages as `message` alone."""
    event = body["event"]
    request = from_event(body)
    # An edited message was answered when it was new.
    if event.get("edited") or request.in_dm or not is_from_person(event):
        return
    work = partial(_handle_mention, request=request, event=event)
    flight.start(run_listener(coaches, request, kind="mention", work=work))


async def _handle_mention(deps: Deps, request: Request, event: Mapping[str, Any]) -> None:
    bot = deps.identity.bot_user_id
    if request.key.user_id != bot:
        text = re.sub(rf"<@{bot}(\|[^>]*)?>", " ", str(event.get("text") or ""))
        await answer_message(deps, request, text)


def _on_profile(body: dict[str, Any], coaches: Coaches, flight: InFlight) -> None:
    profile = body["event"].get("user") or {}
    request = from_profile(body)
    if request.key.user_id:
        work = partial(profile_changed, profile=profile)
        flight.start(run_listener(coaches, request, kind="user_change", work=work, answers=False))


def _on_removed(body: dict[str, Any], coaches: Coaches, flight: InFlight) -> None:
    request = from_event(body)
    reason = str(body["event"]["type"])
    # Slack tells of the tokens of people and of bots in one event; only the latter stop the bot.
    if reason == "tokens_revoked" and not (body["event"].get("tokens") or {}).get("bot"):
        return
    work = partial(_removed, request=request, reason=reason)
    flight.start(run_listener(coaches, request, kind=reason, work=work))


async def _removed(deps: Deps, request: Request, reason: str) -> None:
    """Note that the app was removed, unless this event came before: it may have been installed again."""
    async with deps.database.write() as session:
        is_first = await is_first_delivery(session, deps, request)
    if is_first:
        await app_removed(deps, request.key.workspace_id, reason=reason)


async def _unhandled(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Log the type of a payload that has no listener or cannot be read, never its content.

    Answers 200 to one without a listener, so that Slack does not send it again, and 400 to an unreadable one.
    """
    kind = body.get("event", {}).get("type") or body.get("type") or body.get("command")
    if isinstance(error, BoltUnhandledRequestError):
        log.info("not_for_us", extra={"kind": str(kind)[:60]})
        return BoltResponse(status=200, body="")
    # Handlers run in tasks of their own, so an error here comes from reading the payload.
    log.error("unreadable_payload", extra={"kind": str(kind)[:60]}, exc_info=error)
    return BoltResponse(status=400, body="")


def is_from_person(event: Mapping[str, Any]) -> bool:
    """Return whether this message may be a person's; False for edits, deletions and what has a bot's id.

    Slack's message about a file of ours has no bot's id, but our user's; `_handle_message` knows that one.
    """
    is_bot = event.get("bot_id") or not event.get("user")
    return not is_bot and event.get("subtype") in (None, "file_share", "thread_broadcast")
