"""The app in a workspace: its token and identity, the scopes and events it needs, and its removal."""

from dataclasses import dataclass
from logging import getLogger

from slack_sdk.errors import SlackApiError

from bot.coaches import Installed
from bot.deps import Deps, Identity
from bot.operators import INSTALL_AGAIN
from bot.slack.client import DIRECT, Proxies, SlackClients, TokenSource
from bot.slack.errors import from_slack
from bot.slack.retries import NO_ANSWER
from storage import workspace_settings, workspaces
from storage.database import Session

log = getLogger(__name__)


async def app_removed(deps: Deps, workspace_id: str, *, reason: str) -> None:
    """Mark the workspace as disconnected, and log what the operator can do; members' data stays."""
    async with deps.database.write() as session:
        news = await workspaces.disconnect(session, workspace_id, reason=reason, now=deps.now())
    if news:
        log.error(
            "workspace_disconnected",
            extra={
                "workspace": workspace_id,
                "reason": reason,
                "advice": INSTALL_AGAIN,
            },
        )


class CannotStart(Exception):
    """The operator must act; the message says how."""


@dataclass(frozen=True)
class Access:
    """The tokens of one workspace and the way to Slack; its `repr` shows no secrets.

    `signing_secret` may be two with a comma between: the new one and the one before.
    """

    bot_token: str
    signing_secret: str
    api_url: str
    proxies: Proxies = DIRECT

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        """The secrets of which a request must be signed with one."""
        return tuple(secret.strip() for secret in self.signing_secret.split(","))

    def __repr__(self) -> str:
        return f"Access(api_url={self.api_url!r}, …)"


@dataclass(frozen=True)
class SingleInstall:
    """The installation whose token is in the environment; it is in one workspace."""

    identity: Identity
    tokens: TokenSource

    async def read(
        self, session: Session, workspace_id: str, enterprise_id: str | None
    ) -> Installed | None:
        """Return the app in its workspace by one query of one row; None for another workspace."""
        if workspace_id != self.identity.workspace_id or enterprise_id is not None:
            return None
        settings = await workspace_settings.read(session, workspace_id)
        return Installed(self.identity, self.tokens, settings)


async def who_we_are(clients: SlackClients) -> Identity:
    """Return the bot's identity from auth.test; CannotStart when Slack refuses the token or is silent."""
    try:
        answer = await clients.repeating.auth_test()
    except SlackApiError as error:
        reason = from_slack("auth.test", error).reason
        raise CannotStart(f"Slack refused the token ({reason}). Run `rungs doctor`.") from error
    except NO_ANSWER as error:
        raise CannotStart(clients.unanswered(error)) from error
    if answer.get("is_enterprise_install"):
        raise CannotStart(NOT_FOR_ORGANIZATIONS)
    return Identity(
        workspace_id=str(answer["team_id"]),
        workspace_name=str(answer["team"]),
        bot_user_id=str(answer["user_id"]),
        bot_id=str(answer["bot_id"]),
        enterprise_id=answer.get("enterprise_id"),
    )


NOT_FOR_ORGANIZATIONS = (
    "SLACK_BOT_TOKEN is for an app installed across a whole organization, which Rungs does not support. "
    "Install the app in one workspace, and set the token that is shown there."
)

OPTIONAL = frozenset({"app_mentions:read", "app_mention"})
"""The scope and the event without which everything works but answers to @Rungs in channels."""

SCOPES = {
    "app_mentions:read": (
        "See a message that mentions it in a channel it was invited to, and answer only its author."
    ),
    "channels:history": (
        "Look for its own digest in a channel it was invited to, when Slack's answer was lost; "
        "nothing else is looked for, and nothing is kept."
    ),
    "channels:read": (
        "See who is in a public channel that follows a digest or lists agents, and whether it is "
        "archived."
    ),
    "chat:write": "Post the cards, update them, and remove them when a member erases their data.",
    "commands": "Receive /rungs.",
    "dnd:read": "Hold a message back while a member has Do Not Disturb on.",
    "files:write": "Send a member the files with everything held about them, and remove them on request.",
    "groups:history": "The same as channels:history, in private channels it was invited to.",
    "groups:read": "The same as channels:read, for private channels it was invited to.",
    "im:history": (
        "Read the conversation between a member and the app, to answer what they type, and to see "
        "whether a message arrived when Slack's answer was lost."
    ),
    "im:write": "Open that conversation, so that Rungs can look a message up before it ever sends it twice.",
    "users:read": (
        "Send at the right hour in a member's own time zone, and nothing to a deactivated account; "
        "suggest a role family from the title; the zone is all that is kept of a profile."
    ),
}

OPTIONAL_SCOPES = {
    "usergroups:read": "See who is in a user group, where an admin gave a role to one.",
    "users:read.email": (
        "Know members by the address that they confirmed, where an admin lets programs or servers name "
        "them by it, and in a list of trainings that a coordinator pastes."
    ),
}
"""The scopes that only an option needs; they are asked for when an admin switches it on."""

APP_SCOPES = {"connections:write": "Receive everything over a WebSocket (Socket Mode only)."}

EVENTS = {
    "app_home_opened": "Show the Home tab; greet a member who opens the messages for the first time.",
    "app_mention": "Answer someone who writes @Rungs in a channel; only they see the answer.",
    "app_uninstalled": "Note that the app was removed, and say in the log what to do.",
    "channel_archive": "Stop the digest of a channel that was archived.",
    "channel_left": "Stop the digest of a channel that the app was removed from.",
    "group_archive": "The same for a private channel.",
    "group_left": "The same for a private channel.",
    "message.im": "Answer what a member types to the app.",
    "tokens_revoked": "Note that the token was revoked, and say in the log what to do.",
    "user_change": "Note that a member moved to another time zone, or was deactivated; nothing else is kept.",
}

EVENTS_OF_MANY = {
    "team_access_granted": "Begin in a workspace that an organization's admin added.",
    "team_access_revoked": "Stop in a workspace that an organization's admin took out.",
}
"""The events that an app for many workspaces hears besides."""
