"""Roles: shown while something declares them, given to members and user groups, and lost in time."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from app import REGISTRY
from bot.deps import Deps
from bot.feature import Feature
from bot.features import FEATURES
from bot.features.holders.feature import read_due_groups
from bot.features.holders.service import STEWARD, VERIFIER, has_role, holders
from bot.features.holders.views import GROUPS, NAMED, PEOPLE, ROLE_CHANGE, ROLE_GROUPS
from bot.registry import Registry
from bot.slack.installation import SCOPES
from coaching.members import MemberKey
from playground.state.workspace import Workspace
from storage import audit
from storage.holders import COUNTS_FOR, READ_EVERY
from storage.workspace_settings import ADMIN_ACT
from tests.admin_forms import fields, opens, sends
from tests.checkins.calendar import Calendar, working_year
from tests.privacy.test_privacy import exported
from tests.stage import BOTH, Person, Stage, staged

LEADS, DESIGN = "S0LEADS0000", "S0DESIGN000"
EVIDENCE = Feature(name="evidence", roles=(VERIFIER, STEWARD))
"""A capability to come, which has roles."""


@dataclass
class Company:
    """A workspace in which a capability has roles, with its clock."""

    stage: Stage
    calendar: Calendar

    def person(self, handle: str) -> Person:
        return self.stage.person(handle)

    @property
    def noah(self) -> Person:
        """Return an admin."""
        return self.person("noah")

    @property
    def workspace(self) -> Workspace:
        return self.stage.playground.workspace

    @property
    def deps(self) -> Deps:
        return self.stage.bot.deps

    def lets(self, *scopes: str) -> None:
        """Grant the app what its manifest asks for and these scopes, as after another installation."""
        self.stage.playground.service.granted = frozenset({*SCOPES, *scopes})

    async def holders(self, role: str = "verifier") -> set[str]:
        """Return the handles of those who have the role, as a later capability reads it."""
        async with self.stage.database.read() as session:
            found = await holders(session, self.deps, role)
            each = {
                user: await has_role(session, self.deps, MemberKey(self.workspace.id, user), role)
                for user in self.workspace.people
            }
        assert {user for user, has in each.items() if has} == set(found)
        return {self.workspace.people[user].handle for user in found}

    async def gives(self, *handles: str, groups: list[str] | None = None) -> None:
        """Let an admin give the role of a verifier to these people and groups alone."""
        await self.opens_role()
        if groups is not None and GROUPS not in fields(self.noah):
            await self.clicks(ROLE_GROUPS)
        chosen: dict[str, Any] = {NAMED: [self.person(handle).id for handle in handles]}
        await sends(self.noah, **chosen, **({} if groups is None else {GROUPS: groups}))

    async def opens_role(self) -> None:
        await opens(self.noah, PEOPLE)
        await self.clicks(ROLE_CHANGE)

    async def clicks(self, action: str) -> None:
        """Click the first button with this action in the open window."""
        view = self.noah.view
        for block in view.blocks:
            for element in (*block.get("elements", ()), block.get("accessory") or {}):
                if element.get("action_id") == action:
                    container = {"type": "view", "view_id": view.id}
                    await self.stage.playground.act(
                        self.noah.id, container, block["block_id"], action
                    )
                    await self.stage.settle()
                    return
        raise AssertionError(f"No button {action} in {self.noah.view_text}")

    async def after(self, length: timedelta, *, reads: bool = True) -> None:
        """Move the clock, and run the job until nothing is due."""
        self.calendar.now += length
        while reads and await read_due_groups(self.deps):
            pass

    async def line(self) -> str:
        await self.noah.types("/rungs admin")
        return self.noah.reads()


@pytest.fixture
async def company(stage_url: str) -> AsyncIterator[Company]:
    features = Registry((*FEATURES, EVIDENCE))
    async with (
        working_year() as (slack, calendar),
        staged(stage_url, playground=slack, now=calendar, features=features) as stage,
    ):
        company = Company(stage, calendar)
        company.lets()
        yield company


async def test_without_a_capability_with_roles_there_is_no_section(stage: Stage) -> None:
    noah = stage.person("noah")
    await noah.types("/rungs admin")
    assert "*Privacy*" in noah.reads()
    assert "*People*" not in noah.reads()
    await opens(noah, PEOPLE)
    assert "No part of Rungs that is on has roles" in noah.view_text
    await noah.types("/rungs privacy")
    assert "*Roles*" not in noah.reads()


@BOTH
async def test_members_are_given_a_role_and_lose_it(company: Company) -> None:
    await company.gives("ada", "omar")
    assert await company.holders() == {"ada", "omar"}
    assert await company.holders("steward") == set()
    assert "Verifiers: two members" in await company.line()
    assert "Stewards: nobody yet" in await company.line()
    await company.gives("omar")
    assert await company.holders() == {"omar"}
    await company.stage.playground.lifecycle("deactivate", user=company.person("omar").id)
    await company.stage.settle()
    assert await company.holders() == set()


async def test_a_role_of_a_capability_that_is_off_is_nobodys(company: Company) -> None:
    await company.gives("ada")
    off = replace(company.deps, features=REGISTRY)
    key = company.person("ada").key
    async with company.stage.database.read() as session:
        assert await has_role(session, company.deps, key, "verifier")
        assert not await has_role(session, off, key, "verifier")
        assert await holders(session, off, "verifier") == []


async def test_only_admins_give_roles(company: Company) -> None:
    ada = company.person("ada")
    await opens(ada, PEOPLE)
    assert ada.view is None
    await company.opens_role()
    company.workspace.people[company.noah.id].admin = False
    await sends(company.noah, **{NAMED: [company.noah.id]})
    assert await company.holders() == set()


async def test_bots_and_people_who_are_gone_get_no_role(company: Company) -> None:
    company.workspace.people[company.person("omar").id].deactivated = True
    await company.gives("ada", "omar")
    assert f"<@{company.person('omar').id}> can't have a role" in company.noah.reads()
    assert await company.holders() == {"ada"}


async def test_the_permission_for_groups_is_asked_for_when_an_admin_wants_one(
    company: Company,
) -> None:
    await company.opens_role()
    assert "usergroups:read" not in company.noah.view_text
    await company.clicks(ROLE_GROUPS)
    assert "needs the permission `usergroups:read`, to see who is in a group" in (
        company.noah.view_text
    )
    assert GROUPS not in fields(company.noah)


@BOTH
async def test_people_of_a_group_have_the_role_while_they_are_in_it(company: Company) -> None:
    company.lets("usergroups:read")
    await company.gives("ada", groups=[DESIGN])
    assert await company.holders() == {"ada", "mei", "sofia"}
    assert "Verifiers: one member and one group" in await company.line()
    company.workspace.usergroups[DESIGN].members.remove(company.person("sofia").id)
    await company.after(READ_EVERY)
    assert await company.holders() == {"ada", "mei"}
    await company.gives("ada", groups=[])
    assert await company.holders() == {"ada"}


async def test_a_change_of_a_group_counts_at_once_where_slack_tells_of_it(company: Company) -> None:
    company.lets("usergroups:read")
    await company.gives(groups=[DESIGN])
    await company.stage.playground.change_usergroup(DESIGN, {company.person("grace").id})
    await company.stage.settle()
    assert await company.holders() == {"grace"}


@pytest.mark.parametrize("what", ["gone", "scope", "refused"])
async def test_a_group_that_cannot_be_read_gives_nothing_and_the_admin_reads_why(
    company: Company, what: str
) -> None:
    company.lets("usergroups:read")
    await company.gives("ada", groups=[DESIGN])
    if what == "gone":
        company.workspace.usergroups[DESIGN].disabled = True
    elif what == "scope":
        company.lets()
    else:
        company.stage.playground.faults.add("usergroups.users.list", "permission_denied")
    await company.after(READ_EVERY)
    assert await company.holders() == {"ada"}
    assert "(a group can't be read)" in await company.line()
    await opens(company.noah, PEOPLE)
    reasons = {"gone": "no longer exists", "scope": "doesn't let Rungs read"}
    assert reasons.get(what, "refuses to say who is in") in company.noah.view_text
    company.workspace.usergroups[DESIGN].disabled = False
    company.lets("usergroups:read")
    await company.after(READ_EVERY)
    assert await company.holders() == {"ada", "mei", "sofia"}


async def test_without_an_answer_from_slack_a_group_counts_for_an_hour(company: Company) -> None:
    company.lets("usergroups:read")
    await company.gives("ada", groups=[DESIGN])
    await company.after(COUNTS_FOR - timedelta(seconds=1), reads=False)
    assert await company.holders() == {"ada", "mei", "sofia"}
    await company.after(timedelta(seconds=1), reads=False)
    assert await company.holders() == {"ada"}
    await opens(company.noah, PEOPLE)
    assert "for over an hour" in company.noah.view_text
    await company.after(timedelta())
    assert await company.holders() == {"ada", "mei", "sofia"}


@BOTH
async def test_a_member_reads_exports_and_erases_their_role(company: Company) -> None:
    ada = company.person("ada")
    company.lets("usergroups:read")
    await company.gives("ada", groups=[DESIGN])
    await ada.types("/rungs privacy")
    assert "You are one of the Verifiers" in ada.reads()
    assert "They see the work that somebody submitted to be verified" in ada.reads()
    mei = company.person("mei")
    await mei.types("/rungs privacy")
    assert "because you're in `@design`" in mei.reads()
    await ada.types("/rungs export")
    everything, page = exported(company.stage, ada)
    (row,) = json.loads(everything)["settings"]["roles"]
    assert (row["role"], row["group_id"]) == ("verifier", "")
    assert "Your roles: verifier." in page
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    assert await company.holders() == {"mei", "sofia"}


async def test_the_log_has_no_ids_of_members(company: Company) -> None:
    company.lets("usergroups:read")
    await company.gives("ada", groups=[DESIGN])
    async with company.stage.database.read() as session:
        rows = await audit.list_events(session, workspace_id=company.workspace.id, act=ADMIN_ACT)
    (about,) = [json.loads(row.about or "") for row in rows]
    assert about["setting"] == "role_verifier"
    assert about["before"] == []
    code, group = about["after"]
    assert (code.partition(":")[0], group) == ("member", "@design")
    assert not any(user in json.dumps(about) for user in company.workspace.people)
