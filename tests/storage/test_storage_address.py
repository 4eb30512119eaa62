"""Addresses as hosts hand them out; wrong ones are explained without showing a password."""

import pytest

from storage.database.engine import normalized


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
            "postgresql+asyncpg://u:p@host/db?ssl=require",
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
