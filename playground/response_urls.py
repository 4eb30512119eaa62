"""Response URLs: five answers within half an hour, without a token."""

import secrets
from dataclasses import dataclass

from playground.errors import SlackError

USES = 5
LIFETIME = 30 * 60.0
REMEMBERED = 20_000


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer goes; `message_ts` is set when a message's element was used."""

    user: str
    channel: str
    issued: float
    message_ts: str | None = None
    uses: int = 0
    team: str | None = None
    """The workspace that it belongs to; None is the first."""


class ResponseUrls:
    """Every response URL handed out lately."""

    def __init__(self) -> None:
        self._known: dict[str, ResponseUrl] = {}

    def issue(
        self,
        user: str,
        channel: str,
        *,
        now: float,
        message_ts: str | None = None,
        team: str | None = None,
    ) -> str:
        """Hand out the last part of a response URL."""
        key = secrets.token_urlsafe(18)
        self._known[key] = ResponseUrl(user, channel, now, message_ts, team=team)
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return key

    def find(self, key: str, *, now: float) -> ResponseUrl:
        """Return a response URL that still works; Slack refuses old and used-up ones."""
        url = self._known.get(key)
        if url is None or now - url.issued > LIFETIME:
            raise SlackError("expired_url")
        if url.uses >= USES:
            raise SlackError("used_url")
        return url
