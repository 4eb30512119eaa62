"""The Bolt app: acknowledges each payload and runs the handler that a capability declares for it."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from logging import ERROR, Logger, getLogger
from typing import Any, cast

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError

from bot.buttons import LINK
from bot.deps import Deps
from bot.feature import Call, Command
from bot.slack.client import DIRECT, Proxies, web_client
from bot.slack.directory import profile_changed
from bot.slack.installation import app_removed
from bot.slack.middleware import InFlight, own_click, refuse_organizations, run_listener
from bot.slack.payloads import (
    Request,
    from_click,
    from_command,
    from_event,
    from_profile,
    from_submission,
)
from bot.slack.replies import is_first_delivery
from coaching.phrases import Phrasebook, bare_word

log = getLogger(__name__)

SLASH_COMMAND = "/rungs"
LIBRARY = "bolt"
MOST_COMMAND_WORDS = 4
"""A direct message with more words than this is a sentence, not a command."""

ANY_ID = re.compile("")
"""Matches every id; a second matcher then asks the registry."""

EventListener = Callable[[dict[str, Any], Deps, InFlight], None]


def build_app(
    deps: Deps, *, token: str, base_url: str, flight: InFlight, proxies: Proxies = DIRECT
) -> AsyncApp:
    """Return the app with one listener for each type of payload; `flight` holds the work in progress.

    It verifies no signatures: over HTTP the request guard stands in front of it and has done so.
    Bolt tries its listeners one after another and inspects each at registration. So there is one for all
    clicks, one for all forms and one for all events, and the registry finds the handler by the id.
    """
    app = AsyncApp(
        # Bolt sets the level of the logger with this name.
        name=LIBRARY,
        logger=_library_log(),
        # The token comes from `authorize`; this client is for the address, and for Socket Mode.
        client=web_client(base_url=base_url, proxies=proxies),
        request_verification_enabled=False,
        authorize=cast(
            "Callable[..., Awaitable[AuthorizeResult]]", partial(_authorize, deps=deps, token=token)
        ),
        before_authorize=partial(refuse_organizations, deps=deps, flight=flight),
        # Without this, Bolt logs the whole body of a payload that has no listener.
        raise_error_for_unhandled_request=True,
    )
    events = _event_listeners(deps)
    app.error(_unhandled)
    app.command(SLASH_COMMAND)(partial(_on_command, deps=deps, flight=flight))
    app.block_action(LINK)(_acknowledge)
    app.block_action(ANY_ID, [partial(_is_declared_click, deps=deps)])(
        partial(_on_click, deps=deps, flight=flight)
    )
    app.view_submission(ANY_ID, [partial(_is_declared_form, deps=deps)])(
        partial(_on_submission, deps=deps, flight=flight)
    )
    app.event(ANY_ID, [partial(_is_heard_event, events=events)])(
        partial(_on_event, events=events, deps=deps, flight=flight)
    )
    return app


def _event_listeners(deps: Deps) -> dict[str, EventListener]:
    """Return what to do with each type of event; ValueError when a capability declares one of these."""
    own = {
        "message": _on_message,
        "app_mention": _on_mention,
        "user_change": _on_profile,
        "app_uninstalled": _on_removed,
        "tokens_revoked": _on_removed,
    }
    if taken := own.keys() & deps.features.events.keys():
        raise ValueError(f"bot/slack/router.py handles {', '.join(sorted(taken))} itself.")
    return {**own, **dict.fromkeys(deps.features.events, _on_declared_event)}


async def _is_declared_click(body: dict[str, Any], *, deps: Deps) -> bool:
    return deps.features.click_route(str(body["actions"][0]["action_id"])) is not None


async def _is_declared_form(body: dict[str, Any], *, deps: Deps) -> bool:
    return body["view"]["callback_id"] in deps.features.forms


async def _is_heard_event(body: dict[str, Any], *, events: Mapping[str, EventListener]) -> bool:
    return body["event"]["type"] in events


def _library_log() -> Logger:
    """Return a logger for Bolt that passes only errors, because Bolt logs whole payloads below that."""
    logger = getLogger(LIBRARY)
    logger.setLevel(ERROR)
    return logger


async def _authorize(team_id: str | None, *, deps: Deps, token: str) -> AuthorizeResult | None:
    """Return the bot's identity from the start, without a call to Slack; None for another workspace."""
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


async def _acknowledge(ack: AsyncAck) -> None:
    """Answer a click on a link button; the browser has opened the address already."""
    await ack()


async def _on_click(ack: AsyncAck, body: dict[str, Any], *, deps: Deps, flight: InFlight) -> None:
    click = from_click(body)
    route = deps.features.click_route(click.action_id)
    await ack()
    if route is None:
        return
    kind = click.action_id.partition(":")[0]
    # Handlers of own cards compare the click with the member's card in a query that they make anyway.
    work = (
        partial(route.handler, deps, click)
        if route.checks_card
        else partial(own_click, deps, click, route.handler)
    )
    flight.start(run_listener(deps, click.request, kind=kind, work=work))


async def _on_submission(
    ack: AsyncAck, body: dict[str, Any], *, deps: Deps, flight: InFlight
) -> None:
    submission = from_submission(body)
    kind = str(body["view"]["callback_id"])
    # The acknowledgement closes the modal; an update of the modal right after it could arrive first.
    await ack()
    work = partial(deps.features.forms[kind], deps, submission)
    flight.start(run_listener(deps, submission.request, kind=kind, work=work))


