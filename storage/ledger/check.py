"""Whether the logs are as they were written: the first row of a chain that doesn't fit is named.

A row fits when its number follows the one before, and when its hash is that of the hash before, of its place
and of its content. The last row has to be the head of the chain. The people of the ledger's rows have to fit
their codes; those of erased members are gone. Rows are read in batches, so a long log takes little memory.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlmodel import col

from storage import audit, chains
from storage.audit import AuditEvent
from storage.chains import BEGINNING, ChainHead, Fact, digest_of
from storage.database import Session
from storage.database.engine import Database
from storage.database.rows import workspaces_with
from storage.ledger import ledger
from storage.ledger.heads import Head
from storage.ledger.ledger import LedgerPerson, LedgerRow

BATCH = 5_000

Problem = Literal["altered", "missing", "person", "cut", "head", "recorded"]
"""What is wrong: a row was changed or swapped, a row is gone, a person doesn't fit their code, the newest
rows are gone, the head is not that of the newest row, or a recorded head is not that of the row with its
number.
"""


@dataclass(frozen=True)
class Fault:
    """The first row of a chain that doesn't fit."""

    number: int
    problem: Problem


@dataclass(frozen=True)
class Checked:
    """What a check of one chain found: how many rows it has, from which number on, and the first fault."""

    workspace_id: str
    chain: str
    rows: int
    first: int
    fault: Fault | None = None


@dataclass(frozen=True)
class Log:
    """A log with a chain: its rows, and what the hash of one covers beside its place.

    `keeps_all` when no row is deleted because it is old, so that the chain begins with row 1.
    """

    chain: str
    table: type[LedgerRow | AuditEvent]
    columns: tuple[Any, ...]
    content: Callable[..., Sequence[Fact]]
    keeps_all: bool = False


def _of_ledger(row: Any) -> Sequence[Fact]:
    return ledger.content_of(
        row.at, row.act, row.about, row.facts, who=row.who, by_whom=row.by_whom
    )


def _of_audit(row: Any) -> Sequence[Fact]:
    return audit.content_of(row.id, row.at, row.who, row.act, row.about, row.place)


LOGS = {
    log.chain: log
    for log in (
        Log(
            ledger.CHAIN,
            LedgerRow,
            tuple(
                col(getattr(LedgerRow, name))
                for name in ("number", "digest", "at", "act", "about", "facts", "who", "by_whom")
            ),
            _of_ledger,
            keeps_all=True,
        ),
        Log(
            audit.CHAIN,
            AuditEvent,
            tuple(
                col(getattr(AuditEvent, name))
                for name in ("number", "digest", "id", "at", "who", "act", "about", "place")
            ),
            _of_audit,
        ),
    )
}
"""The logs whose rows are chained."""


async def check(
    database: Database, *, workspace_id: str | None = None, recorded: Sequence[Head] = ()
) -> list[Checked]:
    """Check all chains, or those of one workspace, and against heads that were recorded before."""
    found = []
    for place in await _places(database, workspace_id, recorded):
        heads = [head for head in recorded if (head.workspace_id, head.chain) == place]
        async with database.read() as session:
            found.append(await check_chain(session, *place, recorded=heads))
    return found


async def check_chain(
    session: Session, workspace_id: str, chain: str, *, recorded: Sequence[Head] = ()
) -> Checked:
    """Check one chain in the order of its numbers, up to its first fault."""
    log = LOGS[chain]
    head = await chains.head_of(session, workspace_id, chain)
    number, before = 0, BEGINNING
    if head and not log.keeps_all:
        number, before = head.deleted_number, head.deleted_digest
    first, wanted = number + 1, _by_number(recorded)
    fault = _unlike(wanted, number, before) if number else None
    while fault is None and (rows := await _batch(session, log, workspace_id, after=number)):
        for row in rows:
            if row.number != number + 1:
                fault = Fault(number + 1, "missing")
                break
            number, content = row.number, log.content(row)
            before = digest_of(before, workspace_id, chain, number, content)
            if before != row.digest:
                fault = Fault(number, "altered")
                break
            if fault := _unlike(wanted, number, before):
                break
        else:
            if chain == ledger.CHAIN:
                fault = await _unfit_person(session, workspace_id, rows)
    if fault is None:
        latest = await chains.head_of(session, workspace_id, chain)
        fault = _at_the_end(head, recorded, number, before) or _beyond(latest, number)
    return Checked(workspace_id, chain, number - first + 1, first, fault)


def _by_number(recorded: Sequence[Head]) -> dict[int, set[str]]:
    """Return the hashes of recorded heads by number; two heads may contradict each other."""
    found: dict[int, set[str]] = {}
    for one in recorded:
        found.setdefault(one.number, set()).add(one.digest)
    return found


def _unlike(wanted: dict[int, set[str]], number: int, digest: str) -> Fault | None:
    return Fault(number, "recorded") if wanted.get(number, {digest}) != {digest} else None


def _at_the_end(
    head: ChainHead | None, recorded: Sequence[Head], number: int, digest: str
) -> Fault | None:
    """Return what is wrong with the newest row, by the head that is stored and by those recorded before."""
    longest = max([one.number for one in recorded] + [head.number if head else 0])
    if number < longest:
        return Fault(number + 1, "cut")
    # A row that was added meanwhile is newer than this head.
    is_newest = head is not None and head.number == number
    return Fault(number, "head") if head and is_newest and head.digest != digest else None


def _beyond(head: ChainHead | None, number: int) -> Fault | None:
    """Return the row after the newest head, if there is one: rows come after their head was changed."""
    latest = head.number if head else 0
    return Fault(latest + 1, "head") if number > latest else None


async def _batch(session: Session, log: Log, workspace_id: str, *, after: int) -> Sequence[Any]:
    wanted: Select[Any] = (
        select(*log.columns)
        .where(col(log.table.workspace_id) == workspace_id, col(log.table.number) > after)
        .order_by(col(log.table.number))
        .limit(BATCH)
    )
    found: Sequence[Any] = (await session.execute(wanted)).all()
    return found


async def _unfit_person(session: Session, workspace_id: str, rows: Sequence[Any]) -> Fault | None:
    """Return the first of these rows of the ledger with a person who doesn't fit the code."""
    codes = {row.number: {ledger.ABOUT: row.who, ledger.BY: row.by_whom} for row in rows}
    people = await session.execute(
        select(
            col(LedgerPerson.number),
            col(LedgerPerson.place),
            col(LedgerPerson.user_id),
            col(LedgerPerson.key),
        )
        .where(
            col(LedgerPerson.workspace_id) == workspace_id,
            col(LedgerPerson.number).between(rows[0].number, rows[-1].number),
        )
        .order_by(col(LedgerPerson.number))
    )
    for number, place, user_id, key in people:
        if codes.get(number, {}).get(place) != ledger.code_of(key, user_id):
            return Fault(number, "person")
    return None


async def _places(
    database: Database, workspace_id: str | None, recorded: Sequence[Head]
) -> list[tuple[str, str]]:
    """Return workspace and chain of all that has a head, rows, or a recorded head."""
    async with database.read() as session:
        places = {(head.workspace_id, head.chain) for head in await chains.heads(session)}
        for log in LOGS.values():
            for one in await session.scalars(workspaces_with(log.table)):
                places.add((one, log.chain))
    places |= {(head.workspace_id, head.chain) for head in recorded}
    return sorted(place for place in places if workspace_id in (None, place[0]))
