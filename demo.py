"""The demo: a workspace in the browser, the bot on a real socket to it, and a clock that can be moved."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from bot.deps import Deps
from bot.outgoing_kinds import KINDS
from bot.serving import port_taken
from bot.socket_mode import serving_socket
from bot.starting import Access, coach, listening, ready_database
from content.model import Library
from content.wording import Wording
from playground.scripts import Act, Clicks, Says, Script
from playground.server import Playground
from playground.showroom import SHOP_IDS, with_showrooms
from scheduler.clock import run, ticking
from scheduler.jobs import JOBS, Work
from storage import schema, upcoming

AT_ONCE = ("roster", "tick", "send")
"""The jobs that follow the demo's clock; the others have nothing to do with what is seen."""

OFFICE = (
    ("U0LUCIAVEGA", "Marketing", "BCB"),
    ("U0NOAHBERG0", "Marketing", "DED"),
    ("U0PRIYARAO0", "Customer service", "CCB"),
    ("U0TOMASSILV", "Customer service", "ABA"),
    ("U0OMARHADDA", "Sales", "AAB"),
    ("U0SOFIAROSS", "Design", "DDE"),
)
"""Who of #growth takes the self-check of which family, with which answers."""

SHOWROOM_ANSWERS = ("ABA", "BCC", "DED")


SHOWROOMS = zip(SHOP_IDS, cycle(SHOWROOM_ANSWERS), strict=False)
CAST = (*OFFICE, *((user, "Sales", answers) for user, answers in SHOWROOMS))


def colleagues() -> Mapping[str, Script]:
    """What the colleagues in #growth do, so that their channel has something to follow."""
    checks: list[Act] = []
    for user, family, answers in CAST:
        checks += [Says(user, "/rungs assess"), Clicks(user, family)]
        checks += [Clicks(user, letter) for letter in answers]
        checks.append(Clicks(user, "I'll try it"))
    said = zip(CAST, cycle(("Done", "Partly", "Done", "Not yet")), strict=False)
    replies = [Clicks(user, outcome) for (user, _, _), outcome in said]
    take = f"Let {len(CAST)} colleagues in #growth take the self-check"
    return {
        "checks": Script(take, tuple(checks), once=True),
        "replies": Script("Let them answer their last check-in", tuple(replies)),
    }


class Hand:
    """Moves the bot on when the clock of the workspace was moved."""

    def __init__(self) -> None:
        self._work: Work | None = None

    def takes(self, deps: Deps) -> Work:
        """From now on this bot is moved on."""
        coaches = {deps.identity.workspace_id: deps}
        self._work = Work(deps.database, deps.now, coaches=coaches, kinds=KINDS)
        return self._work

    async def next_due(self) -> float | None:
        """When the bot means to write next, in seconds since the epoch."""
        if self._work is None:
            return None
        (workspace_id,) = self._work.coaches
        async with self._work.database.read() as session:
            moment = await upcoming.next_due(session, workspace_id)
        return moment.timestamp() if moment else None

    async def moved(self) -> None:
        """Do at once what is due by now."""
        if self._work is None:
            return
        jobs = {job.name: job for job in JOBS}
        for name in AT_ONCE:
            await run(jobs[name], self._work)


@asynccontextmanager
async def playing(
    data: Path,
    *,
    port: int,
    manifest: Mapping[str, Any],
    library: Library,
    wording: Wording,
    min_group: int,
) -> AsyncIterator[str]:
    """Run it for as long as the block lasts; yields the address of the page."""
    url = f"sqlite:///{data / 'rungs.db'}"
    await schema.upgrade(url)
    hand = Hand()
    async with _workspace(data / "workspace", hand, port=port, manifest=manifest) as slack:
        keys = slack.credentials
        access = Access(keys.bot_token, keys.signing_secret, slack.api_url)

        def now() -> datetime:
            return datetime.fromtimestamp(slack.clock.now(), UTC)

        async with (
            ready_database(url) as database,
            coach(
                access,
                database=database,
                library=library,
                wording=wording,
                now=now,
                min_group=min_group,
            ) as deps,
            listening(deps, access) as bot,
            ticking(hand.takes(deps), jobs=_every_second()),
            serving_socket(bot.app, app_token=keys.app_token),
        ):
            yield slack.address


def _every_second() -> list[Any]:
    return [replace(job, every_seconds=1) if job.name in AT_ONCE else job for job in JOBS]


@asynccontextmanager
async def _workspace(
    data: Path, hand: Hand, *, port: int, manifest: Mapping[str, Any]
) -> AsyncIterator[Playground]:
    slack = Playground(
        sample=with_showrooms,
        data=data,
        manifest=manifest,
        next_due=hand.next_due,
        moved=hand.moved,
        scripts=colleagues(),
    )
    try:
        await slack.start(port=port)
    except OSError as error:
        raise port_taken(port, error) from error
    try:
        yield slack
    finally:
        await slack.stop()
