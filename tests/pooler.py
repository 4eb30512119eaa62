"""PgBouncer in transaction mode, in front of the PostgreSQL of the tests."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest

from storage.database.address import normalized
from tests.databases import PostgresServer

BINARY = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "PgBouncer is not installed: run `apt-get install pgbouncer`."

PORTS = count(6432)
CONNECTIONS = 3
"""How many connections to PostgreSQL all clients share."""

CONFIGURATION = """
[databases]
* = host={server} port=5432 user=postgres
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
server_login_retry = 1
logfile = {folder}/log
pidfile = {folder}/pid
"""


@contextmanager
def pooler_running(
    server: PostgresServer, *, connections: int = CONNECTIONS
) -> Iterator[PostgresServer]:
    """Run PgBouncer, and yield the server as it looks from behind it.

    Without PgBouncer the test is skipped, or fails where CI is set.
    """
    if BINARY is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    socket = Path(str(normalized(server.uri).query["host"]))
    owner, port = socket.stat(), next(PORTS)
    folder = Path(mkdtemp(prefix="rungs-pooler-", dir="/tmp"))
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        CONFIGURATION.format(server=socket, port=port, folder=folder, connections=connections)
    )
    os.chown(folder, owner.st_uid, owner.st_gid)
    # It refuses to run as root, and only the owner may open the server's socket.
    as_owner = {"user": owner.st_uid, "group": owner.st_gid} if os.getuid() == 0 else {}
    process = subprocess.Popen([BINARY, "-q", str(settings)], **as_owner)  # type: ignore[call-overload]
    try:
        until_there(folder / f".s.PGSQL.{port}")
        yield PostgresServer(f"postgresql://postgres:@/postgres?host={folder}&port={port}")
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def until_there(file: Path) -> None:
    """Wait until a process has made this file."""
    deadline = time.monotonic() + 10
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} was not made."
        time.sleep(0.02)


@pytest.fixture(scope="session")
def pooler(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """PgBouncer in front of the server of this test process."""
    with pooler_running(postgres_server) as behind:
        yield behind
