"""The request guard: requests that are unsigned, stale, repeated or malformed are refused."""

import json
import logging
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.inbound import Inbound
from storage.members import Member
from tests.slack.raw_requests import (
    JSON,
    Headers,
    click,
    command,
    exchange,
    head_of,
    knock,
    serving,
    signed,
)
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")
GENUINE = 200


async def traces(stage: Stage) -> tuple[int, ...]:
    """Return what an accepted request would have left: rows, and calls to Slack."""
    await stage.settle()
    async with stage.database.read() as session:
        rows = [
            await session.scalar(select(func.count()).select_from(t)) for t in (Member, Inbound)
        ]
    return (*(row or 0 for row in rows), len(stage.playground.calls))


async def refused(stage: Stage, headers: Headers, body: bytes) -> None:
    """Check that the request is answered with 4xx and changes nothing."""
    before = await traces(stage)
    status = await knock(stage, headers, body)
    assert 400 <= status < 500, status
    assert await traces(stage) == before


def replaced(headers: Headers, name: bytes, value: bytes | None) -> Headers:
    others = [(n, v) for n, v in headers if n != name]
    return others if value is None else [*others, (name, value)]


async def test_what_slack_sends_is_taken(long_stage: Stage) -> None:
    body = click(long_stage)
    before = await traces(long_stage)
    assert await knock(long_stage, signed(long_stage, body), body) == GENUINE
    assert await traces(long_stage) != before


async def test_a_wrong_secret_is_refused(long_stage: Stage) -> None:
    body = command(long_stage)
    await refused(long_stage, signed(long_stage, body, secret="another"), body)


async def test_a_body_that_was_changed_is_refused(long_stage: Stage) -> None:
    headers = signed(long_stage, command(long_stage))
    await refused(long_stage, headers, command(long_stage, text="assess sales"))


@pytest.mark.parametrize("seconds", [-301, -86_400, 302, 86_400])
async def test_stale_and_future_timestamps_are_refused(long_stage: Stage, seconds: int) -> None:
    body = command(long_stage)
    await refused(long_stage, signed(long_stage, body, at=time.time() + seconds), body)


@pytest.mark.parametrize(
    "value",
    [None, b"", b"now", b"1e9", b"-1700000000", b"17000000000", b"1700000000.5",
     b"\xd9\xa1\xd9\xa7" * 5, "１７００００００００".encode(), b"\xff\xfe", b"1700000000 "],
)  # fmt: skip
async def test_strange_timestamps_are_refused(long_stage: Stage, value: bytes | None) -> None:
    body = command(long_stage)
    headers = replaced(signed(long_stage, body), b"X-Slack-Request-Timestamp", value)
    await refused(long_stage, headers, body)


@pytest.mark.parametrize(
    "value",
    [None, b"", b"v0=", b"v0=" + b"0" * 64, b"v0=" + b"Z" * 64, b"v1=" + b"0" * 64,
     "v0=ü".encode(), b"\xff" * 67, b"v0=" + b"a" * 6400],
)  # fmt: skip
async def test_strange_signatures_are_refused(long_stage: Stage, value: bytes | None) -> None:
    body = command(long_stage)
    headers = replaced(signed(long_stage, body), b"X-Slack-Signature", value)
    await refused(long_stage, headers, body)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"payload=\xc3\x28", "application/x-www-form-urlencoded"),
        (b"payload=not+json", "application/x-www-form-urlencoded"),
        (b"payload=%5B1%2C2%5D", "application/x-www-form-urlencoded"),
        (b"payload=null", "application/x-www-form-urlencoded"),
        (b"payload=%22words%22", "application/x-www-form-urlencoded"),
        (b"payload=17", "application/x-www-form-urlencoded"),
        (b"team_id=T0HARBORPIN&command=%2Frungs", JSON),
        (b"", JSON),
        (b"[]", JSON),
        (b"17", JSON),
        (b'"words"', JSON),
        (b"null", JSON),
        (b"{", JSON),
        (b'{"type": "block_actions"}', "text/plain"),
        (b"[" * 100_000, JSON),
        (b'{"a":' * 50_000, JSON),
        (b"<xml/>", "application/xml"),
        (b'--b\r\nContent-Disposition: form-data; name="payload"\r\n\r\n{}\r\n--b--\r\n',
         "multipart/form-data; boundary=b"),
    ],
)  # fmt: skip
async def test_a_body_that_is_not_what_it_says_is_refused(
    long_stage: Stage, body: bytes, content_type: str
) -> None:
    await refused(long_stage, signed(long_stage, body, content_type=content_type), body)


