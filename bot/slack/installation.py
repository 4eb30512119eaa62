"""The app's own life in a workspace: removed, or its token withdrawn."""

from dataclasses import dataclass
from logging import getLogger

from slack_sdk.errors import SlackApiError

from bot.deps import Deps, Identity
from bot.slack.client import NO_ANSWER, SlackClients
from bot.slack.errors import from_slack
from storage import members

log = getLogger(__name__)


async def app_removed(deps: Deps, workspace_id: str, *, reason: str) -> None:
    """Note it and say in the log what the operator can do; members' data stays until it is asked away."""
    async with deps.database.write() as session:
        news = await members.disconnect_workspace(
            session, workspace_id, reason=reason, now=deps.now()
        )
    if news:
        log.error(
            "workspace_disconnected",
            extra={
                "workspace": workspace_id,
                "reason": reason,
                "advice": "Install the app again, set the new SLACK_BOT_TOKEN and restart.",
            },
        )


class CannotStart(Exception):
    """The operator must act; the message is what they read."""


@dataclass(frozen=True)
class Access:
    """What it takes to talk to one workspace; kept out of logs by having no repr of its secrets."""

    bot_token: str
    signing_secret: str
    api_url: str

    def __repr__(self) -> str:
        return f"Access(api_url={self.api_url!r}, …)"


async def who_we_are(clients: SlackClients) -> Identity:
    """What auth.test says about our token."""
    try:
        answer = await clients.repeating.auth_test()
    except SlackApiError as error:
        reason = from_slack("auth.test", error).reason
        raise CannotStart(f"Slack refused the token ({reason}). Run `rungs doctor`.") from error
    except NO_ANSWER as error:
        where = clients.once.base_url
        raise CannotStart(f"Slack does not answer at {where}. Check the network.") from error
    return Identity(
        workspace_id=str(answer["team_id"]),
        workspace_name=str(answer["team"]),
        bot_user_id=str(answer["user_id"]),
        bot_id=str(answer["bot_id"]),
    )
