"""Errors of the database in one line each, for the command line, `/readyz` and the log.

A line says what is wrong and what to do. It never repeats the database's own message, which may name the
host, the user, or the values of a row.
"""

import socket
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg import InterfaceError, PostgresError  # type: ignore[import-untyped]
from asyncpg.exceptions import (  # type: ignore[import-untyped]
    InternalClientError,
    TargetServerAttributeNotMatched,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

CHECK = "Check DATABASE_URL."
DAMAGED = "The database is damaged. Run `rungs db check`, and restore a backup."
FULL = "The database's disk is full. Free some space."
DISK = (
    "The database's file cannot be read or written: its disk is full, gone, or failing. "
    "Free some space, or check the system's log."
)
READ_ONLY = "The database is read-only. Make it writable, or name another one in DATABASE_URL."
NO_ROOM = "The database has no connections left. Raise its limit, or run fewer processes."
ENDING = "Cannot reach the database: it is starting or stopping. Wait a moment, then try again."
LOST = "Cannot reach the database: the connection was lost or refused. Check that it is running."
NOT_ALLOWED = "The database's user may not do this. Grant it all rights on the database's tables."
OTHER_TABLES = "The database's tables are not those of this version. Run `rungs db upgrade`."
BUSY = (
    "Another process has kept the database locked for longer than Rungs waits. "
    "End whatever holds the lock, such as a copy or an open shell."
)

POSTGRES = {
    "28P01": f"Cannot reach the database: it refused the password. {CHECK}",
    "28": f"Cannot reach the database: it refused the user. {CHECK}",
    "3D000": f"Cannot reach the database: the server has no database of this name. {CHECK}",
    "53100": FULL,
    "53300": NO_ROOM,
    "53": "The database's server has too little memory or space for this. Check its log.",
    "57P": ENDING,
    "57014": "The database gave up on a statement that took too long. Check its load.",
    "25006": READ_ONLY,
    "42501": NOT_ALLOWED,
    "42P01": OTHER_TABLES,
    "42703": OTHER_TABLES,
    "55P03": "A row of the database was locked for too long. Try again.",
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    # What poolers say of a user, a password or a database that they do not know.
    "08P01": "Cannot reach the database: the server, or a pooler in front of it, refused. "
    "Check the user, the password, and the name in DATABASE_URL, and that it is running.",
    "08": LOST,
}
"""By SQLSTATE, or its first signs; the longest that fits counts."""

CANNOT_OPEN = (
    "Cannot reach the database: its file cannot be opened. Check DATABASE_URL, that the file's folder "
    "is there, and that both can be read and written."
)

SQLITE = {
    sqlite3.SQLITE_CANTOPEN: CANNOT_OPEN,
    sqlite3.SQLITE_PERM: CANNOT_OPEN,
    sqlite3.SQLITE_AUTH: CANNOT_OPEN,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: DISK,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: (
        f"Cannot reach the database: the file is not a SQLite database. {CHECK}"
    ),
}
"""By the first byte of SQLite's error code."""

CONNECTING: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, f"its host is unknown. {CHECK}"),
    (
        ConnectionRefusedError,
        "nothing answers at its host and port. Check DATABASE_URL and that it is running.",
    ),
    (
        ssl.SSLCertVerificationError,
        "its certificate is not trusted. Name the authority's file with sslrootcert in DATABASE_URL.",
    ),
    (ssl.SSLError, "TLS failed. Check sslmode and the certificates in DATABASE_URL."),
    (
        FileNotFoundError,
        "a socket, certificate, or key named in DATABASE_URL is not there. Check it, and that it is running.",
    ),
    (
        PermissionError,
        "Rungs is not allowed to read a socket, certificate, or key named in DATABASE_URL.",
    ),
    (
        TimeoutError,
        "it does not answer in time. Check DATABASE_URL, that it is running, and the network.",
    ),
    (
        ConnectionError,
        "the connection was refused or lost. Check that it is running, and sslmode in DATABASE_URL.",
    ),
    (OSError, "the network or the system refused. Check DATABASE_URL and that it is running."),
    (TargetServerAttributeNotMatched, "none of its hosts matches target_session_attrs."),
    (Exception, f"a parameter cannot be used. {CHECK}"),
)
"""What can go wrong before a server answers: the first type that fits counts."""


class DatabaseProblem(ConnectionError):
    """The database cannot be reached, or is not fit for use; the text says why and what to do."""


def explain(error: BaseException) -> str | None:
    """Return what is wrong with the database in one line; None if the error is not the database's."""
    for one in _causes(error):
        if isinstance(one, DatabaseProblem):
            return str(one)
        if isinstance(one, PostgresError):
            return _postgres_line(one)
        if is_lost(one):
            return LOST
        if isinstance(one, sqlite3.Error):
            return _sqlite_line(one)
    return _other_line(error)


def is_lost(error: BaseException) -> bool:
    """Return whether a driver's error is that its connection ended, maybe within a statement."""
    is_closed = isinstance(error, InterfaceError) and "closed" in str(error)
    return is_closed or isinstance(error, InternalClientError)


AWAY = frozenset({FULL, DISK, DAMAGED, READ_ONLY, BUSY, NO_ROOM})
"""What keeps the database from working, besides that it cannot be reached."""


def is_away(error: BaseException) -> bool:
    """Return whether the error is that the database does not work, rather than a fault in Rungs."""
    line = explain(error)
    return line is not None and (line.startswith("Cannot reach") or line in AWAY)


@contextmanager
def explained() -> Iterator[None]:
    """Raise DatabaseProblem in the place of any error of the database within the block."""
    try:
        yield
    except DatabaseProblem:
        raise
    except Exception as error:
        if (line := explain(error)) is None:
            raise
        raise DatabaseProblem(line) from error


def cannot_connect(error: Exception) -> DatabaseProblem:
    """Return the problem that stands for an error while a connection was opened."""
    if isinstance(error, PostgresError):
        return DatabaseProblem(_postgres_line(error))
    reason = next(said for kind, said in CONNECTING if isinstance(error, kind))
    return DatabaseProblem(f"Cannot reach the database: {reason}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and what it came from, the outermost first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        for name in ("orig", "driver_exception"):
            inner = getattr(error, name, None)
            if isinstance(inner, BaseException):
                yield inner
        error = error.__cause__


def _postgres_line(error: PostgresError) -> str:
    code = str(error.sqlstate)
    parameter = str(error).partition("unsupported startup parameter: ")[2].partition("=")[0]
    if parameter.isidentifier():
        return (
            f"Cannot reach the database: its connection pooler does not accept {parameter}. Remove it from "
            "DATABASE_URL, or add it to the pooler's ignore_startup_parameters."
        )
    for length in range(len(code), 1, -1):
        if code[:length] in POSTGRES:
            return POSTGRES[code[:length]]
    if code.startswith("42"):
        # These name tables and columns, and never the values of a row.
        return f"PostgreSQL refused a statement: {str(error).splitlines()[0]}."
    return f"PostgreSQL refused a statement ({type(error).__name__}, {code}). Check its log."


def _sqlite_line(error: sqlite3.Error) -> str:
    said = str(error)
    if said.startswith(("no such table", "no such column")):
        return OTHER_TABLES
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    # SQLite names tables and columns, and never the values of a row.
    return SQLITE.get(code, f"SQLite refused a statement: {said.splitlines()[0]}.")


def _other_line(error: BaseException) -> str | None:
    if isinstance(error, PoolTimeout):
        return NO_ROOM
    return (
        f"The database failed ({type(error).__name__})."
        if isinstance(error, SQLAlchemyError)
        else None
    )
