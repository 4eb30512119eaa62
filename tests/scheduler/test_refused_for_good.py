"""What Slack refuses for good before every message, and a workspace without the app: operators are told."""

import asyncio
from collections.abc import Sequence

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.monitor import Monitor
from bot.operators import message_table
from bot.slack.installation import Access
from commands import MANIFEST
from doctor import examine
from scheduler.batch import send_due
from storage import workspaces
from tests.scheduler.notes import Clock, Notes, note_to, put_in, row_of
from tests.stage import Stage

PEOPLE = ("U0ADAOKAFOR", "U0NOAHBERG0", "U0PRIYARAO0")
METHODS = ["dnd.teamInfo", "users.info"]


async def told(stage: Stage, url: str) -> list[str]:
    """Return what `rungs messages` and `rungs doctor` say of the workspace."""
    playground = stage.playground
    table = await message_table(stage.database)
    access = Access(playground.credentials.bot_token, "", playground.api_url)
    found = await examine(access, database_url=url, content=None, app_token="", manifest=MANIFEST)
    return [table.splitlines()[0], *[str(one) for one in found if one.what == "workspace"]]


async def gauges(stage: Stage) -> dict[str, float]:
    text = (await Monitor(stage.bot.deps).figures()).decode()
    samples: Sequence[tuple[str, float]] = [
        (" ".join([sample.name, *sample.labels.values()]), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]
    return dict(samples)


@pytest.mark.parametrize("reason", ["missing_scope", "unknown_method"])
@pytest.mark.parametrize("method", METHODS)
async def test_what_every_message_asks_first_is_told_until_slack_answers(
    stage: Stage, clock: Clock, notes: Notes, database_url: str, method: str, reason: str
) -> None:
    here = stage.playground.workspace.id
    made = await put_in(stage, [note_to(stage, user) for user in PEOPLE])
    stage.playground.faults.add(method, reason, times=100)
    work = stage.coach(notes.kinds)
    await send_due(work)
    # On a busy machine the batch outlasts the step that began it.
    await asyncio.gather(*work.state.batches.values())
    since = clock()
    clock.go(seconds=61)
    await send_due(work)
    assert (await row_of(stage, made[0])).state == "ready"
    for line in await told(stage, database_url):
        assert f"since {since:%Y-%m-%d %H:%M}Z Slack has refused {method} ({reason}" in line
        assert "The messages wait until they expire" in line
    gauge = f"rungs_refused_since_seconds {method} {here}"
    assert (await gauges(stage))[gauge] == since.timestamp()
    stage.playground.faults.clear()
    clock.go(seconds=61)
    while await send_due(work):
        pass
    assert {(await row_of(stage, one)).state for one in made} == {"sent"}
    assert gauge not in await gauges(stage)
    assert len(await told(stage, database_url)) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("method", ["users.info", "dnd.info"])
async def test_one_person_whom_slack_no_longer_shows_holds_nobody_up(
    stage: Stage, notes: Notes, method: str
) -> None:
    people = PEOPLE if method == "users.info" else PEOPLE[:1]
    made = await put_in(stage, [note_to(stage, user) for user in people])
    stage.playground.faults.add(method, "user_not_found")
    work = stage.coach(notes.kinds)
    while await send_due(work):
        pass
    states = [(await row_of(stage, one)).state for one in made]
    assert states == (["skipped", "sent", "sent"] if method == "users.info" else ["sent"])


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_workspace_without_the_app_is_told(
    stage: Stage, clock: Clock, database_url: str
) -> None:
    here = stage.playground.workspace.id
    assert (await gauges(stage))[f"rungs_workspace_connected {here}"] == 1
    async with stage.database.write() as session:
        await workspaces.disconnect(session, here, reason="token_revoked", now=clock())
    for line in await told(stage, database_url):
        assert (
            f"({here}) has been disconnected since {clock():%Y-%m-%d %H:%M}Z (token_revoked)"
            in line
        )
    assert (await gauges(stage))[f"rungs_workspace_connected {here}"] == 0
    assert await Monitor(stage.bot.deps).problem() is None


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_of_many_workspaces_those_with_a_problem_are_told_and_the_rest_counted(
    stage: Stage, clock: Clock
) -> None:
    async with stage.database.write() as session:
        for number in range(90):
            await workspaces.connect(session, f"T{number:02}", "One", now=clock())
        for number in range(60, 90):
            await workspaces.disconnect(session, f"T{number}", reason="gone", now=clock())
        await workspaces.record_refusal(session, "T50", "users.info", "missing_scope", now=clock())
    lines = (await message_table(stage.database)).splitlines()
    assert "(T50): since" in lines[0]
    assert lines[20].startswith("More workspaces with such a problem: 11.")
    found = await gauges(stage)
    labeled = [name for name in found if name.startswith("rungs_workspace_connected")]
    assert len(labeled) == 20
    counted = {state: found[f"rungs_workspaces {state}"] for state in ("installed", "refused")}
    assert counted == {"installed": 60, "refused": 1}