@pytest.mark.parametrize(
    "changed",
    [
        {"actions": ["a"]},
        {"actions": {"action_id": "assessment_started"}},
        {"actions": [{"action_id": "assessment_started"}], "user": None},
        {"user": "U0ADAOKAFOR"},
        {"user": {}},
        {"container": "x"},
        {"view": ["x"]},
    ],
)
async def test_a_click_with_a_part_missing_is_refused(
    long_stage: Stage, changed: dict[str, Any]
) -> None:
    body = click(long_stage, **changed)
    await refused(long_stage, signed(long_stage, body), body)


@pytest.mark.parametrize("part", ["user_id"])
async def test_a_command_with_a_part_missing_is_refused(long_stage: Stage, part: str) -> None:
    body = command(long_stage, **{part: None})
    await refused(long_stage, signed(long_stage, body), body)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback"},
        {"type": "event_callback", "team_id": "T0HARBORPIN"},
        {"type": "event_callback", "team_id": "T0HARBORPIN", "event": "message"},
        {"type": "event_callback", "team_id": "T0HARBORPIN", "event": {"type": "app_home_opened"}},
        {"type": "event_callback", "team_id": "T0HARBORPIN",
         "event": {"type": "message", "channel_type": "im", "channel": "D1", "text": "assess"}},
    ],
)  # fmt: skip
async def test_an_event_with_a_part_missing_changes_nothing(
    long_stage: Stage, body: dict[str, Any]
) -> None:
    before = await traces(long_stage)
    raw = json.dumps(body).encode()
    status = await knock(long_stage, signed(long_stage, raw, content_type=JSON), raw)
    assert 200 <= status < 500
    assert await traces(long_stage) == before


@pytest.mark.parametrize("actions", [None, [], [{}], [{"action_id": "unheard_of"}]])
async def test_a_click_on_nothing_we_know_changes_nothing(
    long_stage: Stage, actions: list[Any] | None
) -> None:
    before = await traces(long_stage)
    body = click(long_stage, actions=actions)
    assert 200 <= await knock(long_stage, signed(long_stage, body), body) < 500
    assert await traces(long_stage) == before


@pytest.mark.parametrize("field", ["team", "team_id"])
async def test_what_names_no_workspace_changes_nothing(long_stage: Stage, field: str) -> None:
    before = await traces(long_stage)
    body = click(long_stage, team=None) if field == "team" else command(long_stage, team_id=None)
    status = await knock(long_stage, signed(long_stage, body), body)
    assert 200 <= status < 500
    assert await traces(long_stage) == before


async def test_a_body_over_a_megabyte_is_refused(long_stage: Stage) -> None:
    body = command(long_stage, text="x" * 1_000_001)
    await refused(long_stage, signed(long_stage, body), body)


async def test_a_replay_is_refused(long_stage: Stage) -> None:
    body = command(long_stage, trigger_id="9.9.9")
    headers = signed(long_stage, body)
    assert await knock(long_stage, headers, body) == GENUINE
    for _ in range(3):
        await refused(long_stage, headers, body)


