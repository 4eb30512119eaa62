"""The encryption of tokens.

A token stands in the database only encrypted. The encrypted text also holds the key of its row and which
token it is, so that a token that was copied to another row or column is refused.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

WHOLE_ORGANIZATION = ""
"""Stands in place of a team in the row of an install for a whole organization."""

NO_ORGANIZATION = ""
"""Stands in place of an organization in the row of a workspace that belongs to none."""

BOT, REFRESH = "bot", "refresh"

SEAL = b"rungs signature:"
"""Begins what the keys of signatures are derived from, so that they are no keys of tokens."""


@dataclass(frozen=True)
class InstallKey:
    """The key of an install: the team, empty for a whole organization, and the organization, if any."""

    workspace_id: str
    enterprise_id: str = NO_ORGANIZATION

    def __str__(self) -> str:
        return self.workspace_id or self.enterprise_id


@dataclass(frozen=True)
class Tokens:
    """The tokens of an install in plain text; `repr` shows none.

    `refresh` and `expires_at` are None where the app's tokens do not rotate.
    """

    bot: str
    refresh: str | None = None
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Tokens(…, expires_at={self.expires_at})"


class CannotDecrypt(Exception):
    """No key of RUNGS_TOKEN_KEYS opens the token of {key}, or it was copied there from another row.

    Set the key that it was encrypted with in RUNGS_TOKEN_KEYS, behind the first one. If that key is lost,
    install the app there again.
    """

    def __init__(self, key: InstallKey) -> None:
        told = " ".join((type(self).__doc__ or "").split())
        super().__init__(told.format(key=key))


class TokenKeys:
    """The keys that encrypt and decrypt tokens; `repr` shows none. The first one encrypts."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._all = MultiFernet([Fernet(key) for key in keys])
        self._first = Fernet(keys[0])
        self._seals = [sha256(SEAL + key.encode()).digest() for key in keys]

    def __repr__(self) -> str:
        return "TokenKeys(…)"

    def sign(self, words: str) -> str:
        """Return a signature of these words by the first key, in a way that only signs."""
        return hmac(self._seals[0], words.encode(), "sha256").hexdigest()

    def has_signed(self, words: str, signature: str) -> bool:
        """Return whether one of the keys made this signature of these words."""
        made = (hmac(seal, words.encode(), "sha256").hexdigest() for seal in self._seals)
        return any(compare_digest(one, signature) for one in made)

    def encrypt(self, key: InstallKey, which: str, token: str) -> str:
        """Return the token encrypted by the first key, with its place within the encrypted text."""
        plain = json.dumps([key.workspace_id, key.enterprise_id, which, token])
        return self._first.encrypt(plain.encode()).decode()

    def decrypt(self, key: InstallKey, which: str, stored: str) -> str:
        """Return the token; CannotDecrypt without its key, or when it is not from this place."""
        try:
            *place, token = json.loads(self._all.decrypt(stored.encode()))
        except InvalidToken:
            raise CannotDecrypt(key) from None
        if place != [key.workspace_id, key.enterprise_id, which]:
            raise CannotDecrypt(key)
        return str(token)

    def is_under_first(self, stored: str) -> bool:
        """Return whether the first key encrypted it."""
        try:
            self._first.decrypt(stored.encode())
        except InvalidToken:
            return False
        return True

    def tokens_of(
        self, key: InstallKey, bot: str, refresh: str | None, expires_at: datetime | None
    ) -> Tokens:
        """Return encrypted tokens in plain text; CannotDecrypt as `decrypt`."""
        opened = self.decrypt(key, REFRESH, refresh) if refresh else None
        return Tokens(self.decrypt(key, BOT, bot), opened, expires_at)

    @staticmethod
    def new() -> str:
        """Return a new key."""
        return Fernet.generate_key().decode()
