"""`@Rungs …` in a channel: answered for its author alone, when that is a person of the workspace."""

import json
from typing import Any

import pytest

from bot.slack.installation import EVENTS, OPTIONAL, SCOPES
from doctor import manifest_problem, scopes_finding
from storage import checkins
from tests.checkins.calendar import assessed
from tests.slack.raw_requests import JSON, knock, signed
from tests.stage import Person, Stage, labels, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_UNDERSTOOD = "Rungs didn't understand that, but one of these may be what you meant."


async def mention(stage: Stage, person: Person, text: str, **changed: Any) -> None:
    """Send an app_mention event as Slack would; `changed` are other fields of it."""
    workspace = stage.playground.workspace
    stamp = workspace.new_ts()
    event = {
        "type": "app_mention",
        "user": person.id,
        "team": workspace.id,
        "channel": person.channel,
        "text": f"<@{workspace.app.user_id}> {text}",
        "ts": stamp,
        "event_ts": stamp,
    } | changed
    body = {
        "type": "event_callback",
        "team_id": workspace.id,
        "api_app_id": workspace.app.id,
        "event_id": f"Ev{stamp.replace('.', '')}",
        "event": {name: value for name, value in event.items() if value is not None},
    }
    raw = json.dumps(body).encode()
    assert await knock(stage, signed(stage, raw, content_type=JSON), raw) == 200
    await stage.settle()


def told(person: Person) -> list[str]:
    """Return what the bot said in this person's channel, of which nobody else sees anything."""
    channel = person.stage.playground.workspace.conversations[person.channel]
    from_bot = [
        one for one in channel.messages.values() if one.by_app and one.only_for == person.id
    ]
    assert all(one.only_for for one in channel.messages.values() if one.by_app)
    return [shown(one) for one in from_bot]


@pytest.fixture
async def ada(long_stage: Stage, newcomer: Person) -> Person:
    """A member of a channel that the bot was invited to."""
    channel = long_stage.playground.workspace.conversations[newcomer.channel]
    channel.members.add(long_stage.playground.workspace.app.user_id)
    return newcomer


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("@Rungs what is my level?", "You have no result yet"),
        ("hey @rungs, what's my level?", "You have no result yet"),
        ("what is my level @Rungs", "You have no result yet"),
        ("@Rungs", "Hi. A few short questions"),
        ("@Rungs hello", "Hi. A few short questions"),
        ("@Rungs who sees this?", "Nobody else in Slack sees your answers"),
        ("@Rungs help", "Here's what you can type"),
        ("@Rungs ME.", "You have no result yet"),
        ("thanks @Rungs!", "You're welcome."),
        ("@Rungs lorem ipsum", NOT_UNDERSTOOD),
        ("@Rungs asess", "Did you mean `/rungs assess`?"),
        ("@Rungs ¿qué es esto?", "Rungs speaks English"),
        ("everybody, try @Rungs some day", NOT_UNDERSTOOD),
    ],
)
async def test_a_mention_is_answered_for_its_author_alone(
    ada: Person, typed: str, answer: str
) -> None:
    in_dm = len(ada.messages())
    await ada.types(typed, where=ada.channel)
    (said,) = told(ada)
    assert answer in said
    assert len(ada.messages()) == in_dm


async def test_without_a_mention_nothing_is_heard(ada: Person) -> None:
    await ada.types("stop messaging me", where=ada.channel)
    await ada.types("rungs what is my level", where=ada.channel)
    assert told(ada) == []


async def test_buttons_under_the_answer_work(ada: Person) -> None:
    await ada.types("@Rungs lorem ipsum", where=ada.channel)
    answer = ada.messages(ada.channel)[-1]
    assert labels(answer) == [["Start the self-check", "See the map", "Who sees what"]]
    await ada.clicks("Start the self-check", on=answer)
    assert "Your self-check is in your messages with Rungs" in told(ada)[-1]
    assert "closest to your work" in ada.reads()


async def test_a_command_posts_its_card_in_the_dm_and_says_so(ada: Person) -> None:
    await ada.types("@Rungs assess engineering", where=ada.channel)
    assert "Your self-check is in your messages with Rungs" in told(ada)[-1]
    await ada.answers("AAA")
    await ada.types("@Rungs step", where=ada.channel)
    assert "Your next step is in your messages with Rungs" in told(ada)[-1]


@pytest.mark.parametrize("typed", ["@Rungs team follow", "@Rungs agent add Helper"])
async def test_what_needs_a_window_says_how_to_open_it(ada: Person, typed: str) -> None:
    await ada.types(typed, where=ada.channel)
    assert told(ada) == [
        "A message can't open a window. Type the same words after `/rungs` in the channel."
    ]


