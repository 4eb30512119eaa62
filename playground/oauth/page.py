"""The consent page: a person reads what the app asks for, and allows or cancels; it needs no scripts."""

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from playground.errors import NotThere
from playground.oauth.authorize import Ask, Refused, address, allowed, read_ask
from playground.scopes import consent
from playground.service import Service, Shared
from playground.state.people import Person

PATH = "/oauth/v2/authorize"
REFUSED = 403
WRONG = 400
FOUND = 302
KINDS = (("view", "be able to view?"), ("do", "be able to do?"))


class ConsentPage:
    """The page on which people let the app into their workspaces."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def routes(self) -> list[Route]:
        """Return the page, and what its buttons send."""
        return [Route(PATH, self.show), Route(PATH, self.decide, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """Show what the app asks for in one workspace."""
        return self._answered(request.query_params)

    async def decide(self, request: Request) -> Response:
        """Send the person back to the app with a code, or with their refusal."""
        body = (await request.body()).decode(errors="replace")
        return self._answered(dict(parse_qsl(body, keep_blank_values=True)))

    def _answered(self, sent: Mapping[str, str]) -> Response:
        try:
            ask = read_ask(self._shared, sent)
            service = self._shared.at(ask.team)
        except Refused as problem:
            return _page(_failure(problem.code, str(problem)), status=WRONG)
        except NotThere as problem:
            return _page(_failure("invalid_team", str(problem)), status=WRONG)
        decision = sent.get("decision")
        if decision == "cancel":
            return RedirectResponse(address(self._shared, ask, error="access_denied"), FOUND)
        if decision != "allow":
            return _page(_asked(service, ask), ask=ask)
        try:
            return RedirectResponse(self._allowed(ask, service, sent), FOUND)
        except Refused as problem:
            shown = _asked(service, ask, user=sent.get("user", ""), problem=str(problem))
            return _page(shown, ask=ask, status=REFUSED)

    def _allowed(self, ask: Ask, service: Service, sent: Mapping[str, str]) -> str:
        return allowed(
            self._shared,
            ask,
            team=service.workspace.id,
            user=sent.get("user", ""),
            for_organization=sent.get("where") == "organization",
        )


def _page(main: str, *, ask: Ask | None = None, status: int = 200) -> Response:
    sends_to = ["'self'"]
    if ask is not None:
        target = urlsplit(ask.redirect_uri)
        # A browser holds the address that a form is sent on to against this too.
        place = quote(target.netloc, safe=":[]")
        sends_to += [f"{target.scheme}://{place}"] if place else []
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {' '.join(sends_to)}"
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    styles = "".join(
        f'<link rel="stylesheet" href="/page/css/{name}.css">'
        for name in ("base", "controls", "consent")
    )
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><title>Let an app in · playground</title>'
        f'<link rel="icon" href="/page/icon.svg" type="image/svg+xml">{styles}</head>'
        f'<body class="consent-body"><main class="consent">{main}</main></body></html>',
        status_code=status,
        headers=headers,
    )


def _failure(code: str, words: str) -> str:
    return (
        "<h1>Something went wrong when authorizing this app.</h1>"
        f"<p>{escape(words)}</p>"
        f'<p class="fine">Error: <code>{escape(code)}</code>. Go back to the app and try again.</p>'
    )


def _asked(service: Service, ask: Ask, *, user: str = "", problem: str = "") -> str:
    workspace = service.workspace
    app, name = escape(workspace.app.name), escape(workspace.name)
    said = f'<p class="consent-said" role="alert">{escape(problem)}</p>' if problem else ""
    groups = "".join(_group(service, ask, kind, f"What will {app} {end}") for kind, end in KINDS)
    return (
        f"{_switch(service, ask)}{said}"
        f"<h1>{app} is requesting permission to access the {name} workspace</h1>{groups}"
        f'<form class="consent-form" method="post" action="{PATH}">{_hidden(ask, team=workspace.id)}'
        f'<label for="user">Who installs it</label><select class="select" id="user" name="user">'
        f"{_people(service, user)}</select>{_where(service)}"
        '<div class="dialog-buttons">'
        '<button class="button" name="decision" value="cancel">Cancel</button>'
        '<button class="button primary" name="decision" value="allow">Allow</button></div></form>'
    )


def _switch(service: Service, ask: Ask) -> str:
    """Return the choice of a workspace, which shows the page again."""
    options = "".join(
        _option(one.workspace.id, one.workspace.name, chosen=service.workspace.id)
        for one in service.shared.services.values()
    )
    return (
        f'<form class="consent-form" method="get" action="{PATH}">{_hidden(ask)}'
        '<label for="team">Workspace</label>'
        f'<select class="select" id="team" name="team">{options}</select> '
        '<button class="button">Switch workspace</button></form>'
    )


def _hidden(ask: Ask, **more: str) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (ask.query | more).items()
    )


def _people(service: Service, chosen: str) -> str:
    people = [p for p in service.workspace.members() if not p.deactivated and p.stranger is None]
    people.sort(key=lambda person: not person.is_admin)
    return "".join(_option(one.id, _described(one), chosen=chosen) for one in people)


def _described(person: Person) -> str:
    standings = (
        (person.org_admin, "admin of the organization"),
        (person.is_owner, "owner"),
        (person.is_admin, "admin"),
        (person.guest, "guest"),
    )
    standing = next((words for holds, words in standings if holds), "member")
    return f"{person.name} ({standing})"


def _option(value: str, words: str, *, chosen: str) -> str:
    mark = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(words)}</option>'


def _where(service: Service) -> str:
    """Return the choice between the workspace and its organization, if there is one."""
    workspace = service.workspace
    if workspace.organization is None or not service.manifest.is_for_organizations:
        return ""
    return (
        "<fieldset><legend>Where it is installed</legend>"
        '<label class="choice"><input type="radio" name="where" value="workspace" checked>'
        f"<span>In {escape(workspace.name)} alone</span></label>"
        '<label class="choice"><input type="radio" name="where" value="organization">'
        f"<span>In the whole organization {escape(workspace.organization_name)}, by one of its admins"
        "</span></label></fieldset>"
    )


def _group(service: Service, ask: Ask, kind: str, heading: str) -> str:
    entries = [one for one in consent(ask.scopes, service.reasons) if one["kind"] == kind]
    if not entries:
        return ""
    listed = "".join(
        f"<li><strong>{escape(one['words'])}</strong>"
        f"<p>{escape(one['reason'] or 'The app doesn’t say why.')}</p>"
        f'<code class="fine">{escape(one["scope"])}</code></li>'
        for one in entries
    )
    return f'<h2>{heading}</h2><ul class="consent-list">{listed}</ul>'
