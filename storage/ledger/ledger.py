"""The ledger: every move of every claim, one row each. It only grows, and each row holds the hash before it.

A row has no user id. It has a code for the member it is about and one for who acted: the HMAC of the user id
under a random key of that code alone. Ids and keys are stored in rows of their own, which an erasure deletes.
After that, no code can be traced to a person, not even by trying all ids, and the chain still fits.

The triggers are part of the table: the database itself refuses changes, and deletions while the workspace has
the app. They stand here beside migration 0019 so that a test notices a later migration that loses them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import digest as hmac
from secrets import token_hex

from sqlalchemy import Index, Text
from sqlmodel import Field

from coaching.members import MemberKey
from storage.chains import Fact, link_all
from storage.database import Session
from storage.database.rows import OwnedTable, Row, UtcTime, add_triggers, refers_to

CHAIN = "ledger"
ABOUT, BY = "about", "by"
"""The two places of a person in a row: whose claim it is about, and who acted."""

NOBODY = ""


class LedgerRow(Row, table=True):
    """One move: `act` is what happened, `about` the id of the claim, `facts` JSON without personal data.

    `who` and `by_whom` are codes of people; `by_whom` is empty when nobody acted, such as when time ran out.
    """

    __tablename__ = "ledger_row"
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    act: str
    about: str
    facts: str = Field(sa_type=Text)
    who: str
    by_whom: str
    digest: str


class LedgerPerson(Row, table=True):
    """The user id that a code in a row was made from, and the key of this code. An erasure deletes it."""

    __tablename__ = "ledger_person"
    __table_args__ = (
        refers_to("member", user_id="user_id"),
        refers_to("ledger_row", number="number"),
        Index("ix_ledger_person_of_member", "workspace_id", "user_id"),
    )

    number: int = Field(primary_key=True)
    place: str = Field(primary_key=True)
    user_id: str
    key: str


PERSONAL_DATA = OwnedTable(LedgerPerson, "ledger", "log", order_by="number", internal=("key",))

SQLITE_TRIGGERS = (
    """
CREATE TRIGGER ledger_row_update BEFORE UPDATE ON ledger_row
BEGIN SELECT RAISE(ABORT, 'ledger_row is append-only'); END
""",
    # REPLACE deletes the old row without the trigger for DELETE.
    """
CREATE TRIGGER ledger_row_replace BEFORE INSERT ON ledger_row
WHEN EXISTS (SELECT 1 FROM ledger_row WHERE workspace_id = NEW.workspace_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'ledger_row is append-only'); END
""",
    """
CREATE TRIGGER ledger_row_delete BEFORE DELETE ON ledger_row
WHEN NOT EXISTS (SELECT 1 FROM workspace
WHERE workspace_id = OLD.workspace_id AND disconnected_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'ledger_row is append-only'); END
""",
)
POSTGRES_TRIGGERS = (
    """
CREATE FUNCTION ledger_row_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM workspace
  WHERE workspace_id = OLD.workspace_id AND disconnected_at IS NOT NULL) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'ledger_row is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    """
CREATE TRIGGER ledger_row_change BEFORE UPDATE OR DELETE ON ledger_row
FOR EACH ROW EXECUTE FUNCTION ledger_row_refuse()
""",
    """
CREATE TRIGGER ledger_row_truncate BEFORE TRUNCATE ON ledger_row
FOR EACH STATEMENT EXECUTE FUNCTION ledger_row_refuse()
""",
)


add_triggers(LedgerRow, SQLITE_TRIGGERS, POSTGRES_TRIGGERS)


async def append(
    session: Session,
    key: MemberKey,
    act: str,
    about: str,
    facts: Mapping[str, str | int],
    *,
    now: datetime,
    by: MemberKey | None = None,
) -> LedgerRow:
    """Add a row about this member in the caller's transaction, as the last thing that locks a row there.

    Both people must have rows as members. `by` is who acted; None when nobody did.
    """
    (row,) = await append_all(session, [Entry(key, act, about, facts, by)], now=now)
    return row


@dataclass(frozen=True)
class Entry:
    """One move to add: whom it is about, what happened to what, and who acted, if anybody did."""

    key: MemberKey
    act: str
    about: str
    facts: Mapping[str, str | int]
    by: MemberKey | None = None


async def append_all(
    session: Session, entries: Sequence[Entry], *, now: datetime
) -> list[LedgerRow]:
    """Add rows about members of one workspace in this order, as `append` does, by few statements."""
    now, workspace_id = now.astimezone(UTC), entries[0].key.workspace_id
    rows, people, contents = [], [], []
    for one in entries:
        users = {ABOUT: one.key.user_id} | ({BY: one.by.user_id} if one.by else {})
        keys = {place: token_hex(32) for place in users}
        codes = {place: code_of(keys[place], user_id) for place, user_id in users.items()}
        told = json.dumps(dict(one.facts), sort_keys=True, separators=(",", ":"))
        who, by_whom = codes[ABOUT], codes.get(BY, NOBODY)
        contents.append(content_of(now, one.act, one.about, told, who=who, by_whom=by_whom))
        rows.append(
            {"act": one.act, "about": one.about, "facts": told} | {"who": who, "by_whom": by_whom}
        )
        people.append([(place, users[place], keys[place]) for place in users])
    links = await link_all(session, workspace_id, CHAIN, contents)
    added = [
        LedgerRow(workspace_id=workspace_id, number=number, at=now, digest=digest, **row)
        for (number, digest), row in zip(links, rows, strict=True)
    ]
    session.add_all(added)
    await session.flush()
    session.add_all(
        LedgerPerson(
            workspace_id=workspace_id, number=number, place=place, user_id=user_id, key=key
        )
        for (number, _), some in zip(links, people, strict=True)
        for place, user_id, key in some
    )
    await session.flush()
    return added


def code_of(key: str, user_id: str) -> str:
    """Return the code of a person in a row of the ledger, made with this key."""
    return hmac(bytes.fromhex(key), user_id.encode(), "sha256").hex()


def content_of(
    at: datetime, act: str, about: str, facts: str, *, who: str, by_whom: str
) -> tuple[Fact, ...]:
    """Return what the hash of a row covers, beside its place."""
    return (at.isoformat(timespec="microseconds"), act, about, facts, who, by_whom)
