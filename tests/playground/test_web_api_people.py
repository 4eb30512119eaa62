"""users.list, dnd.*: all people, and their Do-not-disturb hours."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.crowd import EVERYBODY, big_workspace, crowd_id
from playground.server import Playground, running
from tests.playground.people import ADA, GUEST, KENJI, client_of, error_of, still_clock

DAY = 86_400


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A workspace whose clock stands still."""
    async with running(Playground(clock=still_clock())) as started:
        yield started


async def everybody(slack: AsyncWebClient, *, limit: int) -> list[list[str]]:
    """Return the ids on each page of users.list."""
    pages, cursor = [], ""
    while True:
        page = await slack.users_list(limit=limit, cursor=cursor)
        pages.append([person["id"] for person in page["members"]])
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            return pages


async def test_everybody_is_listed_page_by_page(
    playground: Playground, slack: AsyncWebClient
) -> None:
    await playground.lifecycle("deactivate", user=KENJI)
    pages = await everybody(slack, limit=5)
    assert [len(page) for page in pages] == [5, 5, 2]
    assert [one for page in pages for one in page] == list(playground.workspace.people)
    listed = (await slack.users_list(include_locale=True))["members"]
    by_id = {person["id"]: person for person in listed}
    assert (by_id[ADA]["tz"], by_id[ADA]["locale"]) == ("Africa/Lagos", "en-GB")
    assert by_id[KENJI]["deleted"]
    assert "tz" not in by_id[KENJI]
    assert by_id[playground.workspace.app.user_id]["is_bot"]


async def test_a_large_workspace_is_listed_by_pages_alone() -> None:
    async with running(Playground(sample=big_workspace(1200), record=False)) as playground:
        slack = client_of(playground)
        assert await error_of(slack.users_list()) == "limit_required"
        assert [len(page) for page in await everybody(slack, limit=1000)] == [1000, 201]


async def test_the_same_crowd_comes_again_and_lives_everywhere() -> None:
    def crowd(seed: int) -> list[str | None]:
        sample = big_workspace(300, seed=seed, in_channel=200)(still_clock())
        return [person.tz for person in sample.members()]

    assert crowd(1) == crowd(1)
    assert crowd(1) != crowd(2)
    assert len(set(crowd(1))) > 15


async def test_a_channel_of_ten_thousand_is_read_by_pages() -> None:
    sample = big_workspace(10_000)
    async with running(Playground(sample=sample, record=False)) as playground:
        slack = client_of(playground)
        first = await slack.conversations_members(channel=EVERYBODY)
        assert len(first["members"]) == 100
        found, cursor = 0, ""
        for _ in range(11):
            page = await slack.conversations_members(channel=EVERYBODY, limit=1000, cursor=cursor)
            found, cursor = found + len(page["members"]), page["response_metadata"]["next_cursor"]
        assert (found, cursor) == (10_001, "")
        assert (await slack.users_info(user=crowd_id(10_000)))["user"]["name"] == "member10000"
        info = await slack.conversations_info(channel=EVERYBODY, include_num_members=True)
        assert info["channel"]["num_members"] == 10_001


async def test_quiet_hours_come_back_every_day(
    playground: Playground, slack: AsyncWebClient
) -> None:
    now = int(playground.clock.now())
    await playground.set_quiet_hours(ADA, (now - 60, now + 60))
    answer = await slack.dnd_info(user=ADA)
    assert (answer["next_dnd_start_ts"], answer["next_dnd_end_ts"]) == (now - 60, now + 60)
    playground.clock.advance(60)
    answer = await slack.dnd_info(user=ADA)
    assert (answer["next_dnd_start_ts"], answer["next_dnd_end_ts"]) == (
        now - 60 + DAY,
        now + 60 + DAY,
    )
    playground.clock.advance(10 * DAY)
    assert (await slack.dnd_info(user=ADA))["next_dnd_end_ts"] == now + 60 + 11 * DAY
    await playground.set_quiet_hours(ADA, None)
    assert not (await slack.dnd_info(user=ADA))["dnd_enabled"]


async def test_quiet_hours_of_many_at_once(playground: Playground, slack: AsyncWebClient) -> None:
    now = int(playground.clock.now())
    await playground.set_quiet_hours(ADA, (now, now + 60))
    answer = (await slack.dnd_teamInfo(users=[ADA, GUEST, "U0NOBODY000"]))["users"]
    assert answer == {
        ADA: {"dnd_enabled": True, "next_dnd_start_ts": now, "next_dnd_end_ts": now + 60},
        GUEST: {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1},
    }
    assert await error_of(slack.dnd_teamInfo(users="")) == "no_users_provided"
    assert await error_of(slack.dnd_teamInfo(users=["U1"] * 51)) == "too_many_users"


async def test_both_need_their_scope() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    async with running(Playground(manifest=manifest)) as playground:
        slack = client_of(playground)
        assert await error_of(slack.users_list(limit=5)) == "missing_scope"
        assert await error_of(slack.dnd_teamInfo(users=[ADA])) == "missing_scope"


async def test_a_deactivated_persons_open_conversation_still_takes_posts(
    playground: Playground, slack: AsyncWebClient
) -> None:
    opened = (await slack.conversations_open(users=ADA))["channel"]["id"]
    await playground.lifecycle("deactivate", user=ADA)
    await playground.lifecycle("deactivate", user=KENJI)
    for channel in (opened, ADA):
        assert (await slack.chat_postMessage(channel=channel, text="x"))["ok"]
    assert await error_of(slack.conversations_open(users=ADA)) == "user_disabled"
    assert await error_of(slack.chat_postMessage(channel=KENJI, text="x")) == "channel_not_found"


async def test_old_messages_go_when_nothing_is_recorded() -> None:
    async with running(Playground(record=False, keep=2)) as playground:
        slack = client_of(playground)
        for number in range(5):
            posted = await slack.chat_postMessage(channel=ADA, text=str(number))
        kept = await slack.conversations_history(channel=posted["channel"])
        assert [message["text"] for message in kept["messages"]] == ["4", "3"]
        assert playground.calls == []
