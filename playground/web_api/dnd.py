"""dnd.*: the hours in which people do not want to be disturbed."""

from playground.errors import SlackError
from playground.state.people import Person, quiet_hours
from playground.web_api.method import Answer, Method, Request

MOST_AT_ONCE = 50


def _shown(request: Request, person: Person) -> Answer:
    hours = quiet_hours(person, now=request.clock.now())
    start, end = hours or (1, 1)
    return {
        "dnd_enabled": hours is not None,
        "next_dnd_start_ts": start,
        "next_dnd_end_ts": end,
    }


def info(request: Request) -> Answer:
    """Return when one person does not want to be disturbed."""
    return _shown(request, request.person(request.arguments.text("user")))


def team_info(request: Request) -> Answer:
    """Return it for up to fifty people; those without such hours are left out."""
    asked = [user for user in (request.arguments.optional_text("users") or "").split(",") if user]
    if not asked:
        raise SlackError("no_users_provided")
    if len(asked) > MOST_AT_ONCE:
        raise SlackError("too_many_users")
    people = request.workspace.people
    return {"users": {user: _shown(request, people[user]) for user in asked if user in people}}


METHODS = (
    Method("dnd.info", info, scopes=("dnd:read",), tier="3", team="team_id"),
    Method("dnd.teamInfo", team_info, scopes=("dnd:read",), tier="2", team="team_id"),
)
