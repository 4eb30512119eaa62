"""The bot tokens that OAuth handed out, and how they are refreshed and end."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from playground.errors import SlackError

LIFETIME = 43_200.0
"""Seconds for which a token works when tokens are rotated."""


@dataclass(slots=True)
class Token:
    """A bot token; `holder` is the id of the workspace or the organization that it is for."""

    value: str
    holder: str
    expires: float | None = None
    refresh: str | None = None
    """What gets the next token; None for a token that does not expire, and when it was used."""
    ended: str | None = None
    """Slack's name for the refusal once the token does not work anymore."""


class Tokens:
    """Every token that was handed out."""

    def __init__(self, *, rotates: bool) -> None:
        self.rotates = rotates
        """Whether new tokens expire and are refreshed."""
        self.lifetime = LIFETIME
        self._known: dict[str, Token] = {}
        self._by_refresh: dict[str, Token] = {}

    def issue(self, holder: str, *, now: float) -> Token:
        """Hand out a token for a workspace or an organization; those it has keep working."""
        number = secrets.token_hex(12)
        if not self.rotates:
            return self._note(Token(f"xoxb-{holder}-{number}", holder))
        refresh = f"xoxe-1-{secrets.token_hex(20)}"
        return self._note(
            Token(f"xoxe.xoxb-1-{holder}-{number}", holder, now + self.lifetime, refresh)
        )

    def _note(self, token: Token) -> Token:
        self._known[token.value] = token
        if token.refresh is not None:
            self._by_refresh[token.refresh] = token
        return token

    def refreshed(self, refresh: str, *, now: float) -> Token:
        """Hand out the next token; a refresh token works once, and the token it came with to its end."""
        before = self._by_refresh.pop(refresh, None)
        if before is None:
            raise SlackError("invalid_refresh_token")
        before.refresh = None
        return self.issue(before.holder, now=now)

    def find(self, value: str) -> Token | None:
        """Return a token, whether it works or not."""
        return self._known.get(value)

    def working(self, value: str, *, now: float) -> Token:
        """Return a token that works, or refuse it as Slack does."""
        token = self._known.get(value)
        if token is None:
            raise SlackError("invalid_auth")
        if token.ended is not None:
            raise SlackError(token.ended)
        if token.expires is not None and now >= token.expires:
            raise SlackError("token_expired")
        return token

    def end(self, token: Token, error: str) -> None:
        """Let a token, and what would refresh it, never work again; `error` is the refusal from now on."""
        token.ended = token.ended or error
        if token.refresh is not None:
            self._by_refresh.pop(token.refresh, None)
            token.refresh = None

    def end_all(self, holder: str, error: str) -> None:
        """End every token of a workspace or an organization."""
        for token in self._known.values():
            if token.holder == holder:
                self.end(token, error)

    def is_held(self, holder: str) -> bool:
        """Return whether a workspace or an organization has a token that was not ended."""
        return any(one.holder == holder and one.ended is None for one in self._known.values())

    def snapshot(self) -> list[dict[str, Any]]:
        """Return all tokens as plain data."""
        return [asdict(token) for token in self._known.values()]

    def restore(self, saved: list[dict[str, Any]]) -> None:
        """Take in tokens from plain data."""
        for one in saved:
            self._note(Token(**one))