async def test_a_forged_copy_does_not_keep_the_genuine_one_out(long_stage: Stage) -> None:
    body = command(long_stage, trigger_id="8.8.8")
    headers = signed(long_stage, body)
    await refused(long_stage, headers, body + b"&text=other")
    assert await knock(long_stage, headers, body) == GENUINE


@pytest.mark.parametrize(
    ("name", "other"),
    [
        (b"X-Slack-Signature", b"v0=" + b"0" * 64),
        (b"X-Slack-Request-Timestamp", b"1700000000"),
        (b"Content-Type", JSON.encode()),
    ],
)
@pytest.mark.parametrize("is_last", [True, False])
async def test_a_header_that_comes_twice_is_refused(
    long_stage: Stage, name: bytes, other: bytes, is_last: bool
) -> None:
    body = command(long_stage, trigger_id="7.7.7")
    headers, more = signed(long_stage, body), [(name, other)]
    await refused(long_stage, [*headers, *more] if is_last else [*more, *headers], body)


async def test_an_unsigned_certificate_check_is_refused(long_stage: Stage) -> None:
    body = b"ssl_check=1&token=x"
    await refused(long_stage, signed(long_stage, body, secret="another"), body)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        (b"X-Slack-Request-Timestamp", b"1700000000", 401),
        (b"X-Slack-Signature", b"v0=", 401),
        (b"Content-Type", b"text/plain", 415),
        (b"Content-Length", b"1000001", 413),
    ],
)
async def test_headers_are_judged_before_the_body_comes(
    long_stage: Stage, name: bytes, value: bytes, status: int
) -> None:
    headers = replaced(signed(long_stage, b"text"), name, value)
    assert await exchange(str(long_stage.address), head_of(headers, 900)) == status


async def test_a_forged_body_is_not_parsed(long_stage: Stage) -> None:
    body = b"a&" * 499_999
    headers = signed(long_stage, body, secret="another")
    began = time.process_time()
    for _ in range(5):
        assert await knock(long_stage, headers, body) == 401
    assert time.process_time() - began < 0.5, "Parsing one takes 0.3 seconds."


async def test_while_the_secret_is_changed_both_are_taken(long_stage: Stage) -> None:
    async with serving(long_stage, secrets=("new", "old")) as address:
        for secret, status in (("new", 200), ("old", 200), ("another", 401), ("", 401)):
            body = command(long_stage, text="help", trigger_id=f"6.6.{secret}")
            headers = signed(long_stage, body, secret=secret or None)
            assert await knock(long_stage, headers, body, address=address) == status
    await long_stage.settle()


async def test_the_log_says_why_a_request_was_refused(
    long_stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    body = command(long_stage, text="help", trigger_id="5.5.5")
    genuine = signed(long_stage, body)
    refusals = [
        (signed(long_stage, body, secret="another"), body),
        (signed(long_stage, body, at=time.time() - 4000), body),
        (signed(long_stage, body, at=time.time() + 4000), body),
        (replaced(genuine, b"X-Slack-Signature", None), body),
        ([*genuine, (b"Content-Length", b"1000001")], b""),
        (genuine, body),
    ]
    async with serving(long_stage) as address:
        assert await knock(long_stage, genuine, body, address=address) == GENUINE
        for headers, sent in [*refusals, *refusals[:1]]:
            assert await knock(long_stage, headers, sent, address=address) in (401, 413)
    await long_stage.settle()
    records = [record for record in caplog.records if record.getMessage() == "request_refused"]
    lines = [
        (record.reason, record.found.replace("4001", "4000"), record.count)  # type: ignore[attr-defined]
        for record in records
    ]
    assert lines == [
        ("wrong signature", "", 1),
        ("clock differs", "by 4000 seconds, this computer is ahead", 1),
        ("malformed", "0 headers x-slack-signature", 1),
        ("too large", "1000001 bytes", 1),
        ("sent before", "", 1),
    ]
    assert all(record.levelno == logging.WARNING for record in records)
