"""Workspaces are connected, disconnected, and connected again."""

from storage import workspaces
from storage.database.engine import Database
from tests.storage.cast import minute


async def test_a_workspace_connects_leaves_and_comes_back(database: Database) -> None:
    async with database.write() as session:
        await workspaces.connect(session, "T1", "Acme", now=minute(0))
        assert await workspaces.disconnect(session, "T1", reason="uninstalled", now=minute(1))
        assert not await workspaces.disconnect(session, "T1", reason="again", now=minute(2))
    async with database.read() as session:
        gone = await workspaces.get(session, "T1")
        assert gone is not None
        assert (gone.disconnected_at, gone.disconnect_reason) == (minute(1), "uninstalled")
    async with database.write() as session:
        await workspaces.connect(session, "T1", "Acme", now=minute(3))
        back = await workspaces.get(session, "T1")
        assert back is not None
        assert (back.connected_at, back.disconnected_at) == (minute(3), None)


async def test_a_restart_keeps_the_day_of_connection(database: Database) -> None:
    for number in (0, 60):
        async with database.write() as session:
            await workspaces.connect(session, "T1", "Acme", now=minute(number))
    async with database.read() as session:
        workspace = await workspaces.get(session, "T1")
        assert workspace is not None
        assert workspace.connected_at == minute(0)


async def test_a_new_name_is_taken_over(database: Database) -> None:
    async with database.write() as session:
        await workspaces.connect(session, "T1", "Acme", now=minute(0))
        await workspaces.connect(session, "T1", "Acme & Sons", now=minute(1))
        workspace = await workspaces.get(session, "T1")
        assert workspace is not None
        assert (workspace.name, workspace.connected_at) == ("Acme & Sons", minute(0))
        assert await workspaces.get(session, "T2") is None
