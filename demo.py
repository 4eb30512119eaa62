"""The demo: a workspace in the browser, the bot connected by socket, and a clock that can be moved."""

import shutil
import sys
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from app import REGISTRY, Coaching, coach, jobs_of, listening, ready_database, work_of
from bot.deps import PublicSite
from bot.slack.installation import SCOPES, Access
from bot.slack.server import port_taken, stop_signal
from bot.slack.socket import serving_socket
from content.library import Library, MessageCatalog
from content.loader import load_content
from demo_claims import claims_script, name_verifiers
from demo_sandbox import name_supervisors, sandbox_script
from playground.persistence import seconds_ahead
from playground.scripts import Act, Clicks, Picks, Says, Script, Sees, Submits
from playground.server import Playground
from playground.showroom import SHOP_IDS, with_showrooms
from scheduler.clock import run_job, running_clock
from scheduler.context import SchedulerContext
from settings import Settings
from storage.database import schema
from storage.installs.token_keys import TokenKeys
from storage.outbox import reports

AT_ONCE = (
    *("evidence_decisions", "evidence_ends", "review_requests", "check_fading"),
    *("sandbox_plans", "access_decisions", "roster", "tick", "send"),
)
"""The jobs that run when the demo's clock is moved; the others change nothing that is seen."""

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


BUILDERS = "product"
"""The channel whose people take the coding self-check and grade two agents."""

ADA, KENJI, MEI, NOAH, PRIYA, SOFIA = (
    *("U0ADAOKAFOR", "U0KENJISATO", "U0MEILIN000", "U0NOAHBERG0"),
    *("U0PRIYARAO0", "U0SOFIAROSS"),
)
CHOICES = ("Not yet", "With help", "On my own", "I teach it")
SCOUT = {
    "Name": "Scout",
    "Tool": "Pathfinder",
    "Model": "Trail 3",
    "What it is used for": "Small fixes and tests in the order page",
    "Owner: who looks after it": KENJI,
}
MASON = {
    "Name": "Mason",
    "Tool": "Workbench",
    "Model": "Oak 2",
    "What it is used for": "Sketches of new pages that people can click through",
    "Owner: who looks after it": MEI,
}
PROJECT = "Size guide"


def colleagues() -> Mapping[str, Script]:
    """Return the scripts for the buttons of the page that let colleagues act."""
    said = zip(CAST, cycle(("Done", "Partly", "Done", "Not yet")), strict=False)
    replies = [Clicks(user, (outcome, "I'll try it")) for (user, _, _), outcome in said]
    take = "Have {count} colleagues in #growth take the self-check"
    build = f"Let {{count}} colleagues in #{BUILDERS} check their coding and grade two agents"
    return {
        "checks": Script(take, tuple(_checks()), once=True),
        "claims": claims_script(),
        "sandbox": sandbox_script(),
        "builders": Script(build, builders(), once=True, understudy=ADA),
        "replies": Script(
            "Have them answer their last check-in",
            tuple(replies),
            nobody="Nobody has a check-in to answer yet.",
        ),
    }


def _checks() -> Iterator[Act]:
    for user, family, answers in CAST:
        yield from (Says(user, "/rungs assess"), Clicks(user, family))
        yield from (Clicks(user, letter) for letter in answers)
        yield Clicks(user, "I'll try it")


def builders() -> tuple[Act, ...]:
    """Return the acts that add and grade two agents and answer what a project requires."""
    return (
        Says(KENJI, "/invite @Rungs", where=BUILDERS),
        *_adds(KENJI, SCOUT),
        *_grades(KENJI, "Scout", "CABBABA"),
        *_codes(KENJI, "2222", "2322", "2120"),
        *_codes(MEI, "2222", "1201"),
        Sees(MEI, "graded *Scout*", where=BUILDERS),
        *_adds(MEI, MASON),
        *_grades(MEI, "Mason", "CABBAB-"),
        *_codes(SOFIA, "2120"),
        Sees(SOFIA, "graded *Mason*", where=BUILDERS),
        *_grades(SOFIA, "Mason", "CBBBABA"),
        # Kenji graded Scout before, so this is its second grading.
        Sees(NOAH, "graded *Scout*", where=BUILDERS),
        *_grades(NOAH, "Scout", "CBCCDCC"),
        Sees(PRIYA, "graded *Mason*", where=BUILDERS),
        *_needs(PRIYA),
    )


def _adds(user: str, facts: Mapping[str, str]) -> Iterator[Act]:
    yield Says(user, "/rungs agent add", where=BUILDERS)
    yield Submits(user, facts)
    yield Sees(user, f"added *{facts['Name']}*", where=BUILDERS)


def _grades(user: str, name: str, letters: str) -> Iterator[Act]:
    """Yield a grading with one letter for each criterion in order; "-" means not tried."""
    yield Says(user, f"/rungs agent grade {name}", where=BUILDERS)
    yield from (Clicks(user, "Not tried" if letter == "-" else letter) for letter in letters)
    yield Sees(user, f"<@{user}> graded *{name}*", where=BUILDERS)


