"""The Bolt app: it acknowledges what Slack sends and hands it to the capability that declares it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from logging import ERROR, Logger, getLogger
from typing import Any, cast

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.buttons import LINK
from bot.deps import Deps
from bot.feature import Call, ClickHandler, EventHandler, FormHandler
from bot.slack.directory import person_changed
from bot.slack.installation import app_removed
from bot.slack.middleware import InFlight, own_click, run_listener
from bot.slack.payloads import (
    Request,
    from_click,
    from_command,
    from_event,
    from_profile,
    from_submission,
)
from storage import inbound

log = getLogger(__name__)

COMMAND = "/rungs"
LIBRARY = "bolt"
MOST_WORDS = 4
"""A direct message with more words than this is a sentence, not a command."""

PUNCTUATION = re.compile(r"[^\w.-]+")


def build_app(
    deps: Deps, *, signing_secret: str, token: str, base_url: str, flight: InFlight
) -> AsyncApp:
    """The app with everything it listens to; `flight` knows what is still at work."""
    app = AsyncApp(
        # Bolt sets the level of the logger with this name.
        name=LIBRARY,
        logger=_library_log(),
        # The token comes from `authorize`; this client is for the address, and for Socket Mode.
        client=AsyncWebClient(base_url=base_url),
        signing_secret=signing_secret,
        authorize=cast(
            "Callable[..., Awaitable[AuthorizeResult]]", partial(_authorize, deps=deps, token=token)
        ),
        # Without this, Bolt logs the whole body of what it does not know.
        raise_error_for_unhandled_request=True,
    )
    app.error(_unhandled)
    app.command(COMMAND)(partial(_on_command, deps=deps, flight=flight))
    for action, handler in deps.features.clicks.items():
        on_click = partial(_on_click, deps=deps, flight=flight, handler=handler, declared=action)
        app.action(re.compile(f"^{re.escape(action)}" if action.endswith(":") else f"^{action}$"))(
            on_click
        )
    app.action(LINK)(_acknowledged)
    for view, form_handler in deps.features.forms.items():
        on_form = partial(_on_submission, deps=deps, flight=flight, handler=form_handler)
        app.view(view)(on_form)
    for event, event_handler in deps.features.events.items():
        app.event(event)(partial(_on_event, deps=deps, flight=flight, handler=event_handler))
    app.event("message")(partial(_on_message, deps=deps, flight=flight))
    app.event("user_change")(partial(_on_person, deps=deps, flight=flight))
    app.event("app_uninstalled")(partial(_on_removed, deps=deps, flight=flight))
    app.event("tokens_revoked")(partial(_on_removed, deps=deps, flight=flight))
    return app


def _library_log() -> Logger:
    """Bolt writes down whole payloads when it may: it gets a log of its own that speaks up rarely."""
    logger = getLogger(LIBRARY)
    logger.setLevel(ERROR)
    return logger


async def _authorize(team_id: str | None, *, deps: Deps, token: str) -> AuthorizeResult | None:
    """One workspace, known since the start: no call to Slack stands before an acknowledgement."""
    known = deps.identity
    if team_id != known.workspace_id:
        log.warning("other_workspace", extra={"workspace": team_id})
        return None
    return AuthorizeResult(
        enterprise_id=None,
        team_id=known.workspace_id,
        bot_token=token,
        bot_id=known.bot_id,
        bot_user_id=known.bot_user_id,
    )


async def _on_command(ack: AsyncAck, body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    request = from_command(body)
    await ack()
    work = partial(slash_command, deps, request, str(body.get("text") or ""))
    flight.start(run_listener(deps, request, kind="command", work=work))


async def _on_click(
    ack: AsyncAck,
    body: dict[str, Any],
    *,
    deps: Deps,
    flight: InFlight,
    handler: ClickHandler,
    declared: str,
) -> None:
    click = from_click(body)
    await ack()
    kind = click.action_id.partition(":")[0]
    # These handlers compare the click with the member's own card in the query that they make anyway.
    checks_itself = declared in deps.features.own_card_clicks
    work = (
        partial(handler, deps, click) if checks_itself else partial(own_click, deps, click, handler)
    )
    flight.start(run_listener(deps, click.request, kind=kind, work=work))


async def _on_submission(
    ack: AsyncAck,
    body: dict[str, Any],
    *,
    deps: Deps,
    flight: InFlight,
    handler: FormHandler,
) -> None:
    submission = from_submission(body)
    kind = str(body["view"]["callback_id"])
    # This closes the window: an update on its heels could overtake what the acknowledgement shows.
    await ack()
    flight.start(
        run_listener(deps, submission.request, kind=kind, work=partial(handler, deps, submission))
    )


async def _on_event(
    body: dict[str, Any], *, deps: Deps, flight: InFlight, handler: EventHandler
) -> None:
    event = body["event"]
    request = from_event(body)
    if request.key.user_id or request.channel:
        work = partial(handler, deps, request, event)
        flight.start(run_listener(deps, request, kind=str(event["type"]), work=work))


async def _on_message(body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    event = body["event"]
    if event.get("channel_type") != "im" or not is_from_person(event):
        return
    request = from_event(body)
    work = partial(direct_message, deps, request, str(event.get("text") or ""))
    flight.start(run_listener(deps, request, kind="direct_message", work=work))


async def _on_person(body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    profile = body["event"].get("user") or {}
    request = from_profile(body)
    if request.key.user_id:
        work = partial(person_changed, deps, profile)
        flight.start(run_listener(deps, request, kind="user_change", work=work, answers=False))


async def _on_removed(body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    request = from_event(body)
    reason = str(body["event"]["type"])
    work = partial(app_removed, deps, request.key.workspace_id, reason=reason)
    flight.start(run_listener(deps, request, kind=reason, work=work))


async def _acknowledged(ack: AsyncAck) -> None:
    await ack()


async def _unhandled(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Say in the log what kind of thing came, never what it said; Slack need not send it again."""
    kind = body.get("event", {}).get("type") or body.get("type") or body.get("command")
    if isinstance(error, BoltUnhandledRequestError):
        log.info("not_for_us", extra={"kind": str(kind)[:60]})
        return BoltResponse(status=200, body="")
    # The work itself runs elsewhere: what fails here is reading what came.
    log.error("unreadable_payload", extra={"kind": str(kind)[:60]}, exc_info=error)
    return BoltResponse(status=400, body="")


