"""A sandbox ends with the capability, with the member's account, and with their data."""

from storage import workspace_settings
from storage.access import due, grants
from storage.access.facts import ON_PERMISSIONS
from storage.sandbox.kept import KEEP_REPORTS
from tests.admin.boss import OWNER, switches
from tests.sandbox.workshop import EDITOR, Workshop, approves, asks, card_of
from tests.stage import Person


async def test_it_ends_when_admins_switch_it_off_and_when_its_member_goes(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """Three plans of one permission: switched off, left, erased; the last one stays without the person."""
    boss, leaver = shop.person(OWNER), shop.person("priya")
    await asks(maker, kenji, try_permissions=[EDITOR])
    await approves(kenji)
    assert await granted(shop, maker) == [EDITOR]
    await switches(boss, "Sandbox")
    await shop.runs("sandbox_supervision")
    assert (await shop.plan_of(maker)).end_reason == "off"
    assert await granted(shop, maker) == []
    told = await shop.comes(maker)
    assert "Admins switched sandboxes off. The permissions that came with it ended, too." in told
    assert "Approved" not in told
    await switches(boss, "Sandbox")

    await asks(leaver, kenji, try_permissions=[EDITOR])
    await approves(kenji)
    await shop.season.stage.playground.lifecycle("deactivate", user=leaver.id)
    await shop.season.stage.settle()
    assert (await shop.plan_of(leaver)).end_reason == "left"
    assert await granted(shop, leaver) == []

    await asks(maker, kenji, try_permissions=[EDITOR])
    await approves(kenji)
    plan = await shop.plan_of(maker)
    async with shop.season.stage.database.write() as session:
        now = shop.season.calendar.now
        change = workspace_settings.change
        where = plan.workspace_id
        await change(session, where, KEEP_REPORTS, True, by=boss.key, place="x", now=now)
    await maker.types("/rungs forget")
    await maker.clicks("Erase everything")
    kept = await shop.plan_with(plan.id)
    assert (kept.user_id, kept.state, kept.end_reason) == (None, "ended", "erased")
    assert await granted(shop, maker) == []
    await kenji.types("/rungs try list")
    assert "release notes" in kenji.reads()
    assert maker.id not in kenji.reads()


async def test_a_permission_that_admins_end_is_gone_from_the_plan(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """The plan goes on without it, its card says so, and the member is told."""
    await asks(maker, kenji, try_permissions=[EDITOR])
    await approves(kenji)
    assert "*Permissions until the end:* Assistant in the editor" in await card_of(maker)
    await shop.comes(maker)
    await shop.runs("access_decisions")
    where, now = maker.key.workspace_id, shop.season.calendar.now
    async with shop.season.stage.database.write() as session:
        change = workspace_settings.change
        await change(session, where, ON_PERMISSIONS, (), by=maker.key, place="x", now=now)
        await due.mark_workspace(session, where)
    await shop.runs("access_decisions")
    card = await card_of(maker)
    assert "*Permissions that ended before the plan:* Assistant in the editor" in card
    assert "*Permissions until the end:*" not in card
    assert "An admin switched this permission off" in await shop.comes(maker)


async def granted(shop: Workshop, person: Person) -> list[str]:
    """Return the permissions of which the person has grants."""
    async with shop.season.stage.database.read() as session:
        found = await grants.of_members(session, person.key.workspace_id, [person.id])
    return [one.permission_id for one in found]
