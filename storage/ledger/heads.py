"""Signed heads of chains, logged once a day to be kept outside the database, so that a cut tail shows.

A head is one line: workspace, chain, number, hash, time, and the signature. The signature is by the first of
RUNGS_TOKEN_KEYS, which lie outside the database: whoever has only the database can sign no other head.
Without such keys a head has no signature, and is only as good as the place in which it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Self

from sqlalchemy import ColumnElement, select, update
from sqlmodel import col

from storage import audit
from storage.chains import ChainHead
from storage.database import Session
from storage.installs.token_keys import TokenKeys
from storage.ledger import ledger
from storage.workspaces import Workspace

UNSIGNED = "-"
NO_WORKSPACE = "-"
"""Stands in place of a signature, and of a workspace for acts that concern the database as a whole."""

FIELDS = 6
CHAINS = (ledger.CHAIN, audit.CHAIN)

LOGGED_EVERY = timedelta(days=1)

Signature = Literal["signed", "unsigned", "unknown"]


@dataclass(frozen=True)
class Head:
    """The newest row of a chain at a moment: its number and its hash."""

    workspace_id: str
    chain: str
    number: int
    digest: str
    at: str
    signature: str = UNSIGNED

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the head on a line that `str` wrote; ValueError if it is none."""
        parts = line.split()
        if len(parts) != FIELDS or parts[1] not in CHAINS or not parts[2].isdecimal():
            raise ValueError(
                f"{line.strip()!r} is no head. Give a line that `rungs ledger head` printed."
            )
        workspace_id = "" if parts[0] == NO_WORKSPACE else parts[0]
        return cls(workspace_id, parts[1], int(parts[2]), *parts[3:])

    def __str__(self) -> str:
        return f"{self._told} {self.signature}"

    @property
    def _told(self) -> str:
        where = self.workspace_id or NO_WORKSPACE
        return f"{where} {self.chain} {self.number} {self.digest} {self.at}"

    def signed(self, keys: TokenKeys | None) -> Self:
        """Return the same head, signed by the first of these keys; unsigned without keys."""
        return replace(self, signature=keys.sign(self._told) if keys else UNSIGNED)

    def check(self, keys: TokenKeys | None) -> Signature:
        """Return whether one of these keys signed it; "unknown" when none of them did."""
        if self.signature == UNSIGNED:
            return "unsigned"
        is_known = keys is not None and keys.has_signed(self._told, self.signature)
        return "signed" if is_known else "unknown"


def head_at(workspace_id: str, chain: str, number: int, digest: str, *, now: datetime) -> Head:
    """Return the head of a chain at this moment, without a signature."""
    return Head(workspace_id, chain, number, digest, f"{now:%Y-%m-%dT%H:%M:%SZ}")


async def to_log(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the connected workspaces with a head that was not logged for a day."""
    found = await session.scalars(
        select(col(ChainHead.workspace_id))
        .join(Workspace, col(Workspace.workspace_id) == col(ChainHead.workspace_id))
        .where(col(Workspace.disconnected_at).is_(None), _is_unlogged(now))
        .order_by(col(ChainHead.logged_at))
        .limit(200)
    )
    return list(dict.fromkeys(found))


async def take_to_log(session: Session, workspace_id: str, *, now: datetime) -> list[ChainHead]:
    """Return the heads of a workspace that were not logged for a day, and store that they are now."""
    here = col(ChainHead.workspace_id) == workspace_id
    changed = await session.scalars(
        update(ChainHead)
        .where(here, _is_unlogged(now))
        .values(logged_at=now)
        .returning(ChainHead)
        .execution_options(populate_existing=True)
    )
    return sorted(changed, key=lambda head: head.chain)


def _is_unlogged(now: datetime) -> ColumnElement[bool]:
    return col(ChainHead.logged_at) <= now - LOGGED_EVERY