async def slash_command(deps: Deps, request: Request, text: str) -> None:
    """Run the command that was typed after /rungs; anything else is answered by `unknown_command`."""
    text = as_typed(text)
    name, *rest = text.split() or [""]
    command = deps.features.command(name)
    if command:
        await command.run(deps, Call(request, tuple(rest)))
    else:
        await deps.features.unknown_command(deps, request, text)


async def direct_message(deps: Deps, request: Request, text: str) -> None:
    """Answer a message in the DM, once however often Slack delivers it."""
    text = as_typed(text)
    words = text.removeprefix("/rungs").split()
    plain = [PUNCTUATION.sub("", word).casefold() for word in words]
    command = deps.features.command(plain[0]) if plain and len(words) <= MOST_WORDS else None
    if command and command.claims_act:
        await command.run(deps, Call(request, tuple(words[1:])))
        return
    async with deps.database.write() as session:
        if not await inbound.claim(
            session, request.key.workspace_id, request.idempotency_key, now=deps.now()
        ):
            return
    if command:
        await command.run(deps, Call(request, tuple(words[1:])))
    else:
        await deps.features.free_text(deps, request, text)


def as_typed(text: str) -> str:
    """The text as the member typed it: Slack hands it on with three signs escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def is_from_person(event: Mapping[str, Any]) -> bool:
    """Whether a message event is a person writing, not an edit, a deletion or a bot."""
    kinds = (None, "file_share", "thread_broadcast")
    return bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in kinds
