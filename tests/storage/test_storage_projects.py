"""Projects: the level that each needs, as it was shared with the channel last."""

import asyncio

from storage import required_level
from storage.assessments import wordings
from storage.database.engine import Database
from tests.storage.cast import COLLEAGUE, NAMESAKE, minute
from tests.storage.registers import JOURNEY, shared


async def test_a_project_is_kept_with_its_answers_and_words(database: Database) -> None:
    new = await shared(database, "Web  Shop", by=COLLEAGUE)
    async with database.read() as session:
        found = await required_level.find(session, "T1", "C1", "web shop")
        assert found is not None
        assert found.model_dump() == new.model_dump()
        assert await wordings.words_of(session, found) == JOURNEY
        assert await required_level.get(session, "T2", new.id) is None
    assert list(required_level.answers_of(found)) == ["n0-0", "n0-1", "n1-0"]
    assert (found.level, found.shared_by, found.shared_at) == (2, "U2", minute(7))
    assert (found.name, found.framework) == ("Web  Shop", "boats")


async def test_what_is_shared_again_takes_its_place(database: Database) -> None:
    old = await shared(database, "Shop", number=1)
    await shared(database, "Till", number=2)
    new = await shared(database, "SHOP", level=3, by=COLLEAGUE, number=3)
    async with database.read() as session:
        listed = await required_level.of_channel(session, "T1", "C1")
        assert listed[0].id == new.id
        assert [(project.name, project.level) for project in listed] == [("SHOP", 3), ("Till", 2)]
        replaced = await required_level.get(session, "T1", old.id)
    assert replaced is not None
    assert (replaced.removed_by, replaced.removed_at) == ("U2", minute(3))


async def test_shared_at_once_one_is_current(database: Database) -> None:
    await asyncio.gather(*(shared(database, level=level) for level in (1, 2, 3, 1, 2, 3)))
    async with database.read() as session:
        assert len(await required_level.of_channel(session, "T1", "C1")) == 1


async def test_channels_and_workspaces_have_projects_of_their_own(database: Database) -> None:
    await shared(database)
    await shared(database, channel="C2")
    await shared(database, by=NAMESAKE)
    async with database.read() as session:
        for workspace_id, channel in (("T1", "C1"), ("T1", "C2"), ("T2", "C1")):
            assert len(await required_level.of_channel(session, workspace_id, channel)) == 1
        assert await required_level.find(session, "T2", "C2", "Shop") is None


async def test_a_removed_project_is_off_the_list(database: Database) -> None:
    project = await shared(database)
    async with database.write() as session:
        stolen = project.model_copy(update={"workspace_id": "T2"})
        assert await required_level.remove(session, stolen, by="U1", now=minute(8)) is False
        assert await required_level.remove(session, project, by="U2", now=minute(9)) is True
        assert await required_level.remove(session, project, by="U1", now=minute(10)) is False
        assert await required_level.find(session, "T1", "C1", "Shop") is None
        gone = await required_level.get(session, "T1", project.id)
    assert gone is not None
    assert (gone.removed_by, gone.removed_at) == ("U2", minute(9))
    assert (await shared(database)).id != project.id
