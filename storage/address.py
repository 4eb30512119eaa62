"""The database's address: what hosts hand out, turned into what the drivers read."""

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


def normalized(url: str) -> URL:
    """The address with its async driver; raises ValueError, without any password in it."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(
            f"DATABASE_URL is {_shape(url)}, not a database address. {EXPECTED}"
        ) from None
    if found.drivername not in DRIVERS:
        raise ValueError(
            f"DATABASE_URL begins with {found.drivername}://, which is not supported. {EXPECTED}"
        )
    address = found.set(drivername=DRIVERS[found.drivername])
    return _file(address) if address.get_backend_name() == "sqlite" else _server(address)


def _shape(url: str) -> str:
    """What can be said of a text that may hold a password."""
    if not url:
        return "empty"
    scheme, mark, _ = url.partition("://")
    return f"{scheme}://…" if mark else f"a text of {len(url)} characters without ://"


def _file(address: URL) -> URL:
    if address.database in (None, "", ":memory:"):
        raise ValueError(
            "DATABASE_URL names no file: a SQLite database in memory is lost when Rungs stops. "
            "Set it to sqlite:///rungs.db, or to sqlite:////var/lib/rungs/rungs.db."
        )
    return address


def _server(address: URL) -> URL:
    """asyncpg says `ssl` where hosts say `sslmode`, and knows no channel binding."""
    query = dict(address.query)
    query.pop("channel_binding", None)
    mode = query.pop("sslmode", None)
    return address.set(query=query | ({"ssl": mode} if mode else {}))
