"""What belongs to a channel names people; an erasure takes the names off and leaves the facts."""

import asyncio
import json
from typing import Any

from app import REGISTRY
from coaching.members import MemberKey
from coaching.rules import Contact, Rules
from storage import members, privacy, required_level, rules
from storage.access.requests import AccessRequest
from storage.agents import agents, test_runs
from storage.assessments import assessments, wordings
from storage.database import Session
from storage.database.engine import Database
from storage.database.rows import NamingTable
from storage.evidence.claim_rows import Claim
from storage.evidence.ladders import EvidenceLadder
from storage.evidence.looks import Review
from storage.installs import installs
from storage.installs.installs import NewInstall
from storage.installs.token_keys import InstallKey, TokenKeys, Tokens
from storage.sandbox.plan_rows import Plan
from tests.storage.cast import ADA, COLLEAGUE, NAMESAKE, a_team, minute
from tests.storage.registers import ANSWERS, BOATS, JOURNEY, added, facts, graded, shared
from tests.storage.rows import everything

NAMING = [part for part in REGISTRY.personal_data if isinstance(part, NamingTable)]


async def kept_a_register(database: Database, key: MemberKey, *, channel: str = "C1") -> None:
    """Everything else that keeps a name: a register, a digest, an install, and rules that say whom to ask."""
    user = key.user_id
    await a_team(database, channel, workspace_id=key.workspace_id, set_by=user)
    robo = await added(database, facts(f"Robo {user}", owner=user), by=key, channel=channel)
    old = await added(database, facts(f"Old {user}"), by=key, channel=channel)
    await graded(database, robo, by=key)
    async with database.write() as session:
        await test_runs.new_token(session, key, channel, now=minute(8))
    await shared(database, f"Shop {user}", by=key, channel=channel)
    async with database.write() as session:
        new = facts(f"Robo {user}", owner=user, model="model-2")
        await agents.edit(session, robo, new, by=user, now=minute(8), revision=0)
        await agents.remove(session, old, by=user, now=minute(9))
        project = await required_level.find(session, key.workspace_id, channel, f"Shop {user}")
        assert project is not None
        await required_level.remove(session, project, by=user, now=minute(9))
        await installed(session, key)
        await named_in_the_rules(session, key)
        await verifies(session, key)


async def verifies(session: Session, key: MemberKey) -> None:
    """The member is the steward of a ladder, looks at somebody else's claim, and supervises their plan."""
    other = f"U0{key.user_id}"
    here: dict[str, Any] = {"workspace_id": key.workspace_id}
    await members.ensure(session, MemberKey(key.workspace_id, other), now=minute(0))
    place: dict[str, Any] = {**here, "framework": f"of-{key.user_id}", "family": ""}
    rows = (
        EvidenceLadder(**place, steward=key.user_id, set_at=minute(0)),
        AccessRequest(
            **here,
            id=f"request-{key.user_id}",
            user_id=other,
            permission_id="agents",
            approver_id="security",
            words="To try it.",
            state="declined",
            asked_at=minute(0),
            decided_at=minute(1),
            decided_by=key.user_id,
            answer="Not yet.",
        ),
        Claim(
            **place,
            id=f"other-{key.user_id}",
            user_id=other,
            level=1,
            from_level=1,
            is_renewal=False,
            state="submitted",
            needs="first",
            round=1,
            criteria="[]",
            opened_at=minute(0),
        ),
        Review(
            **here,
            id=f"by-{key.user_id}",
            claim_id=f"other-{key.user_id}",
            round=1,
            look="first",
            state="taken",
            verifier=key.user_id,
            taken_at=minute(0),
            held_until=minute(1),
        ),
    )
    for row in rows:
        session.add(row)
        await session.flush()
    plan: dict[str, Any] = {
        "id": f"under-{key.user_id}",
        "user_id": other,
        "supervisor": key.user_id,
    }
    session.add(Plan(**here, **plan, state="running", opened_at=minute(0), asked_at=minute(0)))
    await session.flush()


async def installed(session: Session, key: MemberKey) -> None:
    """The app was installed in the member's workspace by them."""
    team, keys = InstallKey(key.workspace_id), TokenKeys([TokenKeys.new()])
    new = NewInstall(team, "Acme", Tokens("xoxb-1"), ["commands"], "UBOT", "B1", "A1", key.user_id)
    await installs.save(session, keys, new, now=minute(0))


async def named_in_the_rules(session: Session, key: MemberKey) -> None:
    """An admin wrote in the rules of the member's workspace that they are the one to ask."""
    admin = MemberKey(key.workspace_id, "UADMIN")
    newest = await rules.latest(session, key.workspace_id)
    based_on = newest.number if newest else 0
    new = Rules(lines=("Ask first.",), contact=Contact(person=key.user_id))
    saved = await rules.save(session, admin, new, based_on=based_on, place="home", now=minute(0))
    assert saved == "saved"


async def exported(database: Database, key: MemberKey) -> dict[str, Any]:
    async with database.read() as session:
        return await privacy.everything_about(session, key, REGISTRY.personal_data)


async def erased(database: Database, key: MemberKey) -> None:
    async with database.write() as session:
        await privacy.erase(session, key, REGISTRY.personal_data)


def columns_with(rows: dict[str, list[dict[str, Any]]], user_id: str) -> set[str]:
    return {
        f"{table}.{name}"
        for table, found in rows.items()
        for row in found
        for name, value in row.items()
        if value == user_id
    }


async def test_every_column_that_names_people_is_known(database: Database) -> None:
    await kept_a_register(database, ADA)
    known = {f"{part.table.__tablename__}.{name}" for part in NAMING for name in part.columns}
    assert columns_with(await everything(database), "U1") == known | {"member.user_id"}