def _codes(user: str, *cards: str) -> Iterator[Act]:
    """Yield a coding self-check with one text for each level: the number of each choice."""
    yield Says(user, "/rungs assess coding")
    for numbers in cards:
        for letter, number in zip("ABCDEF", numbers, strict=False):
            yield Picks(user, f"{letter}.", CHOICES[int(number)])
        yield Clicks(user, "Next")


def _needs(user: str) -> Iterator[Act]:
    """Yield answers to the eight questions about a project with sign-in, personal data and jobs."""
    yield Says(user, f"/rungs agent need {PROJECT}", where=BUILDERS)
    yield from (Clicks(user, "C"), Clicks(user, "None of these"), Clicks(user, "Next"))
    yield from (Clicks(user, letter) for letter in "BABAB")
    yield from (Clicks(user, "None of these"), Clicks(user, "Next"))
    yield Clicks(user, "Share in the channel")
    yield Sees(user, f"which level *{PROJECT}* needs", where=BUILDERS)


class Hand:
    """Runs the jobs when the clock of the workspace was moved."""

    def __init__(self) -> None:
        self._work: SchedulerContext | None = None

    def takes(self, coaching: Coaching) -> SchedulerContext:
        """Use this bot from now on, and return what its jobs work with."""
        self._work = work_of(coaching)
        return self._work

    async def next_due(self, subjects: Collection[str] | None) -> float | None:
        """Return when the next message is due, in epoch seconds; None when none is.

        `subjects` are people and channels; with them, only what goes to one of these counts.
        """
        if self._work is None:
            return None
        async with self._work.database.read() as session:
            moment = await reports.next_due(session, subjects)
        return moment.timestamp() if moment else None

    async def moved(self) -> None:
        """Run the jobs until nothing is due."""
        if self._work is None:
            return
        jobs = {job.name: job for job in jobs_of(REGISTRY)}
        for name in AT_ONCE:
            await run_job(jobs[name], self._work)


DATABASE, WORKSPACE, TOKEN_KEY = "rungs.db", "workspace", "token-key"
"""What the demo keeps in its folder."""

SITE = "https://demo.rungs.example"
"""Names the issuer of the demo's badges. Nothing answers there, so they are checked with its database."""


def delete_data(data: Path) -> None:
    """Delete what earlier demos kept in this folder, and nothing else in it."""
    for file in (*data.glob(f"{DATABASE}*"), *data.glob(f"{WORKSPACE}*"), *data.glob(TOKEN_KEY)):
        shutil.rmtree(file) if file.is_dir() else file.unlink()


def database_url(data: Path) -> str:
    """Return the address of the demo's database in this folder."""
    return f"sqlite:///{data / DATABASE}"


def demo_time(data: Path) -> datetime:
    """Return what the clock of the demo in this folder shows, which may have been moved on."""
    return datetime.now(UTC) + timedelta(seconds=seconds_ahead(data / WORKSPACE))


def _site(data: Path) -> PublicSite:
    """Return the demo's address and the key that encrypts for it, which is made once."""
    file = data / TOKEN_KEY
    if not file.exists():
        file.write_text(TokenKeys.new())
    return PublicSite(SITE, TokenKeys([file.read_text()]))


async def serve(settings: Settings, data: Path, *, manifest: Mapping[str, Any]) -> None:
    """Run the demo, print its address, and return when the process is told to stop."""
    stop = stop_signal()
    library, messages = load_content(settings.content, REGISTRY.command_words)
    async with playing(
        data,
        port=settings.port,
        manifest=manifest,
        library=library,
        messages=messages,
        min_group=settings.min_group,
    ) as address:
        sys.stdout.write(f"Rungs is at {address}. Stop it with Ctrl+C.\n")
        sys.stdout.flush()
        await stop.asked()


@asynccontextmanager
async def playing(
    data: Path,
    *,
    port: int,
    manifest: Mapping[str, Any],
    library: Library,
    messages: MessageCatalog,
    min_group: int,
) -> AsyncIterator[str]:
    """Run the demo while the block runs; yield the address of the page."""
    url = database_url(data)
    await schema.upgrade(url)
    hand = Hand()
    async with _workspace(data / WORKSPACE, hand, port=port, manifest=manifest) as slack:
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
                messages=messages,
                now=now,
                min_group=min_group,
                site=_site(data),
            ) as coaching,
            listening(coaching, access) as bot,
            running_clock(hand.takes(coaching), jobs=_every_second()),
            serving_socket(bot.app, app_token=keys.app_token),
        ):
            await name_verifiers(database, slack.workspace.id, now=now())
            await name_supervisors(database, slack.workspace.id, now=now())
            yield slack.address


def _every_second() -> list[Any]:
    return [
        replace(job, every_seconds=1) if job.name in AT_ONCE else job for job in jobs_of(REGISTRY)
    ]


@asynccontextmanager
async def _workspace(
    data: Path, hand: Hand, *, port: int, manifest: Mapping[str, Any]
) -> AsyncIterator[Playground]:
    slack = Playground(
        sample=with_showrooms,
        data=data,
        manifest=manifest,
        reasons=SCOPES,
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
