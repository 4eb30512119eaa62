"""Addresses as hosts hand them out; wrong ones are explained without showing a password."""

import pytest
from sqlalchemy import text

from storage.database import schema
from storage.database.address import normalized
from storage.database.engine import Database


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sqlite:///rungs.db", "sqlite+aiosqlite:///rungs.db"),
        ("sqlite:////var/lib/rungs.db", "sqlite+aiosqlite:////var/lib/rungs.db"),
        ("sqlite+aiosqlite:///rungs.db", "sqlite+aiosqlite:///rungs.db"),
        ("postgres://u:p@host/db", "postgresql+asyncpg://u:p@host/db"),
        ("postgresql://u:p@host:5433/db", "postgresql+asyncpg://u:p@host:5433/db"),
        ("postgresql+asyncpg://u@host/db", "postgresql+asyncpg://u@host/db"),
        (
            "postgres://u:p@host/db?sslmode=require&channel_binding=require",
            "postgresql+asyncpg://u:p@host/db?sslmode=require",
        ),
        ("postgres://u:p@host/db?ssl=true", "postgresql+asyncpg://u:p@host/db?sslmode=require"),
        # A parameter counts more than the same part of the address, and a + is no space.
        (
            "postgres://h/d?user=u&password=plain+pw&port=77",
            "postgresql+asyncpg://u:plain+pw@h:77/d",
        ),
        ("postgres://u@[::1]:5433/d", "postgresql+asyncpg://u@[::1]:5433/d"),
        ("postgres://%2Fvar%2Frun/d", "postgresql+asyncpg:///d?host=%2Fvar%2Frun"),
        (
            "postgres://u:p@one:5432,two:5433/d?target_session_attrs=read-write",
            "postgresql+asyncpg://u:p@/d?host=one%3A5432%2Ctwo%3A5433&target_session_attrs=read-write",
        ),
        (
            "postgres://h/d?keepalives_idle=30&pgbouncer=true&tcp_user_timeout=9&connect_timeout=10",
            "postgresql+asyncpg://h/d?connect_timeout=10",
        ),
    ],
)
def test_an_address_gets_its_async_driver(given: str, expected: str) -> None:
    assert normalized(given).render_as_string(hide_password=False) == expected


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", "is empty"),
        ("s3cret", "a text of 6 characters without ://"),
        ("mysql://u:s3cret@host/db", "begins with mysql://"),
        ("postgresql+psycopg://u:s3cret@host/db", "begins with postgresql+psycopg://"),
        ("postgres://u:s3cret@host:port/db", "is postgres://…, not a database address"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_a_wrong_address_is_explained(given: str, found: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as error:
        normalized(given)
    assert found in str(error.value)
    assert "Set it to sqlite:///rungs.db" in str(error.value)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("postgres://u:s3cret@h/d?require_auth=md5", "the parameter require_auth, which Rungs"),
        ("postgres://u:s3cret@h/d?schema=s3cret", "the parameter schema, which Rungs cannot use"),
        ("postgres://u:s3cret@h/d?sslmode=s3cret", "sslmode with a value"),
        ("postgres://u:s3cret@h/d?gssencmode=require", "gssencmode with a value"),
        ("postgres://u:s3cret@h/d?connect_timeout=s3cret", "connect_timeout without a whole"),
        ("postgres://u:12/s3cret@h/d", "In a user, a password, or a parameter, write"),
        ("postgres://u:12#s3cret@h/d", "In a user, a password, or a parameter, write"),
        ("postgres://u:12?s3cret=1@h/d", "In a user, a password, or a parameter, write"),
        ("sqlite:///rungs.db?mode=s3cret", "the parameter mode, which Rungs cannot use"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_value(given: str, found: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as error:
        normalized(given)
    assert found in str(error.value)
    assert "s3cret" not in str(error.value)


PARAMETERS = {
    "connect_timeout": "10",
    "application_name": "rungs-2",
    "options": "-c%20statement_timeout%3D7s",
    "sslmode": "prefer",
    "target_session_attrs": "read-write",
    "channel_binding": "prefer",
    "gssencmode": "disable",
    "client_encoding": "utf8",
    "keepalives": "1",
    "sslsni": "1",
    "load_balance_hosts": "disable",
    "sslnegotiation": "postgres",
}


async def test_a_server_takes_an_address_with_all_of_them(postgres_url: str) -> None:
    server, _, host = postgres_url.partition("host=")
    several = f"{server}host=/nowhere,{host}&port=1,5432"
    database = await Database.open(
        several + "".join(f"&{name}={value}" for name, value in PARAMETERS.items())
    )
    async with database.read() as session:
        assert await session.scalar(text("SHOW application_name")) == "rungs-2"
        assert await session.scalar(text("SHOW statement_timeout")) == "7s"
    await database.close()


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("&sslmode=verify-full&sslrootcert=/nowhere/s3cret.pem&host=127.0.0.1", "DATABASE_URL"),
        ("&sslmode=verify-full&sslrootcert=system&host=127.0.0.1&port=1", "nothing answers"),
        ("&target_session_attrs=standby", "target_session_attrs"),
        ("&service=s3cret&host=nowhere.invalid", "host is unknown"),
        ("&dbname=s3cret", "no database of this name"),
        ("&user=s3cret", "refused the user"),
    ],
)
async def test_what_a_server_refuses_is_told_in_one_line(
    postgres_url: str, more: str, found: str
) -> None:
    database = await Database.open(postgres_url + more)
    told = str(await schema.problem(database))
    await database.close()
    assert found in told
    assert told.startswith("Cannot reach the database: ")
    for secret in ("s3cret", "127.0.0.1", "nowhere", "postgres", "\n"):
        assert secret not in told