async def _on_event(
    body: dict[str, Any], *, events: Mapping[str, EventListener], deps: Deps, flight: InFlight
) -> None:
    """Handle an event, which Bolt has acknowledged already."""
    events[body["event"]["type"]](body, deps, flight)


def _on_declared_event(body: dict[str, Any], deps: Deps, flight: InFlight) -> None:
    event = body["event"]
    kind = str(event["type"])
    request = from_event(body)
    if request.key.user_id or request.channel:
        work = partial(deps.features.events[kind], deps, request, event)
        flight.start(run_listener(deps, request, kind=kind, work=work))


def _on_message(body: dict[str, Any], deps: Deps, flight: InFlight) -> None:
    event = body["event"]
    if event.get("channel_type") != "im" or not is_from_person(event, deps.identity.bot_user_id):
        return
    request = from_event(body)
    work = partial(answer_message, deps, request, str(event.get("text") or ""))
    flight.start(run_listener(deps, request, kind="direct_message", work=work))


def _on_mention(body: dict[str, Any], deps: Deps, flight: InFlight) -> None:
    """Handle a message in a channel that names the bot; Slack sends direct messages as `message` alone."""
    event = body["event"]
    request = from_event(body)
    # An edited message was answered when it was new; somebody of another workspace is no member here.
    is_of_workspace = event.get("team") in (None, request.key.workspace_id)
    bot = deps.identity.bot_user_id
    if (
        event.get("edited")
        or request.in_dm
        or not is_of_workspace
        or not is_from_person(event, bot)
    ):
        return
    text = re.sub(rf"<@{bot}(\|[^>]*)?>", " ", str(event.get("text") or ""))
    work = partial(answer_message, deps, request, text)
    flight.start(run_listener(deps, request, kind="mention", work=work))


def _on_profile(body: dict[str, Any], deps: Deps, flight: InFlight) -> None:
    profile = body["event"].get("user") or {}
    request = from_profile(body)
    if request.key.user_id:
        work = partial(profile_changed, deps, profile)
        flight.start(run_listener(deps, request, kind="user_change", work=work, answers=False))


def _on_removed(body: dict[str, Any], deps: Deps, flight: InFlight) -> None:
    request = from_event(body)
    reason = str(body["event"]["type"])
    # Slack tells of the tokens of people and of bots in one event; only the latter stop the bot.
    if reason == "tokens_revoked" and not (body["event"].get("tokens") or {}).get("bot"):
        return
    work = partial(_removed, deps, request, reason)
    flight.start(run_listener(deps, request, kind=reason, work=work))


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


@dataclass(frozen=True)
class Understood:
    """What a member asked for in words; `claims_act` as at `Command`."""

    run: Callable[[], Awaitable[None]]
    claims_act: bool = False


async def slash_command(deps: Deps, request: Request, text: str) -> None:
    """Do what was typed after /rungs; what is not understood is answered by `unknown_command`."""
    text = as_typed(text)
    understood = _understand(deps, request, text)
    if understood:
        await understood.run()
    else:
        await deps.features.unknown_command(deps, request, text)


async def answer_message(deps: Deps, request: Request, text: str) -> None:
    """Do what a message asks for, or answer with `free_text`; a repeated delivery is ignored."""
    text = as_typed(text).strip().removeprefix(SLASH_COMMAND)
    understood = _understand(deps, request, text, most_words=MOST_COMMAND_WORDS)
    if understood and understood.claims_act:
        await understood.run()
        return
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
    if understood:
        await understood.run()
    else:
        await deps.features.free_text(deps, request, text)


def _understand(
    deps: Deps, request: Request, text: str, *, most_words: int | None = None
) -> Understood | None:
    """Return what the words ask for: a phrase as a whole, or a command with its arguments.

    With `most_words`, courtesies may stand around a command, and more words are a sentence.
    """
    book = deps.library.phrasebook
    if meant := deps.features.understand(book, text):
        intent, meaning = meant
        run_intent = partial(intent.run, deps, request, meaning)
        return Understood(run_intent, claims_act=intent.claims_act)
    words = text.split()
    if most_words is not None:
        words = list(book.without_courtesies(words))
    command = deps.features.command(bare_word(words[0])) if words else None
    if command is None or (most_words is not None and len(words) > most_words):
        return None
    run = partial(command.run, deps, Call(request, _arguments(command, words[1:], book)))
    return Understood(run, claims_act=command.claims_act)


def _arguments(command: Command, typed: Sequence[str], book: Phrasebook) -> tuple[str, ...]:
    """Return the words after a command without the punctuation around them, but names as they were typed."""
    words = [bare_word(word) for word in typed]
    if book.has_only_courtesies(words):
        return ()
    if command.takes_name:
        words[1:] = typed[1:]
    return tuple(filter(None, words))


def as_typed(text: str) -> str:
    """Return the text as the member typed it; Slack escapes <, > and &."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def is_from_person(event: Mapping[str, Any], bot_user_id: str) -> bool:
    """Return whether a person wrote this message; False for edits, deletions and bots.

    Slack's message about a file of ours has no bot's id, but our user's.
    """
    kinds = (None, "file_share", "thread_broadcast")
    is_bot = event.get("bot_id") or event.get("user") in (None, "", bot_user_id)
    return not is_bot and event.get("subtype") in kinds
