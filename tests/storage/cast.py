"""The cast of the storage tests: one member, an outsider, a questionnaire and two tips."""

from datetime import UTC, datetime, timedelta

from coaching.people import MemberKey
from coaching.questionnaire import Answer, Question, Questionnaire, TierWords
from coaching.tiers import LEVELS, TIERS
from coaching.tips import Tip

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


def tip_named(tip_id: str) -> Tip:
    return Tip(
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


ADA = MemberKey("T1", "U1")
COLLEAGUE = MemberKey("T1", "U2")
NAMESAKE = MemberKey("T2", "U1")
"""The same user id in another workspace: somebody else, who must see and lose nothing."""

SALES = questionnaire_about("sales")
