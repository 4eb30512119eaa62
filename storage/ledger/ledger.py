"""The ledger: every move of every claim, one row each. It only grows, and each row holds the hash before it.

A row has no user id. It has a code for the member it is about and one for who acted: the HMAC of the user id
under a random key of that code alone. Ids and keys are stored in rows of their own, which an erasure deletes.
After that, no code can be traced to a person, not even by trying all ids, and the chain still fits.

The triggers are part of the table: the database itself refuses changes, and deletions while the workspace has
the app. They stand here beside migration 0019 so that a test notices a later migration that loses them.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hmac import digest as hmac
from secrets import token_hex

from sqlalchemy import Index, Text
from sqlmodel import Field

from coaching.members import MemberKey
from storage.chains import Fact, link
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
    people = {ABOUT: key.user_id} | ({BY: by.user_id} if by else {})
    keys = {place: token_hex(32) for place in people}
    codes = {place: code_of(keys[place], user_id) for place, user_id in people.items()}
    told = json.dumps(dict(facts), sort_keys=True, separators=(",", ":"))
    who, by_whom = codes[ABOUT], codes.get(BY, NOBODY)
    now = now.astimezone(UTC)
    content = content_of(now, act, about, told, who=who, by_whom=by_whom)
    number, digest = await link(session, key.workspace_id, CHAIN, content)
    row = LedgerRow(
        workspace_id=key.workspace_id,
        number=number,
        at=now,
        act=act,
        about=about,
        facts=told,
        who=who,
        by_whom=by_whom,
        digest=digest,
    )
    session.add(row)
    await session.flush()
    for place, user_id in people.items():
        session.add(
            LedgerPerson(
                workspace_id=key.workspace_id,
                number=number,
                place=place,
                user_id=user_id,
                key=keys[place],
            )
        )
    await session.flush()
    return row


def code_of(key: str, user_id: str) -> str:
    """Return the code of a person in a row of the ledger, made with this key."""
    return hmac(bytes.fromhex(key), user_id.encode(), "sha256").hex()


def content_of(
    at: datetime, act: str, about: str, facts: str, *, who: str, by_whom: str
) -> tuple[Fact, ...]:
    """Return what the hash of a row covers, beside its place."""
    return (at.isoformat(timespec="microseconds"), act, about, facts, who, by_whom)
