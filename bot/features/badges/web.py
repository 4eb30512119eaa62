"""What anybody may fetch to check a badge: its issuer's document and keys, and the status list.

It is served also where badges were switched off since, because those that were given stay checkable. A
workspace that never issued one has nothing here.
"""

from logging import getLogger

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.coaches import Serving
from bot.feature import WebRoute
from bot.features.badges.service import PATH, did_in, public_keys, signed_list
from coaching.badges.did_web import did_document
from coaching.safe_text import is_slack_id
from storage.installs.token_keys import CannotDecrypt

log = getLogger(__name__)

HEADERS = {
    "Cache-Control": "public, max-age=300",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
}
"""Anybody may read these, a page in a browser that checks badges too."""

NOTHING = "No badge was issued here.\n"


async def _keys(serving: Serving, request: Request) -> tuple[str, dict[str, dict[str, str]]]:
    """Return the issuer that is asked for, and its public keys; none for an unknown one."""
    workspace_id = str(request.path_params["workspace"])
    if not is_slack_id(workspace_id):
        return "", {}
    did = did_in(serving.service.site, workspace_id)
    async with serving.service.database.read() as session:
        return did, await public_keys(session, did)


async def document(serving: Serving, request: Request) -> Response:
    """Answer with the document of an issuer."""
    did, keys = await _keys(serving, request)
    if not keys:
        return _nothing()
    return JSONResponse(did_document(did, keys), headers=HEADERS, media_type="application/did+json")


async def jwks(serving: Serving, request: Request) -> Response:
    """Answer with the same keys as a JWK set."""
    _, keys = await _keys(serving, request)
    if not keys:
        return _nothing()
    listed = [{**jwk, "kid": kid} for kid, jwk in keys.items()]
    return JSONResponse({"keys": listed}, headers=HEADERS)


async def status(serving: Serving, request: Request) -> Response:
    """Answer with the status list of a workspace's badges, signed."""
    workspace_id, service = str(request.path_params["workspace"]), serving.service
    if not is_slack_id(workspace_id):
        return _nothing()
    try:
        async with service.database.read() as session:
            token = await signed_list(session, service.site, workspace_id, now=service.now())
    except CannotDecrypt as problem:
        log.error("badge_key_unreadable", extra={"problem": str(problem)})
        text = "The list cannot be signed now. Try again later.\n"
        return PlainTextResponse(text, status_code=503)
    if token is None:
        return _nothing()
    return Response(token, headers=HEADERS, media_type="application/vc+jwt")


def _nothing() -> Response:
    return PlainTextResponse(NOTHING, status_code=404)


ROUTES = tuple(
    WebRoute(f"/{PATH}/{{workspace}}/{name}", ("GET",), handler)
    for name, handler in (("did.json", document), ("jwks.json", jwks), ("status", status))
)
