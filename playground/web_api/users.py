"""users.* and dnd.*: people and their quiet hours."""

from playground.state.people import user_object
from playground.web_api.method import Answer, Method, Request


def info(request: Request) -> Answer:
    """Describe a person."""
    person = request.person(request.arguments.text("user"))
    shown = user_object(
        person,
        team=request.workspace.id,
        now=request.clock.now(),
        with_locale=request.arguments.flag("include_locale"),
    )
    return {"user": shown}


def do_not_disturb(request: Request) -> Answer:
    """Say when a person does not want to be disturbed."""
    person = request.person(request.arguments.text("user"))
    start, end = person.dnd or (1, 1)
    return {
        "dnd_enabled": person.dnd is not None,
        "next_dnd_start_ts": start,
        "next_dnd_end_ts": end,
    }


METHODS = (
    Method("users.info", info, scopes=("users:read",), tier="4"),
    Method("dnd.info", do_not_disturb, scopes=("dnd:read",), tier="3"),
)
