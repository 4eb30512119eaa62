"""The codes that the consent page hands out: each is exchanged once, within ten minutes."""

import secrets
from dataclasses import dataclass

from playground.errors import SlackError

LIFETIME = 600.0


@dataclass(slots=True)
class Grant:
    """What a person allowed; `holder` is the id of a workspace, or of an organization as a whole."""

    holder: str
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    """The address that the app asked for; empty when it named none."""
    at: float
    is_used: bool = False


class Codes:
    """Every code that was handed out."""

    def __init__(self) -> None:
        self._known: dict[str, Grant] = {}

    def issue(self, grant: Grant) -> str:
        """Hand out a code."""
        code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(32)}"
        self._known[code] = grant
        return code

    def exchange(self, code: str, *, redirect_uri: str, now: float) -> Grant:
        """Use a code up and return what was allowed, or refuse it as Slack does."""
        grant = self._known.get(code)
        if grant is None or now - grant.at > LIFETIME:
            raise SlackError("invalid_code")
        if grant.is_used:
            raise SlackError("code_already_used")
        if redirect_uri != grant.redirect_uri:
            raise SlackError("bad_redirect_uri")
        grant.is_used = True
        return grant
