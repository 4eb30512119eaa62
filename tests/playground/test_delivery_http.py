"""Signed requests, acknowledgements, and what people see when there is none."""

import pytest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground.server import Playground, running
from tests.playground.people import (
    ADA,
    GROWTH,
    PRODUCT,
    actions,
    button,
    section,
    still_clock,
    until,
)
from tests.playground.request_url import request_url


async def test_requests_are_signed(playground: Playground) -> None:
    async with request_url(playground) as url:
        await playground.command(ADA, PRODUCT, "/rungs ünïcode")
        await playground.open_home(ADA)
    verifier = SignatureVerifier(playground.credentials.signing_secret)
    assert len(url.received) == 2
    for request in url.received:
        assert verifier.is_valid_request(request.body, request.headers)
        assert not SignatureVerifier("other").is_valid_request(request.body, request.headers)
    assert url.received[0].headers["content-type"] == "application/x-www-form-urlencoded"


async def test_the_answer_to_a_command_is_shown_to_that_person_alone(
    playground: Playground,
) -> None:
    async with request_url(playground) as url:
        url.answers = [PlainTextResponse("Hello"), JSONResponse({"blocks": [section()]})]
        for _ in range(2):
            assert (await playground.command(ADA, PRODUCT, "/rungs")).ok
    shown = [
        m
        for m in playground.workspace.conversations[PRODUCT].messages.values()
        if m.only_for == ADA
    ]
    assert [bool(m.blocks) for m in shown] == [False, True]


async def test_an_answer_that_slack_refuses_is_an_error(playground: Playground) -> None:
    async with request_url(playground) as url:
        url.answers = [JSONResponse({"text": "x", "blocks": [section("")]})]
        outcome = await playground.command(ADA, PRODUCT, "/rungs")
    assert outcome.shown == '/rungs failed with the error "invalid_blocks"'


@pytest.mark.parametrize("status", [404, 500])
async def test_a_failing_app_is_shown(
    playground: Playground, slack: AsyncWebClient, status: int
) -> None:
    posted = await slack.chat_postMessage(
        channel=ADA, text="x", blocks=[actions(button(action_id="a"), block_id="b")]
    )
    container = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    async with request_url(playground) as url:
        url.answers = [Response(status_code=status), Response(status_code=status)]
        command = await playground.command(ADA, PRODUCT, "/rungs")
        click = await playground.act(ADA, container, "b", "a")
    assert command.shown == '/rungs failed with the error "dispatch_failed"'
    assert click.shown == f"This app responded with Status Code {status}."


async def test_an_app_that_is_not_there(playground: Playground) -> None:
    unconnected = await playground.command(ADA, PRODUCT, "/rungs")
    playground.deliver_over_http("http://127.0.0.1:9/slack")
    gone = await playground.command(ADA, PRODUCT, "/rungs")
    assert [one.shown for one in (unconnected, gone)] == [
        '/rungs failed with the error "dispatch_failed"'
    ] * 2


async def test_three_seconds_are_the_limit(playground: Playground) -> None:
    async with request_url(playground) as url:
        url.delay = 3.5
        outcome = await playground.command(ADA, PRODUCT, "/rungs")
    assert outcome.shown == '/rungs failed with the error "operation_timeout"'
    assert 3.0 <= outcome.seconds < 3.4


async def test_events_are_retried_with_the_same_id() -> None:
    async with (
        running(Playground(clock=still_clock())) as playground,
        request_url(playground) as url,
    ):
        url.answers = [Response(status_code=500) for _ in range(4)]
        await playground.open_home(ADA)
        await until(lambda: noted(playground) == 2)
        for minutes, count in ((1, 3), (5, 4)):
            playground.clock.advance(minutes * 60 - 1)
            await playground.command(ADA, PRODUCT, "/rungs")  # time passes, nothing more is sent
            assert len(events(url.received)) == count - 1
            playground.clock.advance(1)
            await until(lambda wanted=count: noted(playground) == wanted)  # type: ignore[misc]
    sent = events(url.received)
    assert len({one.event_id for one in sent}) == 1
    assert [one.headers.get("x-slack-retry-num") for one in sent] == [None, "1", "2", "3"]
    assert {one.headers.get("x-slack-retry-reason") for one in sent[1:]} == {"http_error"}


def noted(playground: Playground) -> int:
    """Return how many deliveries of the event are over; the next one is then waiting for its time."""
    return sum(entry.name == "app_home_opened" for entry in playground.service.journal.entries)


def events(received: list) -> list:  # type: ignore[type-arg]
    """Return the requests that carry an event."""
    return [one for one in received if one.headers["content-type"] == "application/json"]


async def test_an_app_can_refuse_retries(playground: Playground) -> None:
    async with request_url(playground) as url:
        url.answers = [Response(status_code=500, headers={"x-slack-no-retry": "1"})]
        await playground.open_home(ADA)
        await playground.open_home(ADA)
    assert len(url.received) == 2
    assert len({one.event_id for one in url.received}) == 2


async def test_only_subscribed_events_and_registered_commands_arrive() -> None:
    manifest = {
        "features": {"slash_commands": [{"command": "/rungs", "description": "x"}]},
        "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
        "oauth_config": {"scopes": {"bot": ["chat:write", "im:history"]}},
    }
    async with running(Playground(manifest=manifest)) as playground, request_url(playground) as url:
        await playground.open_home(ADA)
        await playground.message(ADA, PRODUCT, "in a channel")
        await playground.message(ADA, playground.workspace.dm(ADA).id, "in a direct message")
        unknown = await playground.command(ADA, PRODUCT, "/other")
        assert (await playground.command(ADA, PRODUCT, "/rungs")).ok
    assert unknown.shown == "/other is not a valid command."
    assert len(url.received) == 2


async def test_the_end_is_told_before_it_comes(playground: Playground) -> None:
    async with request_url(playground) as url:
        await playground.lifecycle("tokens_revoked")
        await playground.lifecycle("app_uninstalled")
        await playground.open_home(ADA)
        command = await playground.command(ADA, PRODUCT, "/rungs")
    assert command.shown == "/rungs is not a valid command."
    assert len(url.received) == 2
    assert '"bot": ["U0RUNGS0BOT"]' in url.received[0].body


async def test_a_changed_person_is_told_whole(playground: Playground) -> None:
    async with request_url(playground) as url:
        await playground.lifecycle("deactivate", user=ADA)
    assert '"deleted": true' in url.received[0].body
    assert GROWTH not in url.received[0].body
