"""The app removed, people gone, permissions missing, a failing database: logs, and replies."""

import asyncio
import io
import json
import logging
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from bot import logs
from bot.logs import JsonLines
from storage import members, workspaces
from tests.eventually import levels_kept
from tests.stage import Person, Stage, shown

TOKEN_ERRORS = ["token_revoked", "invalid_auth", "account_inactive", "not_authed", "token_expired"]
CHANNEL_ERRORS = ["channel_not_found", "is_archived", "not_in_channel"]
ENOUGH = 5


class Lines:
    """Collect the bot's log as an operator reads it."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def of(self, event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in lines if line["event"] == event]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Collect the bot's log as `LOG_LEVEL=DEBUG` writes it."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("DEBUG")
    assert isinstance(root.handlers[0].formatter, JsonLines)
    yield Lines(stream)
    root.handlers[:] = before
    root.setLevel(level)


async def still_serves(stage: Stage, person: Person) -> None:
    """Check that the bot answers again once Slack does."""
    stage.playground.faults.clear()
    await person.types("/rungs assess engineering", where=person.channel)
    if person.messages() and "You have a self-check open" in person.reads():
        await person.clicks("Continue")
    await person.answers("CCC")
    assert await levels_kept(person) == [[2, 2, 2]]


@pytest.mark.parametrize("error", TOKEN_ERRORS)
async def test_a_withdrawn_token_is_said_with_advice_and_not_tried_forever(
    stage: Stage, ada: Person, log: Lines, error: str
) -> None:
    stage.playground.faults.add("*", error, times=1000)
    before = len(stage.playground.calls)
    await ada.types("/rungs assess engineering", where=ada.channel)
    assert len(stage.playground.calls) - before < ENOUGH
    (line,) = log.of("workspace_disconnected")
    assert "Install the app again" in line["advice"]
    assert line["request"] != "-"
    async with stage.database.read() as session:
        workspace = await workspaces.get(session, ada.key.workspace_id)
        assert workspace
        assert workspace.disconnect_reason == error
    await still_serves(stage, ada)


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_a_removed_app_is_noted_and_the_data_stays(
    stage: Stage, ada: Person, log: Lines, event: str
) -> None:
    await ada.types("/rungs assess engineering")
    await ada.answers("ABC")
    await stage.playground.lifecycle(event)
    await stage.settle()
    (line,) = log.of("workspace_disconnected")
    assert line["reason"] == event
    assert "Install the app again" in line["advice"]
    assert await levels_kept(ada) == [[1, 1.5, 2]]
    calls = len(stage.playground.calls)
    await ada.types("/rungs me", where=ada.channel)
    await ada.types("/rungs assess", where=ada.channel)
    assert len(stage.playground.calls) - calls < ENOUGH


@pytest.mark.parametrize(
    "tokens",
    [{"oauth": ["U0ADAOKAFOR"], "bot": []}, {"oauth": ["U0ADAOKAFOR"]}, {"bot": None}, {}, None],
)
async def test_tokens_of_people_alone_do_not_stop_the_bot(
    stage: Stage, ada: Person, log: Lines, tokens: dict[str, list[str]] | None
) -> None:
    event = {"type": "tokens_revoked", "tokens": tokens}
    stage.playground.service.events.publish(stage.playground.workspace, event)
    await stage.settle()
    assert log.of("workspace_disconnected") == []
    async with stage.database.read() as session:
        workspace = await workspaces.get(session, ada.key.workspace_id)
        assert workspace
        assert workspace.disconnected_at is None
    await still_serves(stage, ada)


async def test_somebody_deactivated_is_noted(stage: Stage, ada: Person, log: Lines) -> None:
    stage.playground.faults.add("conversations.open", "user_disabled", times=1000)
    before = len(stage.playground.calls)
    await ada.types("/rungs assess engineering", where=ada.channel)
    assert len(stage.playground.calls) - before < ENOUGH
    assert log.of("undeliverable")[0]["reason"] == "user_disabled"
    async with stage.database.read() as session:
        member = await members.get(session, ada.key)
        assert member
        assert member.deactivated_at
    await still_serves(stage, ada)


@pytest.mark.parametrize("error", CHANNEL_ERRORS)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_conversation_that_is_gone_is_said_to_the_member(
    stage: Stage, ada: Person, log: Lines, method: str, error: str
) -> None:
    if method == "chat.update":
        await ada.types("/rungs assess engineering", where=ada.channel)
    stage.playground.faults.add(method, error, times=1000)
    before = len(stage.playground.calls)
    if method == "chat.update":
        await ada.clicks("C")
        place = ada.dm
    else:
        await ada.types("/rungs assess engineering", where=ada.channel)
        place = ada.channel
    assert len(stage.playground.calls) - before < ENOUGH
    assert "didn't work" in ada.reads(place)
    assert log.of("undeliverable")[0]["reason"] == error
    stage.playground.faults.clear()
    if method == "chat.update":
        await ada.types("/rungs assess", where=ada.channel)
        await ada.clicks("Continue")
        await ada.answers("CC")
        assert await levels_kept(ada) == [[2, 2, 2]]
    else:
        await still_serves(stage, ada)


async def test_a_missing_scope_is_named(stage: Stage, ada: Person, log: Lines) -> None:
    stage.playground.service.granted = frozenset({"commands", "chat:write"})
    await ada.types("/rungs assess engineering", where=ada.channel)
    (line,) = log.of("scope_missing")
    assert "manifest.json" in line["advice"]
    assert "im:write" in log.of("undeliverable")[0]["reason"]
    assert "didn't work" in ada.reads(ada.channel)
    stage.playground.service.granted = None
    await still_serves(stage, ada)


def break_table(stage: Stage, statement: str) -> None:
    """Change the database directly."""
    with sqlite3.connect(str(stage.database.url.database)) as connection:
        connection.execute(statement)


@pytest.mark.parametrize("how", ["click", "command", "message", "home"])
async def test_a_listener_that_breaks_tells_the_member_a_code_that_stands_in_the_log(
    stage: Stage, ada: Person, log: Lines, how: str
) -> None:
    await ada.types("/rungs assess engineering", where=ada.channel)
    break_table(stage, "ALTER TABLE answer RENAME TO lost")
    break_table(stage, "ALTER TABLE inbound RENAME TO lost_too")
    break_table(stage, "ALTER TABLE step RENAME TO lost_three")
    place = ada.dm
    if how == "click":
        await ada.clicks("D")
    elif how == "command":
        await ada.types("/rungs me", where=ada.channel)
        place = ada.channel
    elif how == "message":
        await ada.types("what can you do")
    else:
        await ada.opens_home()
    (line,) = log.of("listener_failed")
    assert "Traceback" in line["trace"]
    assert f"`{line['request']}`" in ada.reads(place)
    assert "Traceback" not in everything_read(ada)
    assert "sql" not in everything_read(ada).lower()
    assert ada.id not in line["trace"]
    break_table(stage, "ALTER TABLE lost RENAME TO answer")
    break_table(stage, "ALTER TABLE lost_too RENAME TO inbound")
    break_table(stage, "ALTER TABLE lost_three RENAME TO step")
    await ada.types("/rungs assess engineering", where=ada.channel)
    await ada.answers("CCC")
    assert await levels_kept(ada) == [[2, 2, 2]]


async def test_a_broken_database_and_a_broken_slack_at_once_leave_a_line_and_no_crash(
    stage: Stage, ada: Person, log: Lines
) -> None:
    await ada.types("/rungs assess engineering", where=ada.channel)
    break_table(stage, "ALTER TABLE member RENAME TO lost")
    stage.playground.faults.add("*", "account_inactive", times=1000)
    await ada.types("hello")
    await ada.types("/rungs assess", where=ada.channel)
    assert {line["outcome"] for line in log.of("interaction")[1:]} <= {"error", "account_inactive"}
    assert len(log.of("interaction")) == 3
    break_table(stage, "ALTER TABLE lost RENAME TO member")
    stage.playground.faults.clear()
    await ada.clicks("B")
    assert "2 of 3" in ada.reads()


def everything_read(person: Person) -> str:
    places = person.stage.playground.workspace.conversations
    return "\n".join(
        shown(m) for c in places.values() if person.id in c.members for m in person.messages(c.id)
    )


async def test_the_log_holds_nothing_that_a_member_said(
    stage: Stage, ada: Person, log: Lines
) -> None:
    credentials = stage.playground.credentials
    await ada.types("/rungs assess", where=ada.channel)
    await ada.clicks("Engineering")
    chosen = [line for line in ada.reads().splitlines() if line.startswith("*D.*")]
    await ada.answers("DDB")
    await ada.clicks("Why this result")
    await ada.closes()
    await ada.clicks("I'll try it")
    await ada.types("My manager Xanthippe must not hear of this zebra")
    await ada.types("/rungs asess zebra", where=ada.channel)
    await ada.types("/rungs export", where=ada.channel)
    await ada.types("/rungs map zebra", where=ada.channel)
    await ada.opens_home()
    await stage.playground.command(ada.id, ada.channel, "/rungs forget")
    await stage.settle()
    secrets = (credentials.bot_token, credentials.app_token, credentials.signing_secret)
    said = ("zebra", "Xanthippe", ada.name, "Okafor", chosen[0][6:40], "AI-Integrated", "respond/")
    for secret in (*secrets, *said):
        assert secret not in log.text
    lines = log.of("interaction")
    assert len({line["request"] for line in lines}) == len(lines) > 10
    assert all(line["outcome"] == "ok" for line in lines)


async def test_the_acknowledgement_waits_for_no_database(
    stage: Stage, ada: Person, log: Lines
) -> None:
    await ada.types("/rungs assess engineering", where=ada.channel)
    blocking = sqlite3.connect(str(stage.database.url.database), isolation_level=None)
    blocking.execute("BEGIN IMMEDIATE")
    message, block, element = ada._find("D", on=None, where=None)
    acts = [
        ada.clicks_element(message, block, element),
        stage.playground.command(ada.id, ada.channel, "/rungs assess"),
        stage.playground.command(ada.id, ada.channel, "/rungs tip"),
    ]
    outcomes = [await act for act in acts]
    assert [outcome.ok for outcome in outcomes] == [True] * 3
    assert max(outcome.seconds for outcome in outcomes) < 0.5
    await asyncio.sleep(5)
    assert "1 of 3" in ada.reads()
    blocking.execute("ROLLBACK")
    blocking.close()
    await stage.settle()
    assert "You have a self-check open:" in everything_read(ada)
    assert "one of three answered" in everything_read(ada)
    assert not log.of("listener_failed")


async def test_the_acknowledgement_waits_for_no_slack(stage: Stage, ada: Person) -> None:
    stage.playground.faults.add("conversations.open", "slow_before", seconds=0.8)
    outcome = await stage.playground.command(ada.id, ada.channel, "/rungs assess engineering")
    assert outcome.ok
    assert outcome.seconds < 0.5
    await stage.settle()
    assert [("1 of 3" in shown(m)) for m in ada.messages()] == [True]


@pytest.mark.parametrize("error", CHANNEL_ERRORS)
async def test_a_conversation_that_is_gone_is_opened_anew_by_the_next_act(
    stage: Stage, ada: Person, error: str
) -> None:
    await ada.types("/rungs assess engineering", where=ada.channel)
    opened = len(stage.calls("conversations.open"))
    stage.playground.faults.add("chat.postMessage", error)
    await ada.types("/rungs tip", where=ada.channel)
    await ada.clicks("A")
    await ada.answers("AA")
    stage.playground.faults.add("chat.postMessage", error)
    await ada.types("/rungs tip", where=ada.channel)
    await ada.types("/rungs tip", where=ada.channel)
    assert len(stage.calls("conversations.open")) > opened
    assert "Done when" in ada.reads()