async def test_an_erasure_leaves_the_register_without_the_name(database: Database) -> None:
    await kept_a_register(database, ADA)
    before = await everything(database)
    await erased(database, ADA)
    after = await everything(database)
    for part in NAMING:
        name, names = str(part.table.__tablename__), part.columns
        assert len(after[name]) == len(before[name]) > 0
        for old, new in zip(before[name], after[name], strict=True):
            nameless = old | {one: None for one in names if old[one] == "U1"}
            assert {**new, "revision": 0} == {**nameless, "revision": 0}
    assert columns_with(after, "U1") == set()


async def test_an_erasure_leaves_the_names_of_others(database: Database) -> None:
    await kept_a_register(database, COLLEAGUE)
    await kept_a_register(database, NAMESAKE)
    before = await everything(database)
    await members_meet(database, ADA)
    await erased(database, ADA)
    assert await everything(database) == before


async def members_meet(database: Database, key: MemberKey) -> None:
    async with database.write() as session:
        await members.ensure(session, key, now=minute(0))


async def test_the_export_has_what_the_member_did_and_nobody_elses_name(
    database: Database,
) -> None:
    await kept_a_register(database, ADA)
    async with database.write() as session:
        robo = await agents.find(session, "T1", "C1", "Robo U1")
        assert robo is not None
        theirs = facts("Robo U1", owner="U2", model="model-3")
        await agents.edit(session, robo, theirs, by="U2", now=minute(20), revision=1)
    held = await exported(database, ADA)
    assert json.loads(json.dumps(held)) == held
    assert {agent["name"]: agent.get("removed_by") for agent in held["channels"]["agents"]} == {
        "Robo U1": None,
        "Old U1": "U1",
    }
    robo_held = held["channels"]["agents"][0]
    assert (robo_held["added_by"], "owner" in robo_held, "changed_by" in robo_held) == (
        "U1",
        False,
        False,
    )
    kinds = [(event["kind"], event["by"]) for event in held["channels"]["agent_changes"]]
    assert kinds == [(kind, "U1") for kind in ("added", "added", "graded", "changed", "removed")]
    (grade,) = held["channels"]["agent_grades"]
    assert (grade["answers"], grade["graded_by"], grade["level"]) == (ANSWERS, "U1", 1)
    (project,) = held["channels"]["projects"]
    assert (project["name"], project["level"], project["shared_by"]) == ("Shop U1", 2, "U1")
    (install,) = held["settings"]["installed_by"]
    (version,) = held["log"]["rules_that_name_you"]
    assert (install["installed_by"], version["ask_person"]) == ("U1", "U1")
    assert "U2" not in str(held)


async def test_an_owner_whom_we_never_met_can_read_it_and_have_it_erased(
    database: Database,
) -> None:
    agent = await added(database, facts(owner="U2"))
    held = await exported(database, COLLEAGUE)
    assert held["you"]["member"] is None
    assert [(one["name"], one["owner"]) for one in held["channels"]["agents"]] == [("Robo", "U2")]
    assert "U1" not in str(held)
    await erased(database, COLLEAGUE)
    async with database.read() as session:
        found = await agents.get(session, "T1", agent.id)
    assert found is not None
    assert (found.owner, found.added_by) == (None, "U1")


async def test_an_edit_that_began_before_does_not_bring_the_owner_back(database: Database) -> None:
    agent = await added(database, facts(owner="U2"))
    await erased(database, COLLEAGUE)
    async with database.write() as session:
        again = facts(owner="U2", purpose="Other")
        result = await agents.edit(session, agent, again, by="U1", now=minute(9), revision=0)
    assert result == "outdated"


async def test_words_of_grades_and_projects_stay_when_the_grader_goes(database: Database) -> None:
    agent = await added(database)
    async with database.write() as session:
        for words, subject in ((BOATS, agent.id), (JOURNEY, "need:C1")):
            row = await assessments.start(session, ADA, words, subject=subject, now=minute(1))
            assert await assessments.complete(session, row, level=1, now=minute(2))
    grade, project = await graded(database, agent), await shared(database)
    async with database.write() as session:
        removed = await privacy.erase(session, ADA, REGISTRY.personal_data)
    assert (removed["assessment"], removed["wording"]) == (2, 0)
    async with database.read() as session:
        assert await wordings.words_of(session, grade) == BOATS
        assert await wordings.words_of(session, project) == JOURNEY


async def test_an_erasure_amid_a_busy_register_leaves_no_name(database: Database) -> None:
    robo = await added(database, by=COLLEAGUE)

    async def edit() -> None:
        async with database.write() as session:
            now = await agents.get(session, "T1", robo.id, lock=True)
            assert now is not None
            owner = None if now.owner else "U1"
            new = facts(owner=owner, model=f"model-{now.revision}")
            revision = now.revision
            await agents.edit(session, now, new, by="U1", now=minute(2), revision=revision)

    async def grade() -> None:
        await graded(database, robo)

    async def come_and_go() -> None:
        async with database.write() as session:
            new = await agents.add(
                session, "T1", "C1", "boats", facts("Nova"), by="U1", now=minute(3)
            )
            if new:
                await agents.remove(session, new, by="U1", now=minute(4))

    async def share() -> None:
        await shared(database)

    async def forget() -> None:
        await erased(database, ADA)

    for _ in range(6):
        await asyncio.gather(*(act() for act in (edit, grade, come_and_go, share, forget) * 2))
    await forget()
    # Not in the details of what happened either.
    assert "U1" not in str(await everything(database))
