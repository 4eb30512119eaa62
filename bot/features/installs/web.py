"""What browsers ask for: what Rungs is, the beginning of an install, and its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from logging import getLogger
from re import compile as pattern
from urllib.parse import urlencode

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.features.installs import flow as oauth
from bot.features.installs.flow import INSTALL_PATH, REDIRECT_PATH, JustInstalled, ScopesMissing
from bot.features.installs.pages import HEADERS, link, numbered, page, reasons
from bot.features.installs.service import InstallService
from bot.slack.installation import OPTIONAL_SCOPES, SCOPES
from bot.slack.retries import NO_ANSWER
from coaching.safe_text import Render

log = getLogger(__name__)

REASON = pattern(r"[a-z_]{1,60}")
OK, WRONG, TAKEN, TROUBLE = 200, 400, 409, 502
FAILURES = {
    "access_denied": ("installs/denied", OK),
    "invalid_browser": ("installs/foreign", WRONG),
    "invalid_state": ("installs/old", WRONG),
    "missing_code": ("installs/code", WRONG),
    "invalid_code": ("installs/code", WRONG),
}
"""The page for each reason that Bolt or Slack gives, and its status."""


@dataclass(frozen=True)
class InstallPages:
    """The pages of a service that the internet reaches at `public_url`, with Slack's API at `api_url`."""

    service: InstallService
    render: Render
    public_url: str
    api_url: str

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/", self.about),
            Route(INSTALL_PATH, self.begin),
            Route(REDIRECT_PATH, self.end),
        ]

    async def about(self, _: Request) -> HTMLResponse:
        """Say what Rungs is, and lead to the install."""
        why = reasons(self.render("installs/what_it_asks"), SCOPES)
        return page(self.render("installs/about"), link("Add to Slack", INSTALL_PATH), why)

    async def begin(self, request: Request) -> Response:
        """Give the browser a state, and send it to Slack; before, say why more than usual is asked for."""
        asked = request.query_params.get("with")
        bolt_request = to_async_bolt_request(request, b"")
        scopes = oauth.optional_scopes(bolt_request.query)
        if asked and not scopes:
            text = self.render("installs/unknown_option")
            return page(text, link("Add to Slack", INSTALL_PATH), status=WRONG)
        begun = await self._flow().handle_installation(bolt_request)
        if not scopes:
            return _from_bolt(begun)
        why = reasons("", {scope: OPTIONAL_SCOPES[scope] for scope in scopes}, is_open=True)
        address = begun.first_headers()["location"]
        answer = page(self.render("installs/optional"), why, link("Continue to Slack", address))
        return _with_cookies(answer, begun)

    async def end(self, request: Request) -> Response:
        """Take what Slack's consent page answered, and say what came of it."""
        flow = self._flow()
        answer = await self._ended(flow, request)
        used = flow.settings.state_utils.build_set_cookie_for_deletion()
        answer.headers.append("set-cookie", used)
        return answer

    async def _ended(self, flow: oauth.InstallFlow, request: Request) -> Response:
        try:
            return _from_bolt(await flow.handle_callback(to_async_bolt_request(request, b"")))
        except NO_ANSWER:
            log.warning("install_unfinished", extra={"reason": "no_answer"})
            return self._again("installs/unreachable", status=TROUBLE)
        except Exception:
            log.exception("install_unfinished", extra={"reason": "error"})
            return self._again("installs/failed", status=TROUBLE)

    def _flow(self) -> oauth.InstallFlow:
        callbacks = AsyncCallbackOptions(success=self._succeeded, failure=self._failed)
        return oauth.new_flow(
            self.service, callbacks, public_url=self.public_url, api_url=self.api_url
        )

    async def _succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        granted = args.installation
        is_whole = bool(granted.is_enterprise_install)
        name = granted.enterprise_name if is_whole else granted.team_name
        text = self.render("installs/done", name=name or "Slack", whole=is_whole)
        steps = numbered(self.render("installs/steps").splitlines())
        if is_whole:
            return _to_bolt(page(text, steps))
        place = {"app": granted.app_id, "team": granted.team_id}
        in_app = f"slack://app?{urlencode({'team': granted.team_id, 'id': granted.app_id})}"
        in_browser = f"https://slack.com/app_redirect?{urlencode(place)}"
        return _to_bolt(page(text, steps, link("Open Slack", in_browser), opens=in_app))

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        log.warning("install_unfinished", extra={"reason": _safe(args.reason)})
        return _to_bolt(self._failure(args.reason, args.error, query=args.request.query))

    def _failure(
        self, reason: str, error: Exception | None, *, query: Mapping[str, object]
    ) -> HTMLResponse:
        if isinstance(error, ScopesMissing):
            return self._again("installs/missing", status=WRONG, scopes=error.scopes)
        if isinstance(error, JustInstalled):
            open_slack = link("Open Slack", "https://slack.com/app_redirect")
            return page(self.render("installs/taken"), open_slack, status=TAKEN)
        if reason == "invalid_browser" and not oauth.first(query, "state"):
            return self._again("installs/unrequested", status=WRONG)
        name, status = FAILURES.get(reason, ("installs/refused", WRONG))
        told = {"reason": _safe(reason)} if name == "installs/refused" else {}
        return self._again(name, status=status, **told)

    def _again(self, name: str, *, status: int, **values: object) -> HTMLResponse:
        text = self.render(name, **values)
        return page(text, link("Start again", INSTALL_PATH), status=status)


def _safe(reason: str) -> str:
    """Return a reason if it has the form of Slack's; anybody may write one into the address."""
    return reason if REASON.fullmatch(reason) else ""


def _to_bolt(response: HTMLResponse) -> BoltResponse:
    body = bytes(response.body).decode()
    return BoltResponse(status=response.status_code, body=body, headers=dict(response.headers))


def _from_bolt(bolt: BoltResponse) -> Response:
    """Return an answer of Bolt as it is; its own adapter would change the cookie."""
    headers = {**HEADERS, **bolt.first_headers_without_set_cookie()}
    headers = {name.lower(): value for name, value in headers.items() if name != "content-length"}
    return _with_cookies(Response(bolt.body, bolt.status, headers), bolt)


def _with_cookies(response: Response, bolt: BoltResponse) -> Response:
    for cookie in bolt.headers.get("set-cookie", []):
        response.headers.append("set-cookie", cookie)
    return response
