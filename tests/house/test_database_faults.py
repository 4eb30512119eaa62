"""Every command and every way in which a database fails: one clear line, exit code 1, and no secret."""

import asyncio
import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import pytest

from playground.server import Playground
from playground.server import running as playing
from storage.database import schema
from storage.database.address import normalized
from tests.databases import PostgresServer
from tests.house.in_process import Run
from tests.house.in_process import run as run
from tests.process import environment

SECRETS = ("s3cret", "guarded", "nowhere.invalid", "127.0.0.1", "Traceback")

SERVING = ("start", "web", "clock")
READING = ("db check", "messages", "messages resend m1", "doctor")
COMMANDS = (*SERVING, *READING, "db upgrade", "db backup copy.db")
WRITING = (*SERVING, "db check", "doctor")


@pytest.fixture(scope="module")
def slack() -> Iterator[Playground]:
    """A playground in a thread of its own, because a command has a loop of its own."""
    playground, is_ready, is_over = Playground(), Event(), Event()

    async def play() -> None:
        async with playing(playground):
            is_ready.set()
            await asyncio.to_thread(is_over.wait)

    thread = Thread(target=asyncio.run, args=(play(),))
    thread.start()
    assert is_ready.wait(30)
    yield playground
    is_over.set()
    thread.join()


@pytest.fixture(scope="module")
def guarded(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database with all tables, whose user needs a password."""
    server = PostgresServer(postgres_server.uri)
    data = Path(str(normalized(server.uri).query["host"]))
    rules = data / "pg_hba.conf"
    rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text()}")
    url = server.create("guarded_rungs")
    asyncio.run(schema.upgrade(url))
    server.run(
        "SELECT pg_reload_conf()",
        "CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 's3cret'",
    )
    yield f"postgresql://guarded:s3cret@/guarded_rungs?host={quote(str(data))}"
    server.drop("guarded_rungs")
    server.run("DROP ROLE guarded")


Fault = Callable[[str, PostgresServer], str]


def other_address(change: Callable[[str], str]) -> Fault:
    return lambda url, _server: change(url)


POSTGRES: dict[str, tuple[Fault, str]] = {
    "wrong password": (
        other_address(lambda url: url.replace("s3cret", "s3cret-not")),
        "it refused the password",
    ),
    "unknown database": (
        other_address(lambda url: url.replace("/guarded_rungs", "/nowhere.invalid")),
        "no database of this name",
    ),
    "refused": (
        other_address(lambda _: "postgres://guarded:s3cret@127.0.0.1:1/d"),
        "nothing answers at its host and port",
    ),
    "unknown host": (
        other_address(lambda _: "postgres://nowhere.invalid/d?user=guarded&password=s3cret"),
        "its host is unknown",
    ),
}


@pytest.mark.parametrize("fault", POSTGRES)
@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "db backup copy.db"])
def test_a_postgres_out_of_reach(
    called: "Called", guarded: str, postgres_server: PostgresServer, command: str, fault: str
) -> None:
    wrong, line = POSTGRES[fault]
    assert line in called(command, wrong(guarded, postgres_server))


@pytest.mark.parametrize("command", WRITING)
def test_a_postgres_that_takes_no_writes(
    called: "Called", guarded: str, postgres_server: PostgresServer, command: str
) -> None:
    postgres_server.run("ALTER ROLE guarded SET default_transaction_read_only = on")
    try:
        assert "The database is read-only." in called(command, guarded)
    finally:
        postgres_server.run("ALTER ROLE guarded RESET default_transaction_read_only")


@pytest.mark.parametrize("command", SERVING)
def test_a_postgres_whose_disk_is_full(
    called: "Called", guarded: str, postgres_server: PostgresServer, command: str
) -> None:
    postgres_server.run(
        "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 's3cret' USING ERRCODE = '53100'; END $$",
        "CREATE OR REPLACE TRIGGER full_disk BEFORE INSERT OR UPDATE ON workspace"
        " EXECUTE FUNCTION full_disk()",
        name="guarded_rungs",
    )
    try:
        assert "The database's disk is full." in called(command, guarded)
    finally:
        postgres_server.run("DROP TRIGGER full_disk ON workspace", name="guarded_rungs")


def not_a_database(file: Path) -> str:
    file.write_text("This is a letter, not a database. " * 100)
    return f"sqlite:///{file}"


def damaged(file: Path) -> str:
    """Overwrite the pages behind the first few, as a failing disk does."""
    with file.open("r+b") as pages:
        pages.seek(4096 * 3)
        pages.write(b"\xa5" * 4096 * 40)
    return f"sqlite:///{file}"


def test_a_file_that_is_not_a_database(called: "Called", file: Path) -> None:
    for command in COMMANDS:
        assert "the file is not a SQLite database" in called(command, not_a_database(file))


def test_a_damaged_file(called: "Called", file: Path) -> None:
    address = damaged(file)
    for command in (*SERVING, "db check", "db backup copy.db", "doctor"):
        assert "damaged" in called(command, address)
    assert not file.with_name("copy.db").exists()


def test_a_folder_that_is_missing(called: "Called", tmp_path: Path) -> None:
    for command in COMMANDS:
        told = called(command, f"sqlite:///{tmp_path}/nowhere/rungs.db")
        assert "its file cannot be opened" in told or "There is no database at" in told


@pytest.fixture
def closed_folder(tmp_path: Path) -> Path:
    """A folder that takes no file; for root, who may write in all others, one of the system's own."""
    if os.geteuid() == 0:
        return Path("/sys")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    return closed


def test_a_folder_that_may_not_be_written(called: "Called", closed_folder: Path) -> None:
    for command in COMMANDS:
        told = called(command, f"sqlite:///{closed_folder}/rungs.db")
        assert "its file cannot be opened" in told or "There is no database at" in told
    assert f"{closed_folder}/rungs: " in called(f"demo --data {closed_folder}/rungs", "")


def test_a_file_that_another_process_has_locked(called: "Called", file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE in_the_way (id int)")
        # Each waits for a second. The others open the database as these do.
        for command in ("web", "messages", "db check", "db upgrade", "db backup copy.db"):
            assert "kept the database locked" in called(command, f"sqlite:///{file}?timeout=1")


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow: the system then refuses writes much as it does when a disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full(called: "Called", file: Path, tmp_path: Path) -> None:
    for command in (*SERVING, "db backup copy.db"):
        with full_disk():
            assert "its disk is full" in called(command, f"sqlite:///{file}")
    for command in ("db upgrade", f"demo --data {tmp_path}/demo"):
        with full_disk():
            assert "its disk is full" in called(command, f"sqlite:///{tmp_path}/new.db")
    assert not file.with_name("copy.db").exists()


def test_an_address_that_cannot_be_used(called: "Called") -> None:
    for command in COMMANDS:
        told = called(command, "postgres://guarded:s3cret@h/d?require_auth=s3cret")
        assert "DATABASE_URL has the parameter require_auth" in told


Called = Callable[[str, str], str]


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def called(slack: Playground, run: Run) -> Called:
    """A function that runs a command with this DATABASE_URL and returns the line that it ends with."""

    def call(command: str, address: str) -> str:
        ended = run(command, environment(slack, database_url=address, port=1, by_socket=False))
        text = ended.out + ended.err
        assert ended.code == 1, text
        lines = [x for x in text.splitlines() if not x.startswith(("ok ", "fix   file: "))]
        # A check goes on after the first problem.
        assert len(lines) <= (2 if command == "db check" else 1), text
        assert not any(secret in text for secret in SECRETS), text
        return lines[0]

    return call
