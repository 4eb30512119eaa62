"""The AuthZEN Authorization API 1.0 over HTTP: one question, several at once, and where to ask them.

Whose members are asked about is decided by the token alone. Somebody unknown, a guest, a permission that the
client may not ask about, and a member without it get the same answer, so that asking shows nothing else. The
reason for a denial and what is missing are told to the member alone.
"""

from functools import partial
from logging import getLogger
from typing import Any
from urllib.parse import urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.coaches import Serving
from bot.deps import Deps
from bot.feature import WebRoute
from bot.features.clients import service
from bot.features.clients.protocol import MOST_BYTES, READERS, Asked, BadRequest
from bot.features.clients.service import Answer, WrongToken
from bot.logs import Throttle
from storage.allowances import LimitReached
from storage.clients.clients import ClientToken

log = getLogger(__name__)
refusals = Throttle("access_question_refused", log)

BASE = "/access/v1"
CONFIGURATION = "/.well-known/authzen-configuration"
REQUEST_ID = "X-Request-ID"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Refused(Exception):
    """A request that gets no decision: the status of the answer, and what it says."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


async def asked(kind: str, serving: Serving, request: Request) -> Response:
    """Answer a request of this kind, which is a key of READERS."""
    headers = {**HEADERS}
    if request_id := request.headers.get(REQUEST_ID):
        headers[REQUEST_ID] = request_id
    try:
        content: Any = await _content(kind, serving, request)
    except ClientDisconnect:
        return Response(status_code=400)
    except Refused as refused:
        refusals.report(refused.text, found=str(refused.status))
        return JSONResponse(refused.text, refused.status, headers | refused.headers)
    return JSONResponse(content, headers=headers)


async def _content(kind: str, serving: Serving, request: Request) -> dict[str, Any]:
    token = _token(request)
    deps = await serving.coaches.of(token.workspace_id)
    if deps is None:
        raise _unknown()
    given = await _given(kind, request)
    try:
        answers = await service.answer(deps, token, given)
    except WrongToken:
        raise _unknown() from None
    except BadRequest as problem:
        raise Refused(400, str(problem)) from problem
    except LimitReached as problem:
        left = (problem.again_at - deps.now()).total_seconds() if problem.again_at else 60
        text = f"This token may ask {problem.limit.most} questions a minute."
        raise Refused(429, text, Retry_After=str(max(1, round(left)))) from problem
    shown = [_shown(deps, one) for one in answers]
    if isinstance(given, Asked) and given.is_batch:
        return {"evaluations": shown}
    return shown[0]


def _shown(deps: Deps, answer: Answer) -> dict[str, Any]:
    if answer.problem:
        context: dict[str, Any] = {"error": {"status": 400, "message": answer.problem}}
        return {"decision": False, "context": context}
    if answer.is_allowed:
        return {"decision": True}
    return {"decision": False, "context": {"reason": "not_met", "link": _link(deps)}}


def _link(deps: Deps) -> str:
    """Return the address that opens the member's conversation with Rungs in Slack."""
    place = {"team": deps.identity.workspace_id, "id": deps.identity.bot_user_id}
    return f"slack://user?{urlencode(place)}"


def _token(request: Request) -> ClientToken:
    given = request.headers.getlist("authorization")
    scheme, _, value = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    token = ClientToken.parse(value.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise _unknown()
    return token


def _unknown() -> Refused:
    return Refused(401, "Send the token of a client as a bearer token.", WWW_Authenticate="Bearer")


async def _given(kind: str, request: Request) -> Asked | BadRequest:
    """Return what is asked, or what is wrong with it; Refused when it is too large to be read."""
    body = await _body(request)
    types = request.headers.getlist("content-type")
    if len(types) != 1 or types[0].partition(";")[0].strip().lower() != "application/json":
        return BadRequest("The Content-Type is not application/json.")
    try:
        return READERS[kind](body)
    except BadRequest as problem:
        return problem


async def _body(request: Request) -> bytes:
    parts, size = list[bytes](), 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            text = f"A request may have {MOST_BYTES} bytes at most."
            raise Refused(413, text, Connection="close")
        parts.append(part)
    return b"".join(parts)


async def configuration(serving: Serving, _request: Request) -> Response:
    """Answer with where to ask."""
    site = serving.service.site.url
    endpoints = {f"access_{kind}_endpoint": f"{site}{BASE}/{kind}" for kind in READERS}
    headers = HEADERS | {"Cache-Control": "public, max-age=3600"}
    return JSONResponse({"policy_decision_point": site, **endpoints}, headers=headers)


ROUTES = (
    *(WebRoute(f"{BASE}/{kind}", ("POST",), partial(asked, kind)) for kind in READERS),
    WebRoute(CONFIGURATION, ("GET",), configuration),
)
