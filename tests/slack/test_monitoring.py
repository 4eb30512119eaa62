"""The status routes: /readyz fails when the clock is late, /metrics has the figures."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app import utc_now
from bot.figures import LoopLag
from storage import workspaces
from storage.outbox import rates, reports, schedules
from storage.outbox.queue import Outgoing
from tests.stage import Stage, staged

SIX_MINUTES = timedelta(minutes=6)


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """Run the bot on each of the databases."""
    async with staged(database_url) as ready:
        yield ready


async def problem(stage: Stage) -> str | None:
    async with aiohttp.ClientSession() as client, client.get(f"{stage.address}/readyz") as answer:
        said: dict[str, Any] = await answer.json()
    assert answer.status == (503 if "problem" in said else 200)
    return said.get("problem")


async def figures(stage: Stage) -> dict[str, float]:
    async with aiohttp.ClientSession() as client, client.get(f"{stage.address}/metrics") as answer:
        text = await answer.text()
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def message(stage: Stage, number: int, **more: Any) -> Outgoing:
    due = utc_now() - SIX_MINUTES
    row: dict[str, Any] = {
        "workspace_id": stage.bot.deps.identity.workspace_id,
        "id": f"m{number}",
        "dedupe_key": f"digest:C{number}:{due:%Y-%m-%d}",
        "kind": "digest",
        "subject": f"C{number}",
        "local_date": due.date(),
        "due_at": due,
        "not_before": due,
        "expires_at": due + timedelta(days=1),
        "changed_at": due,
    }
    return Outgoing(**row | more)


async def keep(stage: Stage, *messages: Outgoing) -> None:
    async with stage.database.write() as session:
        session.add_all(messages)


async def plan(stage: Stage, *, ago: timedelta) -> None:
    due = utc_now() - ago
    async with stage.database.write() as session:
        await schedules.plan(
            session,
            stage.bot.deps.identity.workspace_id,
            "digest",
            "C1",
            user_id=None,
            zone="UTC",
            rule="weekly",
            next_due_at=due,
            next_on=due.date(),
            now=due,
        )


async def test_a_plan_that_nobody_took_up_makes_it_red(stage: Stage) -> None:
    assert await problem(stage) is None
    await plan(stage, ago=timedelta(minutes=4))
    assert await problem(stage) is None
    await plan(stage, ago=SIX_MINUTES)
    said = await problem(stage)
    assert said is not None
    assert said.startswith("The clock is late: something has been due for 6 minutes")
    assert "rungs clock" in said


@pytest.mark.parametrize(
    "stuck",
    [{"state": "ready"}, {"state": "leased", "lease_until": utc_now() - SIX_MINUTES}],
    ids=["ready", "leased"],
)
async def test_a_message_that_nobody_sends_makes_it_red(
    stage: Stage, stuck: dict[str, Any]
) -> None:
    await keep(stage, message(stage, 1, **stuck))
    assert "The clock is late" in str(await problem(stage))


async def test_what_waits_for_its_hour_is_not_late(stage: Stage) -> None:
    later = utc_now() + timedelta(hours=3)
    await keep(stage, message(stage, 1, not_before=later, reason="outside_hours"))
    assert await problem(stage) is None


async def test_what_waits_for_slacks_limit_is_not_late(stage: Stage) -> None:
    await keep(stage, message(stage, 1))
    workspace = stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        until = utc_now() + timedelta(seconds=30)
        await rates.block_until(session, workspace, "chat.postMessage", until=until)
    assert await problem(stage) is None


async def test_nothing_is_late_where_the_app_is_gone(stage: Stage) -> None:
    await plan(stage, ago=SIX_MINUTES)
    workspace = stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        await workspaces.disconnect(session, workspace, reason="app_uninstalled", now=utc_now())
    assert await problem(stage) is None


async def test_the_figures_of_the_database(stage: Stage) -> None:
    await keep(
        stage,
        message(stage, 1),
        message(stage, 2, state="sent"),
        message(stage, 3, state="sent"),
    )
    workspace = stage.bot.deps.identity.workspace_id
    async with stage.database.write() as session:
        await rates.block_until(session, workspace, "chat.postMessage", until=utc_now())
        today = utc_now().date()
        await reports.record_completeness(session, workspace, today, expected=9, missing=1, late=2)
    found = await figures(stage)
    assert found["rungs_messages ready"] == 1
    assert found["rungs_messages sent"] == 2
    assert found["rungs_messages unknown"] == 0
    assert 360 <= found["rungs_oldest_due_seconds"] < 420
    assert found["rungs_slack_refused_total chat.postMessage"] == 1
    assert found["rungs_completeness_missing"] == 1
    assert found["rungs_completeness_expected"] == 9


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_acknowledgements_are_counted_where_they_leave(stage: Stage) -> None:
    ada = stage.person("ada")
    await ada.types("/rungs help")
    await ada.types("/rungs me")
    async with aiohttp.ClientSession() as client:
        refused = await client.post(f"{stage.address}/slack/events", data=b"x")
    assert refused.status == 401
    found = await figures(stage)
    assert found["rungs_ack_seconds_count"] == 2
    assert found["rungs_ack_seconds_bucket 0.5"] == 2
    assert found["rungs_loop_lag_seconds"] == 0


async def test_a_blocked_loop_is_noticed() -> None:
    lag = LoopLag()
    async with lag.watched():
        await asyncio.sleep(0.05)
        time.sleep(0.5)  # noqa: ASYNC251 - it is the block
        async with asyncio.timeout(5):
            while True:
                await asyncio.sleep(0.02)
                if lag.worst():
                    break
    assert 0.1 < lag.worst() < 5
