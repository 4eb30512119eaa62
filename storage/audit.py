"""The audit log: who did what, when and from where. It only grows, and each row goes after `KEPT`.

A member stands in it as a keyed hash of their user id, so an erasure leaves the rows and no id. The key
belongs to the workspace and lies in the same database: whoever has the database and a user id can find the
member's rows, as `rungs audit list --member` does, and nobody can read the ids from the rows. No row holds an
answer, a tier, or the id of a direct message.

The database itself refuses changes and early deletions, by triggers. Each row holds the hash of the one
before (storage/chains.py), so that changes show which were made without them.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hmac import new as hmac
from secrets import token_hex

from sqlalchemy import (
    ColumnElement,
    Index,
    delete,
    exists,
    false,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased
from sqlmodel import Field, col

from coaching.members import MemberKey
from storage.audit_triggers import POSTGRES_TRIGGERS, SQLITE_TRIGGERS
from storage.chains import Fact, forget_rows, link
from storage.database import Session, schema
from storage.database.engine import Database
from storage.database.rows import (
    OwnedTable,
    Retention,
    Row,
    UtcTime,
    add_triggers,
    insert_into,
    new_id,
)

KEPT = timedelta(days=400)

ACTS = {
    "export": "A member got their data as a file",
    "erasure": "A member erased their data",
    "digest_followed": "A member set up a channel's digest, or changed its day or hour",
    "digest_unfollowed": "A member stopped a channel's digest",
    "settings": "A member changed how check-ins come, or whether a digest may name them",
    "admin": "An admin changed a setting of the workspace, with the values before and after",
    "badge": "A member got a badge as a file",
    "ci_token": "A member made or revoked the token by which a channel's CI sends test runs",
    "access_keys": "An operator ran `rungs servers rotate`: what webhooks are sent is signed by a new key",
    "badge_keys": "An operator ran `rungs badge rotate`: badges are signed by a new key",
    "client_added": "An operator ran `rungs clients add`: a program may ask what members may use",
    "client_permissions": "An operator ran `rungs clients permissions`: a program may ask about others",
    "client_revoked": "An operator ran `rungs clients revoke`: the token of a program is refused",
    "min_group": "A process started with a different `RUNGS_MIN_GROUP` from the one before",
    "resend": "An operator had a message sent again",
    "restore": "A process was started with `--reconcile-since`",
    "db_upgrade": "An operator ran `rungs db upgrade`",
    "db_backup": "An operator ran `rungs db backup`",
    "db_check": "An operator ran `rungs db check`, and it found no problem",
    "keys_rotated": "An operator ran `rungs keys rotate`, and all tokens are encrypted by the first key",
    "workspace_forgotten": "An operator ran `rungs workspaces forget`",
    "workspace_erased": "A workspace was erased, because it had left `RUNGS_KEEP_DAYS` before",
}
"""What is recorded, and when."""

CHAIN = "audit"

INSTALLATION = ""
"""Stands in place of a workspace for acts that concern the database as a whole."""

CODE_LENGTH = 24
"""Digits of a member's code: 96 bits, too many for two members to share one."""


