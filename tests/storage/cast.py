"""The cast of the storage tests: one member, an outsider, a questionnaire, tips, planned messages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from coaching.mean_score import (
    LEVELS,
    TIERS,
    Answer,
    Question,
    Questionnaire,
    TierWords,
    mean_standing,
)
from coaching.members import MemberKey
from coaching.steps import StepContent
from storage.assessments import assessments, given_answers
from storage.assessments.assessments import Assessment
from storage.database import Session
from storage.database.engine import Database
from storage.outbox.queue import Outgoing
from storage.outbox.schedules import Schedule
from storage.team_digest import teams
from storage.team_digest.teams import Team

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def minute(number: int) -> datetime:
    """That many minutes after the tests' start."""
    return START + timedelta(minutes=number)


def questionnaire_about(
    family: str, *, version: str = "1", framework: str = "role-families"
) -> Questionnaire:
    """Three questions with five answers each, with the version in every text."""
    return Questionnaire(
        framework=framework,
        version=version,
        family=family,
        family_name=family.title(),
        none_label="None of these yet",
        tiers=tuple(TierWords(t, f"Tier {t}", f"explained {version}", "…") for t in TIERS),
        questions=tuple(
            Question(
                id=name,
                topic=name,
                text=f"{name}, version {version}: ‘what’ did you do?",
                answers=tuple(Answer(x, f"I did {x} ({version})", "keep it") for x in LEVELS),
            )
            for name in ("starting", "checking", "sharing")
        ),
    )


def tip_named(tip_id: str) -> StepContent:
    return StepContent(
        id=tip_id,
        family="sales",
        question="starting",
        from_tier=1.0,
        title=f"Try {tip_id} – “once”",
        minutes=10,
        when="When a call ends",
        why="It shows what words leave out.",
        done_when="One note is saved.",
        data="Use a made-up name.",
        reviewed="2026-03",
    )


def planned(key: MemberKey, kind: str = "checkin", **changes: Any) -> Schedule:
    """A schedule of a member, due in an hour."""
    values: dict[str, Any] = {
        "workspace_id": key.workspace_id,
        "kind": kind,
        "subject": key.user_id,
        "user_id": key.user_id,
        "zone": "Europe/Vienna",
        "rule": "fortnightly",
        "next_due_at": minute(60),
        "next_on": START.date(),
        "planned_at": START,
    }
    return Schedule(**values | changes)


def outgoing(key: MemberKey, name: str = "first", **changes: Any) -> Outgoing:
    """A message to a member that is ready to be sent; `name` tells it from their others."""
    values: dict[str, Any] = {
        "workspace_id": key.workspace_id,
        "id": f"{key.user_id}-{name}",
        "dedupe_key": f"checkin:{key.user_id}:{name}",
        "kind": "checkin",
        "subject": key.user_id,
        "user_id": key.user_id,
        "local_date": START.date(),
        "due_at": START,
        "not_before": START,
        "expires_at": minute(3 * 24 * 60),
        "changed_at": START,
    }
    return Outgoing(**values | changes)


ADA = MemberKey("T1", "U1")
COLLEAGUE = MemberKey("T1", "U2")
NAMESAKE = MemberKey("T2", "U1")
"""The same user id in another workspace: somebody else, who must see and lose nothing."""

SALES = questionnaire_about("sales")


async def finished(
    database: Database,
    key: MemberKey,
    level: float,
    *,
    number: int = 0,
    words: Questionnaire = SALES,
) -> None:
    """The member completed a self-check, with this level as the answer to each question."""
    async with database.write() as session:
        mine = await assessments.start(session, key, words, now=minute(number))
        for place, question in enumerate(words.questions):
            await given_answers.save_card(
                session, mine, {question.id: level}, place=place, now=minute(number)
            )
        await completed(session, mine, now=minute(number))


async def completed(session: Session, mine: Assessment, *, now: datetime) -> bool:
    """The member's answers so far lead to their result."""
    found = mean_standing(await given_answers.levels_by_item(session, mine))
    return await assessments.complete(
        session, mine, now=now, tier=found.tier, floor=found.floor, spread=found.spread
    )


async def a_team(
    database: Database, channel_id: str = "C1", *, workspace_id: str = "T1", set_by: str = "U9"
) -> Team:
    """A channel that follows the digest."""
    async with database.write() as session:
        return await teams.follow(
            session,
            workspace_id,
            channel_id,
            set_by=set_by,
            zone="Europe/Vienna",
            weekday=1,
            hour=9,
            now=minute(0),
        )
