"""A process is killed between decisions and their notices: neither is there without the other."""

import asyncio
import os
import signal
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from app import REGISTRY, coach, jobs_of, ready_database, work_of
from bot.features.evidence.service import DECIDED
from bot.slack.installation import Access
from coaching.evidence import Mark, criterion_key
from coaching.members import MemberKey
from content.library import MessageCatalog
from scheduler.clock import run_job
from storage.evidence import verifier_moves
from storage.evidence.claim_rows import Claim
from storage.evidence.queue import dossier_in
from storage.evidence.verifier_moves import Taken
from storage.notices import Notice
from tests.process import PRELOADED
from tests.reliability.until import until
from tests.reliability.worker import LIBRARY
from tests.reviews.panel import Panel

CLAIMS = 16
WITHIN = 30


def finish(url: str, access: Access, at: datetime) -> None:
    """Make decisions final, in a process of its own, until none is left."""
    asyncio.run(_finish(url, access, at))


async def _finish(url: str, access: Access, at: datetime) -> None:
    (job,) = (job for job in jobs_of(REGISTRY) if job.name == "evidence_decisions")
    async with (
        ready_database(url) as database,
        coach(
            access,
            database=database,
            library=LIBRARY,
            messages=MessageCatalog(),
            now=lambda: at,
        ) as coaching,
    ):
        await run_job(job, work_of(coaching))


async def decided(panel: Panel, number: int) -> None:
    """A verifier decided on a claim of somebody; nobody undid it."""
    kenji = panel.person("kenji").key
    claim = await panel.submitted_by(MemberKey(kenji.workspace_id, f"U0CLAIM{number:04}"), 1)
    now = panel.calendar.now
    async with panel.stage.database.write() as session:
        taken = await verifier_moves.take(session, kenji, claim.id, now=now)
        assert isinstance(taken, Taken), taken
        for one in (await dossier_in(session, claim)).criteria:
            said = criterion_key(one)
            await verifier_moves.mark(session, kenji, taken.review.id, said, Mark("shown"), now=now)
        done = await verifier_moves.decide(session, kenji, taken.review.id, "", now=now)
    assert isinstance(done, verifier_moves.Decided), done


async def over(panel: Panel) -> tuple[set[str], list[str]]:
    """The ids of claims that are over, and those of which there is a notice."""
    async with panel.stage.database.read() as session:
        claims = await session.scalars(select(col(Claim.id)).where(col(Claim.state) == "accepted"))
        notices = await session.scalars(
            select(col(Notice.about)).where(col(Notice.kind) == DECIDED)
        )
        return set(claims), sorted(notices)


async def left(panel: Panel) -> int:
    """How many decisions are not final yet."""
    async with panel.stage.database.read() as session:
        found = select(func.count()).select_from(Claim).where(col(Claim.finish_at).is_not(None))
        return await session.scalar(found) or 0


async def test_no_decision_is_without_its_notice_and_none_is_told_twice(
    panel: Panel, stage_url: str
) -> None:
    for number in range(CLAIMS):
        await decided(panel, number)
    panel.calendar.now += timedelta(minutes=10)
    slack = panel.stage.playground
    access = Access(slack.credentials.bot_token, slack.credentials.signing_secret, slack.api_url)
    process = PRELOADED.Process(target=finish, args=(stage_url, access, panel.calendar.now))
    process.start()

    async def is_begun() -> bool:
        return await left(panel) <= CLAIMS - 3

    await until(is_begun, within=WITHIN)
    os.kill(int(process.pid or 0), signal.SIGKILL)
    await asyncio.to_thread(process.join)
    assert process.exitcode == -signal.SIGKILL
    claims, notices = await over(panel)
    assert 0 < await left(panel) < CLAIMS
    assert sorted(claims) == notices
    await panel.runs()
    claims, notices = await over(panel)
    assert await left(panel) == 0
    assert len(claims) > CLAIMS / 3
    assert sorted(claims) == notices
