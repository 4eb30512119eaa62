"""Tokens that end: exchanged once across all processes, before they end or when a call needs it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.features.installs.operators import rotate_keys
from bot.features.installs.tokens import StoredTokens, TokenStore, refresh_ending
from bot.slack.errors import Unsure
from storage.installs.installs import Installation
from storage.installs.token_keys import TokenKeys
from tests.databases import open_database
from tests.installs.many import KEYS, LAB, LARK, Many
from tests.stage import BOTH


@pytest.fixture
async def installed(many: Many) -> Many:
    """The service with one workspace."""
    await many.installs(LARK)
    return many


def store_of(many: Many) -> TokenStore:
    assert many.coaching.pages
    return many.coaching.pages.service.store


async def row_of(many: Many, team: str = LARK) -> Installation:
    row = await many.row(team)
    assert row
    return row


async def source(many: Many, **other: Any) -> StoredTokens:
    return StoredTokens(replace(store_of(many), **other), await row_of(many))


def exchanges(many: Many) -> int:
    calls = many.playground.calls_of("oauth.v2.access")
    return sum("grant_type" in str(call.arguments) for call in calls)


async def works(many: Many, token: str) -> bool:
    answer = await many.coaching.service.clients.once.auth_test(token=token)
    return bool(answer["ok"])


@asynccontextmanager
async def processes(many: Many, count: int) -> AsyncIterator[list[StoredTokens]]:
    """Each with a database connection of its own, as processes have them."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            database = await open_database(many.database.url.render_as_string(hide_password=False))
            stack.push_async_callback(database.close)
            made.append(await source(many, database=database))
        yield made


@BOTH
@pytest.mark.parametrize("hours", [11, 12.1], ids=["ends soon", "has ended"])
async def test_eight_that_need_a_token_at_once_ask_slack_once(
    installed: Many, hours: float
) -> None:
    first = await installed.token(LARK)
    async with processes(installed, 8) as all_of_them:
        installed.moves_on(hours=hours)
        installed.playground.faults.add("oauth.v2.access", "slow_before", seconds=0.3)
        tokens = await asyncio.gather(*(one.current() for one in all_of_them))
        assert exchanges(installed) == 1
        assert set(tokens) <= {first, await installed.token(LARK)}
        if hours > 12:
            assert set(tokens) == {await installed.token(LARK)}
        assert [await works(installed, token) for token in set(tokens)]
        again = await asyncio.gather(*(one.current() for one in all_of_them))
        assert set(again) == {await installed.token(LARK)}
        assert exchanges(installed) == 1


@BOTH
async def test_the_job_exchanges_what_ends_within_two_hours(installed: Many) -> None:
    await installed.installs(LAB)
    first = await installed.token(LARK)
    installed.moves_on(hours=9, minutes=59)
    await installed.run_jobs("tokens")
    assert exchanges(installed) == 0
    installed.moves_on(minutes=2)
    await asyncio.gather(*(installed.run_jobs("tokens") for _ in range(4)))
    assert exchanges(installed) == 2
    assert await installed.token(LARK) != first
    row = await row_of(installed)
    assert row.expires_at
    assert row.expires_at - installed.now() > timedelta(hours=11, minutes=59)


async def test_a_week_of_calls_goes_on(installed: Many) -> None:
    for _ in range(14):
        installed.moves_on(hours=12)
        deps = await installed.coaching.coaches.of(LARK)
        assert deps
        await deps.slack.open_dm(installed.admin(LARK))
    assert exchanges(installed) == 14


async def test_a_refused_token_is_replaced_by_the_one_of_another_process(installed: Many) -> None:
    mine = await source(installed)
    token = await mine.current()
    other = await source(installed)
    assert await other.after(token) != token
    assert exchanges(installed) == 1
    assert await mine.after(token) == await installed.token(LARK)
    assert exchanges(installed) == 1


async def test_a_token_that_never_ends_has_no_other(many: Many) -> None:
    many.playground.tokens.rotates = False
    await many.installs(LARK)
    row = await row_of(many)
    assert (row.expires_at, row.refresh_token) == (None, None)
    tokens = await source(many)
    many.moves_on(days=400)
    token = await tokens.current()
    assert await works(many, token)
    assert await tokens.after(token) is None


