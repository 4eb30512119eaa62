"""Answers `/api/{method}`: reads the call, applies a fault if one is on, runs it, records it."""

import asyncio
import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from playground.errors import SlackError
from playground.faults import BUILT_IN, Fault
from playground.journal import Call
from playground.limits import RateLimited
from playground.listener import abort, reset
from playground.service import Service, Shared
from playground.web_api.arguments import Arguments
from playground.web_api.method import Answer, Method, Request
from playground.web_api.registry import ALL_SCOPES, METHODS
from playground.web_api.tokens import caller_of, holder_of

TOO_MANY = 429
BROKEN = 503


@dataclass(frozen=True, slots=True)
class Result:
    """The answer; `cut` closes the connection instead, `reset` resets it, `half` stops halfway."""

    answer: Answer
    status: int = 200
    took_effect: bool = False
    retry_after: int | str | None = None
    cut: bool = False
    reset: bool = False
    half: bool = False


async def read_arguments(http: HttpRequest) -> tuple[dict[str, Any], str | None]:
    """Return the arguments and the token, however they were sent."""
    arguments: dict[str, Any] = dict(http.query_params)
    body = await http.body()
    if body:
        arguments |= _body_arguments(body, http.headers.get("content-type", ""))
    in_body = arguments.pop("token", None)
    scheme, _, in_header = http.headers.get("authorization", "").partition(" ")
    token = in_header.strip() if scheme.lower() == "bearer" else in_body
    if scheme.lower() == "basic":
        arguments |= _client(in_header.strip())
    return arguments, None if token is None else str(token)


def _client(encoded: str) -> dict[str, str]:
    """Return the client id and secret of HTTP Basic."""
    try:
        name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise SlackError("invalid_auth") from None
    return {"client_id": name, "client_secret": secret}


def _body_arguments(body: bytes, content_type: str) -> Mapping[str, Any]:
    if not content_type.startswith("application/json"):
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    try:
        parsed = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(parsed, dict):
        raise SlackError("json_not_object")
    return parsed


class Endpoint:
    """The Web API of one playground."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def answer(self, http: HttpRequest) -> Response:
        """Answer one call."""
        name = http.path_params["method"]
        at = self._shared.clock.now()
        arguments: dict[str, Any] = {}
        token: str | None = None
        try:
            arguments, token = await read_arguments(http)
            result = await self._disturbed(name, arguments, token)
        except SlackError as refusal:
            result = Result(refusal.answer())
        status = None if result.cut else result.status
        team = holder_of(self._shared, token)
        self._shared.first.journal.call(
            Call(name, arguments, status, result.answer, at, result.took_effect, team)
        )
        if result.cut:
            reset(http.scope) if result.reset else abort(http.scope)
        return self._response(name, result, team)

    async def _disturbed(self, name: str, arguments: dict[str, Any], token: str | None) -> Result:
        fault = self._shared.first.faults.take(name)
        if fault is None:
            return self._run(name, arguments, token)
        prevented = _before(fault)
        if prevented is not None:
            return prevented
        if fault.kind == "slow_before":
            await asyncio.sleep(fault.seconds)
        result = self._run(name, arguments, token)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        return _after(fault, result)

    def _run(self, name: str, arguments: dict[str, Any], token: str | None) -> Result:
        method = METHODS.get(name)
        if method is None:
            return Result(SlackError("unknown_method", req_method=name).answer())
        try:
            answer = self._answer(method, arguments, token)
        except RateLimited as refusal:
            return Result(refusal.answer(), status=TOO_MANY, retry_after=refusal.retry_after)
        except SlackError as refusal:
            return Result(refusal.answer())
        return Result({"ok": True, **answer}, took_effect=True)

    def _answer(self, method: Method, arguments: dict[str, Any], token: str | None) -> Answer:
        caller = caller_of(self._shared, method, token, arguments)
        service = caller.service
        self._shared.first.limits.check(
            method.name,
            tier=method.tier,
            now=service.clock.now(),
            channel=_place(service, arguments.get("channel")),
            team=service.workspace.id,
        )
        request = Request(service, Arguments(arguments), caller.token)
        request.need_scope(*method.scopes)
        return method.run(request)

    def _response(self, name: str, result: Result, team: str | None) -> Response:
        headers = {}
        if result.retry_after is not None:
            headers["Retry-After"] = str(result.retry_after)
        if name in METHODS and METHODS[name].caller == "bot":
            granted = self._granted(team)
            headers["X-OAuth-Scopes"] = ",".join(sorted(granted))
            headers["X-Accepted-OAuth-Scopes"] = ",".join(METHODS[name].scopes)
        body = json.dumps(result.answer).encode()
        if result.half:
            body = body[: len(body) // 2]
        return Response(
            body, status_code=result.status, headers=headers, media_type="application/json"
        )

    def _granted(self, team: str | None) -> frozenset[str]:
        """Return the scopes of a workspace's or an organization's token."""
        if team is None:
            return frozenset()
        organization = self._shared.organizations.get(team)
        held = self._shared.services[team] if organization is None else organization
        return ALL_SCOPES if held.granted is None else held.granted


def _place(service: Service, channel: object) -> str | None:
    """Return where a call goes; a direct message counts as its person, however it was named."""
    conversation = service.workspace.conversations.get(str(channel))
    if conversation is not None and conversation.kind == "dm":
        return service.workspace.partner(conversation)
    return None if channel is None else str(channel)


def _before(fault: Fault) -> Result | None:
    if fault.kind == "ratelimited":
        answer = SlackError("ratelimited").answer()
        return Result(answer, status=TOO_MANY, retry_after=fault.retry_after)
    if fault.kind == "server_error":
        return Result(SlackError("service_unavailable").answer(), status=BROKEN)
    if fault.kind == "cut_before":
        return Result({}, cut=True)
    if fault.kind not in BUILT_IN:
        return Result(SlackError(fault.kind).answer())
    return None


def _after(fault: Fault, result: Result) -> Result:
    if fault.kind in ("cut_after", "reset_after"):
        was_reset = fault.kind == "reset_after"
        return Result(result.answer, took_effect=result.took_effect, cut=True, reset=was_reset)
    if fault.kind == "half_after":
        return Result(result.answer, took_effect=result.took_effect, half=True)
    if fault.kind == "server_error_after":
        answer = SlackError("service_unavailable").answer()
        return Result(answer, status=BROKEN, took_effect=result.took_effect)
    return result
