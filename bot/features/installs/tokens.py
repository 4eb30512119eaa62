"""The tokens of installed workspaces: read, decrypted, and exchanged before they end.

Slack's tokens live twelve hours where they rotate. A refresh token works once: if two processes sent the same
one, one of them would be left with tokens that do not work. So a process first takes a lease on the row, in a
short transaction, and lets go of the database while it asks Slack. Whoever finds the lease taken goes on with
the token it has, or waits for the other's if that one has ended. The lease guard of `bot.slack.client` keeps
a process that was suspended meanwhile from sending the refresh token after its lease.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import Lease, guarded_by
from bot.slack.errors import NotSent, TooMany, Undeliverable, Unsure, from_slack, was_not_sent
from bot.slack.retries import NO_ANSWER
from storage.database.engine import Database
from storage.installs import installs
from storage.installs.installs import Installation
from storage.installs.token_keys import CannotDecrypt, InstallKey, TokenKeys, Tokens

log = getLogger(__name__)

LEASE = timedelta(seconds=30)
"""How long one process may take to exchange a refresh token; three times as long as a call may take."""

NEXT_TRY = timedelta(minutes=10)
PAUSE = 0.2
METHOD = "oauth.v2.access"
USED = "invalid_refresh_token"
AT_ONCE = 20
"""How many tokens one step of the job looks at."""


class Unreadable(Undeliverable):
    """No key decrypts the token; set the key that encrypted it in RUNGS_TOKEN_KEYS."""


@dataclass(frozen=True)
class AppCredentials:
    """The id and the secret of the Slack app; `repr` shows no secret."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"AppCredentials({self.client_id!r}, …)"


