"""`rungs badge`: check a badge, and change the key that signs."""

from datetime import datetime
from pathlib import Path

from bot.deps import PublicSite
from bot.features.badges.issuers import OwnIssuers, RemoteIssuers
from bot.features.badges.service import did_in, new_signer
from bot.features.badges.signatures import MOST_CHARACTERS
from bot.features.badges.verdict import Issuers, Verdict, judge
from bot.operators import record_operator
from storage import signing_keys
from storage.database.engine import Database
from storage.installs.token_keys import TokenKeys


class NoBadgeKey(Exception):
    """The key cannot be changed; the text says why and what to do."""


def token_in(file: Path) -> str:
    """Return what a file has, which may be a badge; OSError when it cannot be read."""
    with file.open("rb") as opened:
        content = opened.read(MOST_CHARACTERS + 1)
    return content.decode("ascii", errors="replace").strip()


async def check_own(database: Database, token: str, *, now: datetime) -> Verdict:
    """Check a badge with this installation's keys and status."""
    return await judge(token, OwnIssuers(database), now=now)


async def check_remote(token: str, *, now: datetime) -> Verdict:
    """Check a badge with what its issuer publishes."""
    issuers: Issuers = RemoteIssuers(lambda: now)
    return await judge(token, issuers, now=now)


def verdict_text(verdict: Verdict) -> str:
    """Return a verdict for a terminal: what it is, then what the badge says, if its signature fits."""
    head = verdict.state.capitalize() + (f": {_line(verdict.why)}." if verdict.why else ".")
    badge = verdict.badge
    if badge is None:
        return head
    lines = {
        "badge": badge.name,
        "holder": badge.holder or "not named",
        "verified": badge.awarded,
        "valid until": f"{badge.valid_until:%Y-%m-%dT%H:%MZ}" if badge.valid_until else "no end",
        "issuer": f"{badge.issuer_name} ({badge.issuer})",
        "id": badge.id,
    }
    width = max(map(len, lines))
    return "\n".join(
        [head, *(f"{name.ljust(width)}  {_line(text)}" for name, text in lines.items())]
    )


def _line(text: str) -> str:
    """Return text on one line, without what a terminal would act on."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


async def rotate(
    database: Database,
    *,
    site: PublicSite,
    workspace_id: str | None,
    is_compromised: bool,
    now: datetime,
) -> str:
    """Sign by a new key in one workspace or in all that have one, and say in how many; NoBadgeKey if none.

    Badges by the old keys stay good, unless those are compromised: then they are deleted.
    """
    keys = _token_keys(site)
    async with database.read() as session:
        found = {
            key.workspace_id for key in await signing_keys.in_use(session, signing_keys.BADGES)
        }
    chosen = sorted(found & {workspace_id} if workspace_id else found)
    if not chosen:
        raise NoBadgeKey("No badge was issued there, so there is no key to change.")
    for one in chosen:
        async with database.write() as session:
            await new_signer(session, keys, one, did_in(site, one), now=now)
            if is_compromised:
                await signing_keys.drop_retired(session, one, signing_keys.BADGES)
            about = "compromised" if is_compromised else None
            await record_operator(session, "badge_keys", about=about, workspace_id=one, now=now)
    told = f"Badges are signed by a new key in {len(chosen)} of {len(found)} workspaces."
    return f"{told} Those signed before no longer count." if is_compromised else told


def _token_keys(site: PublicSite) -> TokenKeys:
    if site.keys is None or not site.url:
        raise NoBadgeKey(
            "RUNGS_PUBLIC_URL and RUNGS_TOKEN_KEYS are needed to sign badges. Set both, and run this again."
        )
    return site.keys
