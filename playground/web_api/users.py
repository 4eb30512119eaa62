"""users.*: the people of the workspace."""

from playground.errors import SlackError
from playground.payloads.shapes import user_of
from playground.state.people import Person
from playground.web_api.cursors import page_of
from playground.web_api.method import Answer, Method, Request

MOST_WITHOUT_LIMIT = 1000
"""Slack tries to send everybody at once when no limit is given, and refuses in large workspaces."""


def _shown(request: Request, person: Person) -> dict[str, object]:
    return user_of(
        request.workspace,
        person,
        now=request.clock.now(),
        with_locale=request.arguments.flag("include_locale"),
        with_email=request.sees_emails,
    )


def info(request: Request) -> Answer:
    """Describe a person."""
    return {"user": _shown(request, request.person(request.arguments.text("user")))}


def listing(request: Request) -> Answer:
    """Describe everybody, deactivated people and the app's own bot among them."""
    people = list(request.workspace.people.values())
    if len(people) > MOST_WITHOUT_LIMIT and not request.arguments.has("limit"):
        raise SlackError("limit_required")
    page, more = page_of(people, request.arguments, default=MOST_WITHOUT_LIMIT)
    shown = [_shown(request, person) for person in page]
    return {"members": shown, "cache_ts": int(request.clock.now()), **more}


METHODS = (
    Method("users.info", info, scopes=("users:read",), tier="4"),
    Method("users.list", listing, scopes=("users:read",), tier="2", team="team_id"),
)