@dataclass(frozen=True)
class TokenStore:
    """Reads the tokens of installs, and exchanges those that end soon.

    `client` sends a call a single time, `now` is the wall clock, `steady` the monotonic one. `late` is how
    many seconds an answer of Slack to another process may still be under way.
    """

    database: Database
    keys: TokenKeys
    app: AppCredentials
    client: AsyncWebClient
    now: Callable[[], datetime]
    late: float = 15
    lease: timedelta = LEASE
    steady: Callable[[], float] = time.monotonic

    async def read(self, key: InstallKey) -> Installation | None:
        """Return the install as it is stored now."""
        async with self.database.read() as session:
            return await installs.get(session, key)

    def tokens_of(self, row: Installation) -> Tokens:
        """Return the tokens of an install in plain text; Unreadable when no key decrypts them."""
        try:
            return row.tokens(self.keys)
        except CannotDecrypt as problem:
            log.error("token_unreadable", extra={"problem": str(problem)})
            raise Unreadable("token", "cannot_decrypt") from None

    async def team_names(self, token: str) -> dict[str, str]:
        """Return the names of the teams that a token for an organization is for, as far as Slack says."""
        names: dict[str, str] = {}
        cursor: str | None = None
        while cursor != "":
            try:
                page = await self.client.auth_teams_list(token=token, cursor=cursor, limit=200)
            except (SlackApiError, *NO_ANSWER):
                break
            names |= {str(team["id"]): str(team["name"]) for team in page["teams"]}
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        return names

    async def renewed(self, row: Installation, *, waits: bool) -> Installation | None:
        """Return the install with other tokens than these if there are any by now, else as it is stored.

        Exchanges the refresh token unless another process does. With `waits`, waits for that one, and raises
        Unsure when nothing tells whether there are other tokens. None when it was removed meanwhile.
        """
        patience = self.steady() + 2 * self.lease.total_seconds()
        while True:
            now, stored = self.now(), await self.read(row.key)
            if stored is None or stored.revision != row.revision or not stored.refresh_token:
                return stored
            if not waits and stored.refresh_at and stored.refresh_at > now:
                return stored  # another process tried, and put it off
            if await self._reserve(stored, now):
                return await self._exchange(stored, now=now, waits=waits)
            if not waits:
                return stored
            if self.steady() >= patience:
                raise Unsure(METHOD, "token_not_refreshed")
            await asyncio.sleep(PAUSE)

    async def _reserve(self, row: Installation, now: datetime) -> bool:
        if row.lease_until and row.lease_until > now:
            return False
        async with self.database.write() as session:
            return await installs.lease_refresh(session, row, until=now + self.lease, now=now)

    async def _exchange(
        self, row: Installation, *, now: datetime, waits: bool
    ) -> Installation | None:
        try:
            tokens = await self._ask_slack(row, now=now)
        except Undeliverable as problem:
            return await self._failed(row, problem, waits=waits)
        async with self.database.write() as session:
            await installs.save_refreshed(session, self.keys, row, tokens)
        log.info("token_refreshed", extra={"install": str(row.key)})
        return await self.read(row.key)

    async def _ask_slack(self, row: Installation, *, now: datetime) -> Tokens:
        seconds = self.lease.total_seconds()
        lease = Lease(now + self.lease, self.steady() + seconds, self.now, self.steady)
        try:
            with guarded_by(lease):
                answer = await self.client.oauth_v2_access(
                    client_id=self.app.client_id,
                    client_secret=self.app.client_secret,
                    grant_type="refresh_token",
                    refresh_token=self.tokens_of(row).refresh,
                )
        except SlackApiError as error:
            raise from_slack(METHOD, error) from None
        except NO_ANSWER as error:
            if was_not_sent(error):
                raise NotSent(METHOD, "lease_over") from None
            raise Unsure(METHOD, "no_answer") from None
        ends = now + timedelta(seconds=int(answer["expires_in"]))
        return Tokens(str(answer["access_token"]), str(answer["refresh_token"]), ends)

    async def _failed(
        self, row: Installation, problem: Undeliverable, *, waits: bool
    ) -> Installation | None:
        """Put the exchange off, and return what is stored: a late answer may have brought other tokens.

        When it is not known whether Slack took the refresh token, the lease stays until its end. With
        `waits`, a late answer is waited for when Slack says that the refresh token was used.
        """
        is_unsure = isinstance(problem, NotSent | TooMany | Unsure)
        until = self.now() + (self.lease if is_unsure else NEXT_TRY)
        async with self.database.write() as session:
            await installs.put_off_refresh(session, row, until=until, ends_lease=not is_unsure)
        was_used = waits and problem.reason == USED
        stored = await self._stored_after(row, within=self.late if was_used else 0)
        if stored is None or stored.revision != row.revision:
            return stored
        where = {"install": str(row.key), "reason": problem.reason}
        if is_unsure:
            log.warning("token_refresh_unsure", extra=where)
            if waits:
                raise Unsure(METHOD, "token_not_refreshed")
        else:
            advice = "If it goes on, install the app there again."
            log.error("token_not_refreshed", extra={**where, "advice": advice})
        return stored

    async def _stored_after(self, row: Installation, *, within: float) -> Installation | None:
        """Return the install with other tokens if they come within so many seconds, else as it is stored."""
        deadline = self.steady() + within
        while True:
            stored = await self.read(row.key)
            is_other = stored is None or stored.revision != row.revision
            if is_other or self.steady() >= deadline:
                return stored
            await asyncio.sleep(PAUSE)


class StoredTokens:
    """The token source of one install; it remembers the token while that is good."""

    def __init__(self, store: TokenStore, row: Installation) -> None:
        self._store = store
        self._row = row
        self._token: str | None = None

    async def current(self) -> str:
        """Return the token to use now, exchanged if it ends soon.

        Raises Unsure when it has ended and Slack cannot be asked for the next one, and Unreadable when no key
        decrypts it.
        """
        now, row = self._store.now(), self._row
        if row.refresh_at and row.refresh_at <= now:
            has_ended = row.expires_at is not None and row.expires_at <= now
            self._take(await self._store.renewed(row, waits=has_ended))
        return self._decrypted()

    async def after(self, refused: str) -> str | None:
        """Return another token than this one, which Slack refused; None when there is no other."""
        self._take(await self._store.read(self._row.key))
        if self._decrypted() == refused and self._row.refresh_token:
            self._take(await self._store.renewed(self._row, waits=True))
        token = self._decrypted()
        return None if token == refused else token

    def _take(self, row: Installation | None) -> None:
        if row and row.bot_token != self._row.bot_token:
            self._token = None
        self._row = row or self._row

    def _decrypted(self) -> str:
        if self._token is None:
            self._token = self._store.tokens_of(self._row).bot
        return self._token


async def refresh_ending(store: TokenStore) -> bool:
    """Exchange the tokens of some installs that end within two hours; return True when there may be more."""
    async with store.database.read() as session:
        rows = await installs.list_to_refresh(session, now=store.now(), limit=AT_ONCE)
    for row in rows:
        await store.renewed(row, waits=False)
    return len(rows) == AT_ONCE
