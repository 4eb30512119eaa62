"""The profiles of people in Slack: when they are looked up, and how time zones change plans."""

from datetime import timedelta

import pytest

from bot.outgoing import planner
from bot.slack import directory
from coaching.members import MemberKey
from storage import checkins, members
from tests.checkins.calendar import Season, assessed, season
from tests.stage import Person, Stage
from tests.storage.statements import recorded


async def zones(stage: Stage) -> dict[str, str | None]:
    workspace = stage.bot.deps.identity.workspace_id
    found: dict[str, str | None] = {}
    async with stage.database.read() as session:
        for person in stage.playground.workspace.members():
            member = await members.get(session, MemberKey(workspace, person.id))
            if member:
                found[person.id] = member.zone
    return found


async def meets(spring: Season, count: int) -> list[str]:
    """Store this many members whose profiles were never read."""
    workspace = spring.stage.playground.workspace
    added = workspace.add_people(count, channel=workspace.channel("growth").id)
    for person in added:
        await Person(spring.stage, person.id, person.name).opens_home("messages")
    return [person.id for person in added]


async def test_the_zone_is_asked_for_after_the_result(sqlite_url: str) -> None:
    async with season(sqlite_url) as spring:
        ada = spring.stage.person("ada")
        await ada.types("/rungs assess engineering")
        await ada.answers("AA")
        assert spring.stage.calls("users.info") == []
        await ada.answers("A")
        assert len(spring.stage.calls("users.info")) == 1
        assert (await spring.planned(ada)).zone == "Africa/Lagos"
        await assessed(ada, "BBB")
        assert len(spring.stage.calls("users.info")) == 1


async def test_without_an_answer_utc_stands_in(sqlite_url: str) -> None:
    async with season(sqlite_url) as spring:
        ada = spring.stage.person("ada")
        spring.stage.playground.faults.add("users.info", "missing_scope")
        await assessed(ada)
        assert "Your self-check" in ada.reads()
        assert (await spring.planned(ada)).zone == "UTC"


