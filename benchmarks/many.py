"""One service for many workspaces: how it acknowledges, what it keeps in memory, and how fair it is."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import measurement
from benchmarks.assessments import acknowledged, send_commands
from benchmarks.conversations import Members
from benchmarks.measurement import MORNING, Broken, Figures, in_turns, memory_mb, summary
from benchmarks.table import Sizes
from benchmarks.workspace import OURS, Side, installed, make_tables, opened, workspace
from playground.crowd import big_workspace
from playground.oauth.installation import install
from playground.web_api.registry import ALL_SCOPES
from storage.database.rows import insert_into
from storage.installs.installs import Installation, columns_of
from storage.installs.token_keys import InstallKey, TokenKeys, Tokens
from storage.workspaces import Workspace
from tests.databases import postgres_running
from tests.reliability.fairness import Load, lateness

KEY = TokenKeys.new()
SERVICE = ("cli", "start")
"""Slack's requests and the clock in one process."""

SPEED = 8.0
"""How many times faster than the real one the clock runs on which lateness is measured."""

APART = "http://localhost:3000"
"""The public address of the service, which no benchmark opens."""


async def acknowledgement(folder: Path, sizes: Sizes) -> list[Figures]:
    """Milliseconds until a command is acknowledged by a service for many workspaces, and for one."""
    async with (
        serving(OURS, folder / "many.db", sizes.teams) as many,
        installed(OURS, folder / "single.db") as single,
        measurement.worker(nullcontext, send_commands) as send,
    ):
        places = [many.slack.at(team).workspace for team in teams(sizes.teams)]
        return summary(
            await in_turns(
                sizes.rounds,
                partial(acknowledged, many, places, send, sizes),
                partial(acknowledged, single, [single.slack.workspace], send, sizes),
            )
        )


async def memory(folder: Path, sizes: Sizes) -> list[Figures]:
    """Resident memory after the same work in the same workspaces, with more installed and without."""
    every, few = folder / "every.db", folder / "few.db"
    async with (
        serving(SERVICE, every, sizes.teams, others=sizes.installs - sizes.teams) as of_every,
        serving(SERVICE, few, sizes.teams) as of_few,
    ):
        return summary(
            await in_turns(1, partial(_worked, of_every, sizes), partial(_worked, of_few, sizes))
        )


async def _worked(side: Side, sizes: Sizes) -> Figures:
    """Let somebody in each workspace finish a self-check; return the memory of the service then."""
    finished = []
    for team in teams(sizes.teams):
        members = Members(side.slack.at(team))
        await members.at_once(members.add(1))
        finished += members.finished
    if len(finished) != sizes.teams:
        raise Broken(f"{len(finished)} of {sizes.teams} self-checks were finished.")
    return (memory_mb(process=side.app.pid),)


async def fairness(_: Path, sizes: Sizes) -> list[Figures]:
    """Seconds that the others' messages are late beside one that has far too many, and without it."""
    load = Load(
        workspaces=sizes.neighbors,
        members=sizes.neighbors,
        greedy=sizes.greedy,
        minutes=sizes.minutes,
        speed=SPEED,
    )
    with ExitStack() as stack:
        # In a thread, because the server is prepared in an event loop of its own.
        server = await asyncio.to_thread(stack.enter_context, postgres_running())
        beside, alone = [await lateness(server, load, is_greedy=one) for one in (True, False)]
    for one in (beside, alone):
        if one.doubled or one.foreign or not one.messages:
            raise Broken(f"Messages went wrong: {one}. Do not use these figures.")
    return [(beside.p99, alone.p99)]


def teams(count: int) -> list[str]:
    """Return the ids of so many workspaces."""
    return [f"T0TEAM{number:05}" for number in range(1, count + 1)]


@asynccontextmanager
async def serving(
    program: tuple[str, ...], database: Path, active: int, *, others: int = 0
) -> AsyncIterator[Side]:
    """Run a service that is installed in so many workspaces, and in others that nobody uses."""
    async with workspace(sample=big_workspace(1)) as slack:
        tokens = {}
        for team in teams(active):
            slack.add_workspace(team, team.title(), sample=big_workspace(1))
            tokens[team] = install(slack.shared, team, ALL_SCOPES).value
        await _save_installs(database, tokens, others=teams(active + others)[active:])
        known = slack.credentials
        own: dict[str, Any] = {
            "SLACK_BOT_TOKEN": "",
            "SLACK_CLIENT_ID": known.client_id,
            "SLACK_CLIENT_SECRET": known.client_secret,
            "RUNGS_TOKEN_KEYS": KEY,
            "RUNGS_PUBLIC_URL": APART,
        }
        async with installed(program, database, slack=slack, **own) as side:
            yield side


async def _save_installs(
    database: Path, tokens: Mapping[str, str], *, others: Sequence[str]
) -> None:
    await make_tables(database)
    keys, every = TokenKeys([KEY]), {**dict.fromkeys(others, "xoxb-nobody"), **tokens}
    known = {"enterprise_id": "", "revision": 1, "scopes": ",".join(sorted(ALL_SCOPES))}
    known |= {"bot_user_id": "U0RUNGS", "bot_id": "B0RUNGS", "app_id": "A0RUNGS"}
    rows = [
        {
            **known,
            "workspace_id": team,
            "name": team,
            "installed_at": MORNING,
            **columns_of(keys, InstallKey(team), Tokens(token)),
        }
        for team, token in every.items()
    ]
    places = [{"workspace_id": team, "name": team, "connected_at": MORNING} for team in every]
    async with opened(database) as there, there.write() as session:
        connection = await session.connection()
        await connection.execute(insert_into(session, Installation), rows)
        await connection.execute(insert_into(session, Workspace), places)
