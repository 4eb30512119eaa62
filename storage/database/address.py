"""The address of the database, DATABASE_URL, as hosts and tools write it.

For PostgreSQL it may have the parameters of libpq (`?sslmode=require&connect_timeout=10`). Each is passed on,
translated, left out because it changes nothing here, or refused by name. An error never shows a value: any
of them may hold a part of a password.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}

EXPECTED = "Set it to sqlite:///rungs.db, or to postgresql://user:password@host/name."

PLACES = {"user": "username", "password": "password", "dbname": "database", "database": "database"}
"""The parameters that stand for a part of the address, and the part. They count more than it does."""

CHOICES = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "sslnegotiation": ("postgres", "direct"),
    "target_session_attrs": (
        *("any", "primary", "standby", "read-write", "read-only", "prefer-standby"),
    ),
    "gssencmode": ("disable", "prefer"),
    "client_encoding": ("auto", "utf8", "utf-8", "UTF8", "UTF-8"),
}
"""The parameters that take one of a few words."""

PASSED_ON = frozenset(
    (
        *("host", "port", "passfile", "service", "krbsrvname", "gsslib", "target_session_attrs"),
        *("sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "sslpassword", "sslnegotiation"),
        *("ssl_min_protocol_version", "ssl_max_protocol_version"),
        *("application_name", "options", "connect_timeout"),
    )
)
"""The parameters that the driver, or `postgres_driver`, knows by the same name."""

RENAMED = {"ssl": "sslmode", "fallback_application_name": "application_name"}

WITHOUT_EFFECT = frozenset(
    (
        *("channel_binding", "client_encoding", "gssencmode", "load_balance_hosts", "pgbouncer"),
        *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"),
        *("tcp_user_timeout", "sslcompression", "sslsni", "sslcertmode"),
        *("statement_cache_size", "prepared_statement_cache_size"),
    )
)
"""The parameters that hosts write into addresses and that Rungs does without."""

NUMBERS = frozenset({"connect_timeout", "timeout"})
SEVERAL = re.compile(r"[,/]|%2[Ff]")
"""What the host has when it is several, or the folder of a socket: these stay a parameter."""


class AddressProblem(ValueError):
    """The address cannot be used; the text says why and what to do, without any value of the address."""


def normalized(url: str) -> URL:
    """Return the address with its async driver; raise AddressProblem for other texts."""
    scheme, mark, _ = url.partition("://")
    if mark and re.fullmatch(r"[a-z0-9+]+", scheme) and scheme not in DRIVERS:
        raise AddressProblem(
            f"DATABASE_URL begins with {scheme}://, which is not supported. {EXPECTED}"
        )
    try:
        return _sqlite(url) if scheme.startswith("sqlite") else _postgres(urlsplit(url))
    except AddressProblem:
        raise
    except (ArgumentError, ValueError):
        raise AddressProblem(
            f"DATABASE_URL is {_described(url)}, not a database address. {EXPECTED}"
        ) from None


def _described(url: str) -> str:
    """Describe a text for an error message without repeating a password that it may contain."""
    if not url:
        return "empty"
    scheme, mark, _ = url.partition("://")
    return f"{scheme}://…" if mark else f"a text of {len(url)} characters without ://"


def _sqlite(url: str) -> URL:
    address = make_url(url)
    if address.database in (None, "", ":memory:"):
        raise AddressProblem(
            "DATABASE_URL names no file: a SQLite database in memory is lost when Rungs stops. "
            "Set it to sqlite:///rungs.db, or to sqlite:////var/lib/rungs/rungs.db."
        )
    for name, value in address.normalized_query.items():
        _check(name, value[-1], known={"timeout"})
    return address.set(drivername=DRIVERS[address.drivername])


def _postgres(parts: SplitResult) -> URL:
    if not DRIVERS.get(parts.scheme, "").startswith("postgresql"):
        raise ValueError
    if "@" in f"{parts.path}{parts.query}{parts.fragment}" or parts.fragment:
        raise AddressProblem(
            "DATABASE_URL has an @ or a # after the host. In a user, a password, or a parameter, write @ "
            "as %40, # as %23, / as %2F, and ? as %3F."
        )
    who, _, where = parts.netloc.rpartition("@")
    user, mark, password = who.partition(":")
    query = _parameters(parts.query)
    named: dict[str, Any] = {
        "username": unquote(user) or None,
        "password": unquote(password) if mark else None,
        "database": unquote(parts.path.removeprefix("/")) or None,
    }
    named |= {PLACES[name]: query.pop(name) for name in PLACES if name in query}
    named |= _host_and_port(where, query)
    return URL.create(DRIVERS[parts.scheme], **named, query=query)


def _host_and_port(where: str, query: dict[str, str]) -> dict[str, Any]:
    """Return the host and port; several, or a socket, stay in `query`, where the driver looks for them."""
    if SEVERAL.search(where):
        query.setdefault("host", unquote(where))
    if "host" in query:
        return {}
    parts = urlsplit(f"//{where}")
    return {"host": parts.hostname, "port": int(query.pop("port", 0)) or parts.port}


def _parameters(text: str) -> dict[str, str]:
    """Return the parameters that the driver needs, by its names; refusing what it cannot use."""
    known = PASSED_ON | WITHOUT_EFFECT | set(PLACES) | set(RENAMED)
    found: dict[str, str] = {}
    # libpq does not read a + as a space.
    for name, value in parse_qsl(text.replace("+", "%2B")):
        if name == "ssl":
            value = {"true": "require", "false": "disable"}.get(value, value)  # noqa: PLW2901
        _check(RENAMED.get(name, name), value, known=known, given=name)
        if name not in WITHOUT_EFFECT:
            found[name] = value
    for given, name in RENAMED.items():
        if given in found:
            found.setdefault(name, found[given])
            del found[given]
    return found


def _check(name: str, value: str, *, known: Iterable[str], given: str | None = None) -> None:
    given = given or name
    if given not in known:
        given = given if re.fullmatch(r"\w{1,40}", given) else "with signs that none has"
        raise AddressProblem(
            f"DATABASE_URL has the parameter {given}, which Rungs cannot use. Remove it. "
            "docs/operating-database.md lists those that work."
        )
    if name in CHOICES and value not in CHOICES[name]:
        raise AddressProblem(
            f"DATABASE_URL has {given} with a value that Rungs cannot use. "
            f"Choose one of {', '.join(CHOICES[name])}."
        )
    if name in NUMBERS and not re.fullmatch(r"\d{1,6}", value):
        raise AddressProblem(
            f"DATABASE_URL has {given} without a whole number of seconds after it."
        )