@BOTH
async def test_what_a_process_did_not_finish_is_done_by_the_next(installed: Many) -> None:
    """A process that died with the lease, before Slack got the refresh token."""
    store = store_of(installed)
    installed.moves_on(hours=11)
    assert await store._reserve(await row_of(installed), installed.now())
    tokens = await source(installed)
    first = await tokens.current()
    assert exchanges(installed) == 0
    installed.moves_on(seconds=31)
    assert await tokens.current() != first
    assert exchanges(installed) == 1


async def test_a_process_that_slept_past_its_lease_sends_nothing(installed: Many) -> None:
    store = store_of(installed)
    seconds = iter([0.0, 0.0, 100.0, 100.0, 100.0, 100.0])
    late = replace(store, steady=lambda: next(seconds, 100.0))
    installed.moves_on(hours=11)
    tokens = StoredTokens(late, await row_of(installed))
    assert await works(installed, await tokens.current())
    assert exchanges(installed) == 0


async def test_an_answer_that_comes_late_is_kept(installed: Many) -> None:
    """Another process took the lease over meanwhile, and Slack tells it that the refresh token is used."""
    store, row = store_of(installed), await row_of(installed)
    installed.moves_on(hours=12, minutes=1)
    slow = await source(installed)
    installed.playground.faults.add("oauth.v2.access", "slow", seconds=0.5)
    first = asyncio.create_task(slow.current())
    await asyncio.sleep(0.2)
    installed.moves_on(seconds=31)
    second = asyncio.create_task(StoredTokens(store, row).current())
    assert await first == await second == await installed.token(LARK)
    assert await works(installed, await first)


async def test_without_an_answer_an_ended_token_is_not_taken_for_a_removal(
    installed: Many,
) -> None:
    installed.moves_on(hours=13)
    installed.playground.faults.add("oauth.v2.access", "cut_before")
    tokens = await source(installed)
    with pytest.raises(Unsure, match="token_not_refreshed"):
        await tokens.current()
    workspace = await installed.workspace(LARK)
    assert workspace
    assert workspace.disconnected_at is None
    installed.moves_on(seconds=31)
    assert await works(installed, await tokens.current())


async def test_a_used_refresh_token_is_put_off_while_the_token_is_good(installed: Many) -> None:
    row = await row_of(installed)
    refresh = row.tokens(KEYS).refresh
    installed.playground.tokens.refreshed(str(refresh), now=installed.now().timestamp())
    installed.moves_on(hours=11)
    tokens = await source(installed)
    for _ in range(3):
        assert await works(installed, await tokens.current())
        await refresh_ending(store_of(installed))
    assert exchanges(installed) == 1
    installed.moves_on(hours=2)
    deps = await installed.coaching.coaches.of(LARK)
    assert deps
    who = installed.admin(LARK)
    dm = installed.playground.workspaces[LARK].dm(who).id
    await installed.at(LARK).message(who, dm, "help")
    await installed.settle()
    workspace = await installed.workspace(LARK)
    assert workspace
    assert workspace.disconnect_reason == "token_expired"


async def test_a_token_without_its_key_is_said_and_nothing_is_sent(
    installed: Many, caplog: pytest.LogCaptureFixture
) -> None:
    row = await row_of(installed)
    tokens = StoredTokens(replace(store_of(installed), keys=TokenKeys([TokenKeys.new()])), row)
    calls = len(installed.playground.calls)
    with pytest.raises(Exception, match="cannot_decrypt"):
        await tokens.current()
    assert len(installed.playground.calls) == calls
    (line,) = [one for one in caplog.records if one.message == "token_unreadable"]
    assert "RUNGS_TOKEN_KEYS" in line.problem  # type: ignore[attr-defined]


async def test_keys_change_while_messages_go_out(installed: Many) -> None:
    both = TokenKeys([TokenKeys.new()])
    both._all = type(both._all)([both._first, KEYS._first])
    mine = await source(installed, keys=both)
    installed.moves_on(hours=11)
    told, token = await asyncio.gather(
        rotate_keys(installed.database, both, now=installed.now()), mine.current()
    )
    assert told
    row = await row_of(installed)
    assert row.tokens(both).bot == token
    assert both.is_under_first(row.bot_token)