class AuditEvent(Row, table=True):
    """One act: `who` is "member:" with their code, or "operator:" with the account that ran a command.

    `about` is what it concerns: a channel, a message, the name of a setting. `place` is where it was done: in
    Slack, or on which host. `number` and `digest` chain the rows.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_who", "workspace_id", "who"),
        Index("ix_audit_event_act", "workspace_id", "act", "at"),
        Index("ix_audit_event_number", "workspace_id", "number", unique=True),
    )

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    who: str
    act: str
    about: str | None = None
    place: str
    number: int
    digest: str


class AuditKey(Row, table=True):
    """The key of a workspace's codes. It is never exported; without it nobody can find a member's rows."""

    __tablename__ = "audit_key"

    key: str


add_triggers(AuditEvent, SQLITE_TRIGGERS, POSTGRES_TRIGGERS)


async def append(
    session: Session,
    workspace_id: str,
    act: str,
    *,
    who: str | MemberKey,
    place: str,
    now: datetime,
    about: str | None = None,
) -> None:
    """Add a row at the end of the caller's transaction; `who` is a member, or what `operator` returns.

    The head of the chain stays locked until the commit. So it is locked last: a transaction that holds it
    waits for no other row, such as that of a member who is being erased.
    """
    if act not in ACTS:
        raise ValueError(f"{act!r} is not in ACTS of storage/audit.py; add it there, with when.")

    async def add() -> None:
        code = await member(session, who) if isinstance(who, MemberKey) else who
        row_id, at = new_id(), now.astimezone(UTC)
        content = content_of(row_id, at, code, act, about, place)
        number, digest = await link(session, workspace_id, CHAIN, content)
        session.add(
            AuditEvent(
                workspace_id=workspace_id,
                id=row_id,
                at=at,
                who=code,
                act=act,
                about=about,
                place=place,
                number=number,
                digest=digest,
            )
        )
        await session.flush()

    session.before_commit(f"{CHAIN} {workspace_id}", add)


async def record(
    session: Session,
    key: MemberKey,
    act: str,
    *,
    place: str,
    now: datetime,
    about: str | None = None,
) -> None:
    """Record what a member did, in the transaction in which it is done."""
    await append(session, key.workspace_id, act, who=key, place=place, now=now, about=about)


def content_of(
    row_id: str, at: datetime, who: str, act: str, about: str | None, place: str
) -> tuple[Fact, ...]:
    """Return what the hash of a row covers, beside its place in the chain."""
    return (row_id, at.isoformat(timespec="microseconds"), who, act, about, place)


async def write_at(url: str, work: Callable[[Session], Awaitable[None]]) -> str | None:
    """Do this in a transaction of the database at this address; return why it could not be done, or None."""
    try:
        database = await Database.open(url)
        try:
            if problem := await schema.problem(database):
                return problem
            async with database.write() as session:
                await work(session)
        finally:
            await database.close()
    except (OSError, SQLAlchemyError) as error:
        return str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    return None


def operator(account: str) -> str:
    """Return how the account that ran a command stands in the log."""
    return f"operator:{account}"


async def member(session: Session, key: MemberKey) -> str:
    """Return how the member stands in the log; makes the workspace's key if there is none yet."""
    secret = await _key(session, key.workspace_id)
    if secret is None:
        new = insert_into(session, AuditKey).values(
            workspace_id=key.workspace_id, key=token_hex(32)
        )
        await session.execute(new.on_conflict_do_nothing())
        secret = await _key(session, key.workspace_id)
    return _coded(str(secret), key)


async def _key(session: Session, workspace_id: str) -> str | None:
    found: str | None = await session.scalar(
        select(col(AuditKey.key)).where(col(AuditKey.workspace_id) == workspace_id)
    )
    return found


def _coded(secret: str, key: MemberKey) -> str:
    code = hmac(bytes.fromhex(secret), key.user_id.encode(), "sha256").hexdigest()
    return f"member:{code[:CODE_LENGTH]}"


async def rows_of(session: Session, key: MemberKey) -> ColumnElement[bool]:
    """Return the condition that matches the member's rows."""
    secret = await _key(session, key.workspace_id)
    if secret is None:
        return false()
    here = col(AuditEvent.workspace_id) == key.workspace_id
    return here & (col(AuditEvent.who) == _coded(secret, key))


PERSONAL_DATA = OwnedTable(
    AuditEvent,
    "audit_log",
    "log",
    order_by="at",
    rows_of=rows_of,
    internal=("who", "number", "digest"),
    stays_after_erasure=True,
)


async def has_entry(session: Session, key: MemberKey, act: str) -> bool:
    """Return whether the log has an entry that the member did this."""
    wanted = select(col(AuditEvent.id)).where(
        await rows_of(session, key), col(AuditEvent.act) == act
    )
    return await session.scalar(wanted.limit(1)) is not None


