"""The log of what admins changed: who, when, before and after."""

import pytest

from app import REGISTRY
from bot.operators import audit_table
from storage import workspace_settings
from storage.privacy import everything_about
from tests.admin.boss import KIND_NO, names_admins, switches
from tests.stage import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_log_says_who_when_and_what(priya: Person) -> None:
    await switches(priya, "Sales")
    await switches(priya, "Sales", "Design")
    await priya.types("/rungs admin log")
    log = priya.reads()
    assert f"<@{priya.id}> switched off Design and switched on Sales." in log
    assert "UTC: <@" in log
    table = await audit_table(priya.stage.database, limit=2)
    assert 'off_families: ["sales"] -> ["design"]' in table
    assert priya.id not in table


async def test_the_log_goes_back_twenty_at_a_time(priya: Person, newcomer: Person) -> None:
    deps, by = priya.stage.bot.deps, newcomer.key
    async with priya.stage.database.write() as session:
        for place in range(45):
            await workspace_settings.record_change(
                session, "min_group", place, place + 1, by=by, place="form", now=deps.now()
            )
    await priya.types("/rungs admin log")
    seen = [priya.reads()]
    for _ in range(2):
        await priya.clicks("Older changes")
        seen.append(priya.reads())
    for page, newest in zip(seen, (45, 25, 5), strict=True):
        assert f"changed min group from {newest - 1} to {newest}." in page
        assert page.count(" changed min group ") == min(20, newest)


async def test_an_erasure_takes_the_name_out_of_the_log_and_the_right_with_it(
    priya: Person, newcomer: Person
) -> None:
    await names_admins(priya, [newcomer.id])
    await switches(newcomer, "Sales")
    async with priya.stage.database.read() as session:
        exported = await everything_about(session, newcomer.key, REGISTRY.personal_data)
    assert exported["you"]["admin"]["is_named"] is True
    await newcomer.types("/rungs forget")
    await newcomer.clicks("Erase everything")
    await priya.types("/rungs admin log")
    log = priya.reads()
    assert "somebody whose data was erased switched off Sales." in log
    assert f"<@{priya.id}> let somebody whose data was erased change settings." in log
    assert newcomer.id not in log
    await newcomer.types("/rungs admin")
    assert KIND_NO in newcomer.reads()
