"""What a member hears of their permissions, and that leaving, becoming a guest or an erasure ends them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col

from coaching.rules import Rules
from playground.payloads.event import user_change
from storage import rules
from storage.access import grants
from storage.access.facts import ON_PERMISSIONS
from storage.changes.queue import Change
from storage.changes.receivers import Followed, Receiver
from storage.workspace_settings import CAPABILITIES
from tests.access.office import ON, POLICY, Office, labels_of, office_of
from tests.admin.boss import ADMIN
from tests.stage import Person, shown


@pytest_asyncio.fixture
async def ready(sqlite_url: str) -> AsyncIterator[Office]:
    """An office with a gate that follows every permission."""
    async with office_of(sqlite_url, is_public=True) as office:
        workspace_id = office.stage.playground.workspace.id
        async with office.stage.database.write() as session:
            session.add(
                Receiver(
                    workspace_id=workspace_id,
                    id="gate",
                    kind="webhook",
                    url="https://gate.example.org",
                    made_at=office.calendar.now,
                    # Nothing goes out here, so that what was stored can be counted.
                    open_at=office.calendar.now.replace(year=2100),
                )
            )
            await session.flush()
            for name in POLICY.permissions:
                session.add(
                    Followed(workspace_id=workspace_id, receiver_id="gate", permission=name)
                )
        yield office


@pytest.fixture
def ada(ready: Office) -> Person:
    return ready.person("ada")


async def changes(office: Office) -> list[str]:
    """What the gate is to be told, in its order."""
    async with office.stage.database.read() as session:
        rows = await session.scalars(select(Change).order_by(col(Change.number), col(Change.id)))
        return [row.change for row in rows if row.permission == "chat"]


async def holders(office: Office) -> set[str]:
    workspace_id = office.stage.playground.workspace.id
    async with office.stage.database.read() as session:
        return set(await grants.holders(session, workspace_id, "chat"))


async def test_a_member_hears_that_it_begins_ends_soon_and_ended(
    ready: Office, ada: Person
) -> None:
    await ada.types("/rungs access")
    await ready.trains(ada)
    await ready.passes(days=1)
    assert ready.told(ada, "You now have “Chat &amp; more”.") == 1
    assert labels_of(ada) == ["See what you have"]
    # The training counts a year, with 14 days of grace, and 14 days before that she hears of the end.
    for days in (80, 80, 80, 80, 43):
        await ready.runs(days=days)
    await ready.passes(days=4)
    assert ready.told(ada, "“Chat &amp; more” ends on") == 1
    await ada.clicks("See what to do")
    assert "Safety &lt;first&gt;" in ada.reads()
    await ready.runs(days=10)
    await ready.passes(days=4)
    assert ready.told(ada, "“Chat &amp; more” ended.") == 1
    assert ready.told(ada, "ends on") == 1
    found = await changes(ready)
    assert (found[0], found[-1], set(found[1:-1])) == ("granted", "ended", {"changed"})


async def test_nothing_is_told_of_what_was_put_right_meanwhile(ready: Office, ada: Person) -> None:
    await ada.types("/rungs access")
    await ready.trains(ada)
    await ready.passes(days=1)
    await ready.sets(ON_PERMISSIONS, ())
    await ready.runs(seconds=3)
    await ready.sets(ON_PERMISSIONS, ON)
    await ready.passes(days=3)
    assert ready.told(ada, "ended") == 0
    assert await changes(ready) == ["granted", "ended", "granted"]
    await ready.sets(ON_PERMISSIONS, ())
    await ready.passes(days=3)
    assert ready.told(ada, "An admin switched this permission off") == 1


async def test_who_leaves_or_becomes_a_guest_loses_it_and_gets_it_back(
    ready: Office, ada: Person
) -> None:
    await ada.types("/rungs access")
    await ready.trains(ada)
    await ready.runs(seconds=3)
    slack = ready.stage.playground.service
    person = slack.workspace.people[ada.id]
    for field in ("guest", "deactivated"):
        for is_so, expected in ((True, set()), (False, {ada.id})):
            setattr(person, field, is_so)
            slack.publish(user_change(slack.workspace, person))
            await ready.stage.settle()
            await ready.runs(seconds=3)
            assert await holders(ready) == expected
    assert await changes(ready) == ["granted", "ended", "granted", "ended", "granted"]


async def test_switching_access_off_ends_all_and_tells_nobody(ready: Office, ada: Person) -> None:
    await ada.types("/rungs access")
    await ready.trains(ada)
    await ready.passes(days=1)
    before = len(ada.messages())
    await ready.sets(CAPABILITIES, ())
    await ready.passes(days=2)
    assert await changes(ready) == ["granted", "ended"]
    assert await holders(ready) == set()
    assert not any("Chat" in shown(one) for one in ada.messages()[before:])


async def test_the_gate_hears_of_the_end_when_a_member_is_erased(
    ready: Office, ada: Person
) -> None:
    await ada.types("/rungs access")
    await ready.trains(ada)
    await ready.runs(seconds=3)
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    async with ready.stage.database.read() as session:
        rows = list(await session.scalars(select(Change).order_by(col(Change.id))))
    assert [row.change for row in rows][-1:] == ["ended"]
    assert all(row.user_id is None for row in rows)
    assert await holders(ready) == set()


async def test_rules_can_be_confirmed_again(ready: Office, ada: Person) -> None:
    admin = ready.person(ADMIN).key
    async with ready.stage.database.write() as session:
        new, now = Rules(lines=("Ask.",)), ready.calendar.now
        await rules.save(session, admin, new, based_on=0, place="form", now=now)
    ready.stage.bot.deps.settings_changed()
    await ada.types("/rungs rules")
    await ada.clicks("I've read this")
    await ada.types("/rungs rules")
    assert "I've read it again" not in labels_of(ada)
    await ready.runs(days=31)
    await ada.types("/rungs rules")
    await ada.clicks("I've read it again")
    await ready.sets(CAPABILITIES, ())
    await ready.runs(days=31)
    await ada.types("/rungs rules")
    assert "I've read it again" not in labels_of(ada)
