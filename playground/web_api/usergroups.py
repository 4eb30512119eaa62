"""usergroups.*: the user groups of the workspace, and who is in them."""

from playground.errors import SlackError
from playground.state.people import usergroup_object
from playground.web_api.method import Answer, Method, Request

SCOPES = ("usergroups:read",)


def listing(request: Request) -> Answer:
    """List the user groups; disabled ones, counts and members where they are asked for."""
    arguments, groups = request.arguments, request.workspace.usergroups.values()
    shown = [
        usergroup_object(
            one,
            team=request.workspace.id,
            with_count=arguments.flag("include_count"),
            with_users=arguments.flag("include_users"),
        )
        for one in groups
        if not one.disabled or arguments.flag("include_disabled")
    ]
    return {"usergroups": shown}


def members(request: Request) -> Answer:
    """List who is in a user group."""
    group = request.workspace.usergroups.get(request.arguments.text("usergroup"))
    if group is None or (group.disabled and not request.arguments.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": sorted(group.members)}


METHODS = (
    Method("usergroups.list", listing, scopes=SCOPES, tier="2", team="team_id"),
    Method("usergroups.users.list", members, scopes=SCOPES, tier="2", team="team_id"),
)
