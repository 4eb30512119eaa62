"""Several workspaces at once: an organization's payloads, people of other companies, and limited reading."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col

from bot.features.agents import views
from playground.state.people import Person as SlackPerson
from storage.agents import agents
from storage.members import Member
from storage.team_digest import teams
from tests.installs.many import GROUP, LAB, LARK, NORTH, SOUTH, Many, many_running
from tests.stage import Person, labels, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(long_url: str) -> AsyncIterator[Many]:
    """All workspaces of the playground, with one bot."""
    async with many_running(long_url) as ready:
        await ready.install_everywhere()
        yield ready


OTHERS = "You're from another organization"


def refused(here: Many) -> list[tuple[str, str]]:
    """Return the calls that Slack refused for want of an argument or of access."""
    wrong = ("missing_argument", "team_access_not_granted", "invalid_auth")
    found = [(call.method, str(call.answer.get("error"))) for call in here.playground.calls]
    return [(method, error) for method, error in found if error in wrong]


def stranger_in(here: Many, team: str, *, shares: str = "") -> Person:
    """Let somebody of another company into the workspace's channel."""
    workspace = here.playground.workspaces[team]
    channel = workspace.conversations[here.people(team)[1].channel]
    who = SlackPerson(f"U0OTHER{team[-4:]}", "kim", "Kim Other", stranger="T0ELSEWHERE")
    workspace.add_stranger(who, channel)
    return Person(here.stage(team), who.id, who.name)


async def adds_agent(person: Person, *, name: str, owner: str = "") -> None:
    """Submit the form for a new agent."""
    await person.types("/rungs agent add", where=person.channel)
    typed = {views.AGENT_NAME: name, views.AGENT_TOOL: "Pathfinder", views.AGENT_MODEL: "M-1"}
    typed[views.AGENT_PURPOSE] = "Small fixes"
    state = {one: {one: {"type": "plain_text_input", "value": v}} for one, v in typed.items()}
    if owner:
        chosen = {"type": "users_select", "selected_user": owner}
        state[views.AGENT_OWNER] = {views.AGENT_OWNER: chosen}
    view = person.view
    outcome = await person.stage.playground.submit(person.id, view.id, {**view.values, **state})
    assert outcome.acked, outcome
    await person.stage.settle()


async def stored(here: Many, person: Person) -> list[str]:
    """Return the workspaces for which something is stored about this person."""
    async with here.database.read() as session:
        found = select(col(Member.workspace_id)).where(col(Member.user_id) == person.id)
        return list(await session.scalars(found))


@pytest.mark.parametrize("team", [NORTH, SOUTH])
async def test_a_member_of_an_organization_does_everything_in_their_workspace(
    here: Many, team: str
) -> None:
    member = here.people(team)[2]
    assert member.id.startswith("W")
    await member.types("/rungs assess engineering")
    await member.answers("ACE")
    assert "Your answers fall between" in member.reads()
    await member.types("help")
    await member.opens_home()
    await member.clicks_in_view("Change")
    assert "heck-in" in member.view_text
    await member.types("/rungs team", where=member.channel)
    await member.types("@Rungs help", where=member.channel)
    assert "/rungs assess" in member.reads(member.channel)
    assert await stored(here, member) == [team]
    assert refused(here) == []


async def test_a_form_of_an_organization_is_saved_in_its_workspace(here: Many) -> None:
    lead = here.people(NORTH)[1]
    await lead.types("/rungs team follow", where=lead.channel)
    assert lead.view is not None, lead.reads(lead.channel)
    await lead.stage.playground.submit(lead.id, lead.view.id)
    await lead.stage.settle()
    async with here.database.read() as session:
        assert await teams.get(session, NORTH, lead.channel) is not None
        assert await teams.get(session, GROUP, lead.channel) is None


async def test_calls_with_an_organizations_token_name_the_workspace_and_no_others_do(
    here: Many,
) -> None:
    for team in (SOUTH, LARK):
        deps = await here.deps(team)
        users = [person.id for person in here.people(team)]
        assert [len(page) async for page in deps.slack.users_list()]
        await deps.slack.dnd_team_info(users)
        await deps.slack.dnd_info(users[0])
        await deps.slack.channel_info(here.people(team)[1].channel)
    taken = [
        (call.method, call.arguments.get("team_id"))
        for call in here.playground.calls
        if call.arguments.get("team_id")
    ]
    assert {team for _, team in taken} <= {NORTH, SOUTH}
    assert {method for method, team in taken if team == SOUTH} >= {"users.list", "dnd.teamInfo"}
    assert refused(here) == []


@pytest.mark.parametrize("team", [LARK, SOUTH])
async def test_somebody_of_another_company_is_told_and_nothing_of_them_is_stored(
    here: Many, team: str
) -> None:
    stranger = stranger_in(here, team)
    await stranger.types("@Rungs assess", where=stranger.channel)
    assert OTHERS in stranger.reads(stranger.channel)
    member = here.people(team)[1]
    await member.types("@Rungs help", where=member.channel)
    posted = reversed(member.messages(member.channel))
    card = next(m for m in posted if "Start the self-check" in str(labels(m)))
    card.only_for = None
    before = len(stranger.messages(stranger.channel))
    await stranger.clicks("Start the self-check", on=card)
    assert [OTHERS in shown(m) for m in stranger.messages(stranger.channel)[before:]] == [True]
    assert await stored(here, stranger) == []
    assert stranger.id not in str(
        [call.arguments for call in here.playground.calls_of("conversations.open")]
    )


async def test_somebody_of_another_company_does_not_become_the_owner_of_an_agent(
    here: Many,
) -> None:
    stranger = stranger_in(here, LAB, shares="lab")
    lead = here.people(LAB)[1]
    shared = here.playground.workspaces[LAB].conversations[lead.channel]
    shared.shared_with.clear()
    await adds_agent(lead, name="Router")
    assert "is from another organization" not in lead.reads(lead.channel)
    await adds_agent(lead, name="Sorter", owner=stranger.id)
    assert "The owner you chose is from another organization" in lead.reads(lead.channel)
    async with here.database.read() as session:
        listed = await agents.of_channel(session, LAB, lead.channel)
    assert [(one.name, one.owner) for one in listed] == [("Router", None)]