async def list_events(
    session: Session,
    *,
    user_id: str | None = None,
    since: datetime | None = None,
    workspace_id: str | None = None,
    act: str | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> Sequence[AuditEvent]:
    """Return the newest rows that match; a user id is looked up in every workspace that has a key.

    With `before`, the moment and the id of a row, only rows that stand after it in this order.
    """
    query = (
        select(AuditEvent)
        .order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc())
        .limit(limit)
    )
    if user_id:
        keys = await session.execute(select(col(AuditKey.workspace_id), col(AuditKey.key)))
        theirs = [(here, _coded(secret, MemberKey(here, user_id))) for here, secret in keys]
        query = query.where(tuple_(col(AuditEvent.workspace_id), col(AuditEvent.who)).in_(theirs))
    if since:
        query = query.where(col(AuditEvent.at) >= since)
    if workspace_id is not None:
        query = query.where(col(AuditEvent.workspace_id) == workspace_id)
    if act is not None:
        query = query.where(col(AuditEvent.act) == act)
    if before is not None:
        at, row_id = col(AuditEvent.at), col(AuditEvent.id)
        query = query.where((at < before[0]) | ((at == before[0]) & (row_id < before[1])))
    return (await session.scalars(query)).all()


async def codes_of(session: Session, workspace_id: str, user_ids: Iterable[str]) -> dict[str, str]:
    """Return the user ids by how they stand in the log; empty while the workspace has no key."""
    secret = await _key(session, workspace_id)
    if secret is None:
        return {}
    return {_coded(secret, MemberKey(workspace_id, user)): user for user in user_ids}


async def latest_about(session: Session, workspace_id: str, act: str) -> str | None:
    """Return what the newest row of this act is about, or None if there is none."""
    found: str | None = await session.scalar(
        select(col(AuditEvent.about))
        .where(col(AuditEvent.workspace_id) == workspace_id, col(AuditEvent.act) == act)
        .order_by(col(AuditEvent.at).desc(), col(AuditEvent.id).desc())
        .limit(1)
    )
    return found


async def prune(session: Session, *, before: datetime, limit: int) -> int:
    """Delete about `limit` rows from before that moment; return how many.

    The rows of a workspace go in the order of their numbers, and the chain keeps number and hash of the last
    that went. The database's clock counts too: its trigger refuses to delete rows that are younger by it, for
    example while the time of this process is simulated.
    """
    here, number, at = col(AuditEvent.workspace_id), col(AuditEvent.number), col(AuditEvent.at)
    earlier, kept_from = aliased(AuditEvent), _oldest_kept(session)
    keeps_them = exists().where(
        col(earlier.workspace_id) == here,
        col(earlier.number) < number,
        (col(earlier.at) >= before) | (col(earlier.at) >= kept_from),
    )
    oldest = (
        select(here, number, col(AuditEvent.digest))
        .where(at < before, at < kept_from, ~keeps_them)
        .order_by(at)
        .limit(limit)
    )
    last: dict[str, tuple[int, str]] = {}
    for workspace_id, found, digest in await session.execute(oldest):
        last[workspace_id] = max(last.get(workspace_id, (0, "")), (found, digest))
    gone = 0
    for workspace_id, (up_to, digest) in sorted(last.items()):
        await forget_rows(session, workspace_id, CHAIN, up_to, digest)
        removed = await session.execute(
            delete(AuditEvent).where(here == workspace_id, number <= up_to).returning(number)
        )
        gone += len(removed.all())
    return gone


def _oldest_kept(session: Session) -> ColumnElement[datetime]:
    """Return the moment before which the database lets rows go, by its own clock."""
    if session.get_bind().dialect.name == "sqlite":
        return func.datetime("now", "-400 days")
    return literal_column("now() - interval '400 days'")


RETENTION = Retention(
    AuditEvent,
    "That you exported or erased your data, changed settings, or set up or stopped a digest, with a code "
    "in place of your user ID, also after you erased your data",
    KEPT,
    prune,
)