@pytest.mark.parametrize("tz", ["US/Pacific-New", None])
async def test_a_zone_that_is_not_known_is_its_offset(
    sqlite_url: str, tz: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    async with season(sqlite_url) as spring:
        ada, workspace = spring.stage.person("ada"), spring.stage.playground.workspace
        workspace.people[ada.id].tz, workspace.people[ada.id].tz_offset = tz, -8 * 3600
        await assessed(ada)
        planned = await spring.planned(ada)
        assert planned.zone == "UTC-08:00"
        assert planned.next_due_at is not None
        assert 9 <= (planned.next_due_at - timedelta(hours=8)).hour < 17
        await ada.types("checkin")
        assert "your Slack time zone, UTC-08:00" in ada.reads()
        (line,) = [r for r in caplog.records if r.message == "zone_unknown"]
        assert (line.zone, line.used) == (tz or "none", "UTC-08:00")  # type: ignore[attr-defined]
        await ada.types("/invite @Rungs", where=ada.channel)
        await ada.types("/rungs team follow", where=ada.channel)
        assert "Times are in the UTC-08:00 time zone." in ada.view_text
        workspace.people[ada.id].tz_offset = -7 * 3600
        await spring.stage.playground.move_to_zone(ada.id, None)
        await spring.stage.settle()
        assert (await spring.planned(ada)).zone == "UTC-07:00"


async def test_a_zone_that_is_not_known_at_all_leaves_utc(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with season(sqlite_url) as spring:
        ada = spring.stage.person("ada")
        spring.stage.playground.workspace.people[ada.id].tz = "Mars/Base"
        spring.stage.playground.workspace.people[ada.id].tz_offset = 900_000
        await assessed(ada)
        assert (await spring.planned(ada)).zone == "UTC"
        await ada.types("checkin")
        assert "Times are in UTC until Slack tells Rungs your time zone" in ada.reads()
        assert [r.zone for r in caplog.records if r.message == "zone_unknown"] == ["Mars/Base"]  # type: ignore[attr-defined]


async def test_what_a_plan_rests_on_is_looked_up_once(sqlite_url: str) -> None:
    async with season(sqlite_url) as spring:
        ada = spring.stage.person("ada")
        await ada.types("/rungs assess engineering")
        await ada.answers("AA")
        async with spring.stage.database.write() as session:
            pass  # its statements are those of every writer
        with recorded(session) as statements:
            await ada.answers("A")
            await spring.stage.settle()
        assert (await spring.planned(ada)).zone == "Africa/Lagos"
        asked = [one for one, _ in statements if one.startswith("SELECT")]
        assert len([one for one in asked if "max(message.local_date)" in one]) == 1
        assert len(statements) <= 21


@pytest.mark.parametrize("who", ["ada", "grace"])
async def test_a_plan_in_the_zone_is_the_one_that_is_made_anew(sqlite_url: str, who: str) -> None:
    async with season(sqlite_url) as spring:
        person = spring.stage.person(who)
        await assessed(person)
        kinds = ("checkin", "reassess")
        made = [await spring.planned(person, kind) for kind in kinds]
        async with spring.stage.database.write() as session:
            await planner.replan(session, spring.stage.bot.deps, person.key)
        again = [await spring.planned(person, kind) for kind in kinds]
        assert all(plan.zone != "UTC" and plan.generation == 1 for plan in made)
        assert [plan.next_due_at for plan in made] == [plan.next_due_at for plan in again]


async def test_who_is_heard_of_before_slack_answers_is_planned_anew(sqlite_url: str) -> None:
    async with season(sqlite_url) as spring:
        ada, deps = spring.stage.person("ada"), spring.stage.bot.deps
        spring.stage.playground.faults.add("users.info", "missing_scope", times=1)
        await assessed(ada)
        async with spring.stage.database.write() as session:
            known = await planner.after_assessment(session, deps, ada.key)
        async with spring.stage.database.write() as session:
            await checkins.change_pace(session, ada.key, cadence="off", now=deps.now())
            await planner.replan(session, deps, ada.key)
        await directory.ask_zone(deps, ada.key, known=known)
        assert (await zones(spring.stage))[ada.id] == "Africa/Lagos"
        assert (await spring.planned(ada)).next_on is None


@pytest.mark.parametrize(("count", "one_by_one", "lists"), [(2, 2, 0), (12, 0, 1)])
async def test_many_are_asked_for_together(
    sqlite_url: str, count: int, one_by_one: int, lists: int
) -> None:
    async with season(sqlite_url) as spring:
        ids = await meets(spring, count)
        await directory.refresh(spring.stage.bot.deps, ids)
        calls = spring.stage.calls
        assert (len(calls("users.info")), len(calls("users.list"))) == (one_by_one, lists)
        known = await zones(spring.stage)
        assert all(known[user] for user in ids)
        await directory.refresh(spring.stage.bot.deps, ids)
        assert (len(calls("users.info")), len(calls("users.list"))) == (one_by_one, lists)


async def test_quiet_hours_of_one_and_of_many(sqlite_url: str) -> None:
    async with season(sqlite_url) as spring:
        now = spring.calendar.now
        ids = await meets(spring, 3)
        everyone = spring.stage.playground.workspace.people
        start, end = now - timedelta(hours=2), now + timedelta(hours=1)
        everyone[ids[0]].dnd = (int(start.timestamp()), int(end.timestamp()))
        everyone[ids[1]].dnd = (int(end.timestamp()), int(end.timestamp()) + 60)
        deps = spring.stage.bot.deps
        assert await directory.do_not_disturb(deps, ids) == {ids[0]: end}
        assert await directory.do_not_disturb(deps, ids[:1]) == {ids[0]: end}
        assert await directory.do_not_disturb(deps, ids[1:2]) == {}
