"""Random requests: the answer is never 500 or more, and nothing is stored."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storage.assessments.assessments import Assessment
from storage.members import Member
from tests.slack.raw_requests import JSON, click, exchange, knock, signed
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LINE = st.binary(max_size=90).map(lambda b: b.replace(b"\r", b"").replace(b"\n", b""))
NAMES = st.sampled_from(
    [b"X-Slack-Request-Timestamp", b"X-Slack-Signature", b"Content-Type", b"X-Slack-Retry-Num"]
)
HTTP_LINES = st.sampled_from(
    [b"POST /slack/events HTTP/1.1", b"GET / HTTP/1.0", b"OPTIONS * HTTP/1.1", b"Host: x", b"Host: y",
     b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999999999999999999999",
     b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"Expect: 100-continue",
     b"Connection: upgrade", b"Upgrade: websocket", b"Upgrade: h2c", b" folded", b"X\x00Y: 1"]
)  # fmt: skip
TYPES = st.sampled_from([JSON, "application/x-www-form-urlencoded", "text/plain", "", "a/b; c"])
WORDS = st.sampled_from(
    ["type", "team", "team_id", "user", "user_id", "id", "event", "command", "text", "actions",
     "action_id", "value", "container", "message_ts", "channel", "channel_id", "view", "payload",
     "authorizations", "enterprise", "is_enterprise_install", "callback_id", "trigger_id",
     "response_url", "ssl_check", "challenge", "selected_option", "block_id", "token"]
)  # fmt: skip
SAID = st.sampled_from(
    ["block_actions", "event_callback", "view_submission", "view_closed", "shortcut", "message",
     "app_home_opened", "url_verification", "message_action", "block_suggestion", "/rungs", "U1",
     "tokens_revoked", "answer_chosen:A", "map_level:2", "question_back", "a|1|b|nan", "T0HARBORPIN"]
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | SAID
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=12,
)
OBJECTS = st.dictionaries(WORDS, VALUES, max_size=8)


async def rows(stage: Stage) -> int:
    async with stage.database.read() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(t)) for t in (Member, Assessment)
        ]
    return sum(count or 0 for count in counts)


@EXAMPLES
@given(headers=st.lists(st.tuples(NAMES, LINE), max_size=5), body=st.binary(max_size=300))
async def test_any_header_and_any_body(
    long_stage: Stage, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    assert await knock(long_stage, headers, body) in range(400, 500)
    assert await rows(long_stage) == 0


@EXAMPLES
@given(more=st.lists(st.tuples(NAMES, LINE), min_size=1, max_size=3), is_first=st.booleans())
async def test_genuine_headers_beside_others(
    long_stage: Stage, more: list[tuple[bytes, bytes]], is_first: bool
) -> None:
    body = click(long_stage, actions=[{"action_id": "unheard_of"}])
    genuine = signed(long_stage, body)
    headers = [*more, *genuine] if is_first else [*genuine, *more]
    is_doubled = any(name != b"X-Slack-Retry-Num" for name, _ in more)
    expected = range(400, 500) if is_doubled else range(200, 500)
    assert await knock(long_stage, headers, body) in expected


@EXAMPLES
@given(raw=st.binary(max_size=200), lines=st.lists(HTTP_LINES, max_size=6))
async def test_any_bytes_on_the_connection(
    long_stage: Stage, raw: bytes, lines: list[bytes]
) -> None:
    sent = b"\r\n".join([*lines, b"", raw])
    status = await exchange(str(long_stage.address), sent, is_all=True)
    assert status < 500


@EXAMPLES
@given(body=st.binary(max_size=400), content_type=TYPES)
async def test_signed_noise(long_stage: Stage, body: bytes, content_type: str) -> None:
    headers = signed(long_stage, body, content_type=content_type)
    assert await knock(long_stage, headers, body) in range(200, 500)
    assert await rows(long_stage) == 0


@EXAMPLES
@given(payload=OBJECTS | VALUES, form=st.sampled_from(["payload", "fields", "json"]))
async def test_signed_json_that_nearly_is_a_payload(
    long_stage: Stage, payload: Any, form: str
) -> None:
    kind = "application/x-www-form-urlencoded"
    if form == "payload":
        body = urlencode({"payload": json.dumps(payload)}).encode()
    elif form == "fields":
        fields = payload if isinstance(payload, dict) else {"text": payload}
        body = urlencode({k: str(v) for k, v in fields.items()}, errors="replace").encode()
    else:
        body, kind = json.dumps(payload).encode(), JSON
    status = await knock(long_stage, signed(long_stage, body, content_type=kind), body)
    assert status in range(200, 500)


@EXAMPLES
@given(changed=OBJECTS)
async def test_a_click_with_parts_exchanged(long_stage: Stage, changed: dict[str, Any]) -> None:
    body = click(long_stage, **changed)
    assert await knock(long_stage, signed(long_stage, body), body) in range(200, 500)


@EXAMPLES
@given(changed=OBJECTS)
async def test_an_event_with_parts_exchanged(long_stage: Stage, changed: dict[str, Any]) -> None:
    event = {"type": "message", "channel_type": "im", "user": "U1", "text": "hi"} | changed
    body = json.dumps({"type": "event_callback", "team_id": "T0HARBORPIN", "event": event}).encode()
    status = await knock(long_stage, signed(long_stage, body, content_type=JSON), body)
    assert status in range(200, 500)