async def test_stop_and_undo_in_a_channel(long_stage: Stage, ada: Person) -> None:
    await assessed(ada)
    await ada.types("@Rungs please stop messaging me", where=ada.channel)
    assert told(ada)[-1].startswith("*Stopped.*")
    assert await cadence(long_stage, ada) == "off"
    await ada.clicks("Undo", where=ada.channel)
    assert await cadence(long_stage, ada) == "fortnightly"


async def cadence(stage: Stage, person: Person) -> str | None:
    async with stage.database.read() as session:
        pace = await checkins.get_pace(session, person.key)
    return pace.cadence if pace else None


@pytest.mark.parametrize(
    "changed",
    [
        {"bot_id": "B0OTHERBOT0"},
        {"user": None},
        {"user": "U0RUNGS0BOT"},
        {"subtype": "bot_message"},
        {"subtype": "message_changed"},
        {"edited": {"user": "U0ADAOKAFOR", "ts": "1.2"}},
        {"channel": "D0DIRECT000", "channel_type": "im"},
        # What Slack sends about a file that the bot shared in a direct message.
        {"type": "message", "channel_type": "im", "user": "U0RUNGS0BOT", "subtype": "file_share"},
    ],
)
async def test_bots_and_edits_get_no_answer(
    long_stage: Stage, ada: Person, changed: dict[str, Any]
) -> None:
    posts = len(long_stage.calls("chat.postEphemeral")) + len(long_stage.calls("chat.postMessage"))
    await mention(long_stage, ada, "stop", **changed)
    after = len(long_stage.calls("chat.postEphemeral")) + len(long_stage.calls("chat.postMessage"))
    assert after == posts
    assert await cadence(long_stage, ada) is None


@pytest.mark.parametrize("field", ["team", "user_team", "source_team"])
async def test_somebody_of_another_company_is_told_that_it_is_not_theirs(
    long_stage: Stage, ada: Person, field: str
) -> None:
    await mention(long_stage, ada, "stop", **{field: "T0SOMEONEELSE"})
    (said,) = told(ada)
    assert said.startswith("You're from another organization")
    assert await cadence(long_stage, ada) is None


async def test_a_mention_in_a_thread_is_answered_in_the_thread(
    long_stage: Stage, ada: Person
) -> None:
    await mention(long_stage, ada, "hello", thread_ts="1700000000.000100")
    call = long_stage.calls("chat.postEphemeral")[-1]
    assert call.arguments["thread_ts"] == "1700000000.000100"
    assert call.arguments["user"] == ada.id


@pytest.mark.parametrize("text", ["hello", "agents", "help", "what is my level"])
async def test_a_repeated_delivery_is_answered_once(
    long_stage: Stage, ada: Person, text: str
) -> None:
    stamp = long_stage.playground.workspace.new_ts()
    for _ in range(2):
        await mention(long_stage, ada, text, ts=stamp)
    assert len(told(ada)) == 1


async def test_where_slack_refuses_it_the_answer_is_in_the_dm(
    long_stage: Stage, ada: Person
) -> None:
    long_stage.playground.faults.add("chat.postEphemeral", "user_not_in_channel", times=1)
    await ada.types("@Rungs what is my level?", where=ada.channel)
    assert told(ada) == []
    assert "You have no result yet" in ada.reads()


async def test_an_app_without_the_scope_works_and_doctor_says_so(
    long_stage: Stage, ada: Person, tmp_path: Any
) -> None:
    service = long_stage.playground.service
    every = service.granted
    service.granted = frozenset({"chat:write", "im:history", "im:write", "users:read", "commands"})
    try:
        await ada.types("@Rungs hello", where=ada.channel)
        assert told(ada) == []
        await ada.types("who sees this?")
        assert "Nobody else in Slack sees your answers" in ada.reads()
    finally:
        service.granted = every
    found = scopes_finding(",".join(set(SCOPES) - OPTIONAL))
    assert found.is_fine
    assert "Without app_mentions:read, @Rungs gets no answer in channels" in str(found)
    assert scopes_finding(",".join(SCOPES)).note is None
    older = tmp_path / "manifest.json"
    older.write_text(
        json.dumps(
            {
                "oauth_config": {"scopes": {"bot": sorted(set(SCOPES) - OPTIONAL)}},
                "settings": {"event_subscriptions": {"bot_events": sorted(set(EVENTS) - OPTIONAL)}},
                "features": {"slash_commands": [{"command": "/rungs"}]},
            }
        )
    )
    assert manifest_problem(older) is None
