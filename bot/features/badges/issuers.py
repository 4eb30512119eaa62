"""Where a check of a badge looks an issuer up: in this installation's database, or at the issuer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from bot.features.badges.service import public_keys
from bot.features.badges.signatures import Jwk, read
from bot.features.badges.verdict import UnknownIssuer
from coaching.badges.credential import BadgeClaims, StatusEntry
from coaching.badges.did_web import document_url, is_at, keys_in
from coaching.badges.status_list import WrongList, says_revoked
from storage import badges, signing_keys
from storage.database.engine import Database

WITHIN = aiohttp.ClientTimeout(total=15)
MOST_BYTES = 200_000


@dataclass(frozen=True)
class OwnIssuers:
    """The issuers of this installation, as its database has them."""

    database: Database

    async def keys(self, issuer: str) -> Mapping[str, Jwk]:
        """Return the public keys of a workspace's issuer; UnknownIssuer when it is none of this database."""
        found: Mapping[str, Jwk] = {}
        # No database takes every character that JSON may have.
        if issuer.isascii() and issuer.isprintable():
            async with self.database.read() as session:
                found = await public_keys(session, issuer)
        if not found:
            raise UnknownIssuer(
                f"{issuer or 'nobody'} is no issuer of this installation; with --fetch, it is asked itself"
            )
        return found

    async def is_revoked(
        self, badge: BadgeClaims, entry: StatusEntry, _keys: Mapping[str, Jwk]
    ) -> bool:
        """Return whether the badge's number counts as revoked."""
        async with self.database.read() as session:
            (key, *_) = await signing_keys.of_issuer(session, badge.issuer)
            return not await badges.good_numbers(session, key.workspace_id, entry.number)


@dataclass(frozen=True)
class RemoteIssuers:
    """Any issuer by did:web, asked over https at its own host; nothing else is ever fetched."""

    now: Callable[[], datetime]

    async def keys(self, issuer: str) -> Mapping[str, Jwk]:
        """Return the keys in the issuer's document; UnknownIssuer when it has none, or does not answer."""
        url = document_url(issuer)
        if url is None:
            raise UnknownIssuer(f"{issuer or 'nobody'} is no issuer by did:web")
        try:
            return keys_in(json.loads(await _fetched(url)), issuer)
        except (ValueError, RecursionError) as problem:
            raise UnknownIssuer(f"{url} is not the document of that issuer") from problem

    async def is_revoked(
        self, badge: BadgeClaims, entry: StatusEntry, keys: Mapping[str, Jwk]
    ) -> bool:
        """Return whether the issuer's status list says so; WrongList or Altered when it is not its list."""
        if not is_at(entry.url, badge.issuer):
            raise WrongList("it is at another host than its issuer")
        listed = read(await _fetched(entry.url), keys)
        return says_revoked(
            listed, issuer=badge.issuer, url=entry.url, number=entry.number, now=self.now()
        )


async def _fetched(url: str) -> str:
    """Return the short text at this address, without redirects; UnknownIssuer when there is none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=WITHIN, trust_env=True) as client,
            client.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise UnknownIssuer(f"{url} answers {answer.status}")
            body = await answer.content.read(MOST_BYTES + 1)
            while len(body) <= MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
                body += more
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        raise UnknownIssuer(f"{url} does not answer ({type(problem).__name__})") from problem
    if len(body) > MOST_BYTES:
        raise UnknownIssuer(f"{url} is longer than {MOST_BYTES} bytes")
    return body.decode(errors="replace")
