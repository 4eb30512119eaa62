"""Events about channels and who is in them."""

from playground.payloads.shapes import Payload
from playground.state.messages import Conversation
from playground.state.people import Person, UserGroup, quiet_hours, usergroup_object
from playground.state.workspace import Workspace


def _family(conversation: Conversation) -> str:
    return "group" if conversation.private else "channel"


def archived(workspace: Workspace, conversation: Conversation, *, by: str) -> Payload:
    """Return the archived channel, or the one that came back."""
    done = "archive" if conversation.archived else "unarchive"
    return {
        "type": f"{_family(conversation)}_{done}",
        "channel": conversation.id,
        "user": by,
        "event_ts": workspace.new_ts(),
    }


def joined(workspace: Workspace, conversation: Conversation, *, user: str, by: str) -> Payload:
    """Return who came into a channel."""
    event = _came_or_went(workspace, conversation, "member_joined_channel", user=user)
    return event if by == user else event | {"inviter": by}


def left(workspace: Workspace, conversation: Conversation, *, user: str) -> Payload:
    """Return who left a channel."""
    return _came_or_went(workspace, conversation, "member_left_channel", user=user)


def _came_or_went(
    workspace: Workspace, conversation: Conversation, kind: str, *, user: str
) -> Payload:
    return {
        "type": kind,
        "user": user,
        "channel": conversation.id,
        "channel_type": "G" if conversation.private else "C",
        "team": workspace.home_of(user),
        "event_ts": workspace.new_ts(),
    }


def app_left(workspace: Workspace, conversation: Conversation, *, by: str) -> Payload:
    """Return the channel that the app was taken out of."""
    return {
        "type": f"{_family(conversation)}_left",
        "channel": conversation.id,
        "actor_id": by,
        "event_ts": workspace.new_ts(),
    }


def usergroup_changed(workspace: Workspace, group: UserGroup) -> Payload:
    """Return a user group as it is now."""
    return {
        "type": "subteam_updated",
        "subteam": usergroup_object(group, team=workspace.id),
        "event_ts": workspace.new_ts(),
    }


def usergroup_members_changed(
    workspace: Workspace, group: UserGroup, *, added: set[str], removed: set[str]
) -> Payload:
    """Return who came into a user group and who left it."""
    now = int(workspace.clock.now())
    return {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": workspace.id,
        "date_previous_update": group.created,
        "date_update": now,
        "added_users": sorted(added),
        "added_users_count": len(added),
        "removed_users": sorted(removed),
        "removed_users_count": len(removed),
        "event_ts": workspace.new_ts(),
    }


def quiet_hours_changed(workspace: Workspace, person: Person) -> Payload:
    """Return a person's new Do-not-disturb hours."""
    hours = quiet_hours(person, now=workspace.clock.now())
    start, end = hours or (1, 1)
    return {
        "type": "dnd_updated_user",
        "user": person.id,
        "dnd_status": {
            "dnd_enabled": hours is not None,
            "next_dnd_start_ts": start,
            "next_dnd_end_ts": end,
        },
        "event_ts": workspace.new_ts(),
    }
