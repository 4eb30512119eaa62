"""The public keys with which anybody checks what webhooks are sent."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.coaches import Serving
from bot.feature import WebRoute
from bot.features.changes.tokens import PATH, public_jwks
from coaching.safe_text import is_slack_id

HEADERS = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
NOTHING = "Nothing was signed here.\n"


async def jwks(serving: Serving, request: Request) -> Response:
    """Answer with the public keys of a workspace as a JWK set."""
    workspace_id, service = str(request.path_params["workspace"]), serving.service
    keys: list[dict[str, str]] = []
    if is_slack_id(workspace_id):
        async with service.database.read() as session:
            keys = await public_jwks(session, service.site, workspace_id, now=service.now())
    if not keys:
        return PlainTextResponse(NOTHING, status_code=404)
    return JSONResponse({"keys": keys}, headers=HEADERS)


ROUTES = (WebRoute(f"/{PATH}/{{workspace}}/jwks.json", ("GET",), jwks),)
