"""What takes something away is done once, also when another process gets the same request again."""

from app import utc_now
from playground.delivery.http import encoded
from playground.delivery.parcel import Parcel
from storage import workspaces
from storage.assessments import assessments
from tests.agents.register import CHANNEL, Desk
from tests.slack.raw_requests import knock, serving, signed
from tests.slack.test_duplicate_deliveries import delivered
from tests.stage import Person, Stage
from tests.team_digest.channel import GROWTH, Growth


async def another_process_gets(stage: Stage, parcel: Parcel) -> None:
    """Send this, correctly signed, to a process that has not seen it."""
    body, content_type = encoded(parcel)
    async with serving(stage) as address:
        headers = signed(stage, body, content_type=content_type)
        assert await knock(stage, headers, body, address=address) == 200
        await stage.settle()


async def test_an_erasure(stage: Stage, ada: Person) -> None:
    await ada.types("/rungs assess engineering")
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    click = delivered(stage.playground, "block_actions")
    await ada.types("/rungs assess engineering")
    await ada.answers("BCD")
    await another_process_gets(stage, click)
    async with stage.database.read() as session:
        assert len(await assessments.history(session, ada.key)) == 1
    assert "Your self-check" in ada.reads()


async def test_the_end_of_a_digest(growth: Growth) -> None:
    await growth.follows()
    await growth.noah.types("/rungs team unfollow", where=GROWTH)
    await growth.noah.clicks("Stop the digest", where=GROWTH)
    team = await growth.team()
    assert team
    assert team.unfollowed_at
    click = delivered(growth.stage.playground, "block_actions")
    await growth.follows()
    posts = len(growth.posts())
    await another_process_gets(growth.stage, click)
    team = await growth.team()
    assert team
    assert team.unfollowed_at is None
    assert len(growth.posts()) == posts


async def test_a_channel_that_was_left(growth: Growth) -> None:
    slack = growth.stage.playground
    await growth.follows()
    await slack.lifecycle("leave", channel=GROWTH)
    await growth.stage.settle()
    await slack.invite(slack.workspace.app.user_id, GROWTH, by=growth.noah.id)
    await growth.follows()
    await another_process_gets(growth.stage, delivered(slack, "channel_left"))
    team = await growth.team()
    assert team
    assert team.unfollowed_at is None


async def test_the_removal_of_an_agent(desk: Desk) -> None:
    await desk.adds()
    await desk.noah.types("/rungs agent remove Scout", where=CHANNEL)
    await desk.noah.clicks("Remove it", where=CHANNEL)
    assert await desk.agent("Scout") is None
    click = delivered(desk.stage.playground, "block_actions")
    await desk.adds()
    posts = len(desk.posts())
    await another_process_gets(desk.stage, click)
    assert await desk.agent("Scout")
    assert len(desk.posts()) == posts


async def test_the_removal_of_the_app(stage: Stage) -> None:
    workspace = stage.playground.workspace
    await stage.playground.lifecycle("app_uninstalled")
    await stage.settle()
    async with stage.database.write() as session:
        await workspaces.connect(session, workspace.id, workspace.name, now=utc_now())
    await another_process_gets(stage, delivered(stage.playground, "app_uninstalled"))
    async with stage.database.read() as session:
        found = await workspaces.get(session, workspace.id)
    assert found
    assert found.disconnected_at is None
