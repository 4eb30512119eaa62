"""Sandboxes: what a plan to try something has to say, who may supervise it, and how long it may run.

A plan runs from the moment in which its supervisor approves it until its time is over, or until one of the
two stops it. Permissions that were granted with it end with it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from coaching.rules import DATA_CLASSES

PlanState = Literal[
    "draft", "asked", "returned", "declined", "withdrawn", "running", "ended", "reported"
]
EDITABLE: frozenset[PlanState] = frozenset({"draft", "returned"})
UNDECIDED: frozenset[PlanState] = frozenset({"draft", "asked", "returned"})
RAN: frozenset[PlanState] = frozenset({"running", "ended", "reported"})
"""Plans that the member can change; on which nobody decided for good; that a supervisor approved."""

EndReason = Literal[
    "time", "stopped_by_member", "stopped_by_supervisor", "changed", "unsupervised", "left", "off",
    "erased",
]  # fmt: skip
"""Why a plan ended: its time was over, somebody stopped it, the member asked for a changed plan in its place,
nobody supervised it any more, the member's account was deactivated, admins switched sandboxes off, or the
member erased their data.
"""

Happened = Literal["as_planned", "surprise", "trouble"]
HAPPENED: tuple[Happened, ...] = get_args(Happened)
"""What a member says of a week."""

Verdict = Literal["keep", "change", "stop"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""What a report says of the way of working that was tried."""

NEVER_DATA: frozenset[str] = frozenset({"personal"})
"""Classes of data that no sandbox may use, whatever the policy says."""

ALWAYS_DATA: frozenset[str] = frozenset({"public"})
"""Classes of data that take no permission."""

SHORTEST_DAYS, LONGEST_DAYS = 1, 42
"""The time box of a plan, and how long an extension may be."""

LIMIT, WITHIN = timedelta(weeks=12), timedelta(weeks=52)
"""For how long a person may have one permission through sandboxes, within any period of this length."""

NOT_MUTUAL = timedelta(days=180)
"""For so long after somebody supervised or decided on another's plan, the other doesn't on theirs."""

WEEK = timedelta(days=7)
HALFWAY_FROM = timedelta(days=7)
"""How long a plan runs at least for a look halfway."""

UNSUPERVISED_FOR = timedelta(days=1)
"""How long a plan runs on when nobody supervises it. A user group that can't be read is no end at once."""

REMIND_AFTER, OPEN_AFTER = timedelta(days=7), timedelta(days=14)
"""How long after the end the member is reminded of the report, and its supervisor told that it's open."""

LONGEST_LINE, LONGEST_WORDS = 120, 1000

MOST_RISKS = 6
"""How many risks a plan can name."""

Offer = Mapping[str, frozenset[str]]
"""The permissions that a sandbox may grant here, with the classes of data that each is for."""

Exclusion = Literal["oneself", "not_supervisor", "mutual"]
"""Why somebody may not supervise a plan."""


@dataclass(frozen=True)
class Risk:
    """A risk of the list that plans choose from, with a mitigation that they can take or change."""

    id: str
    text: str
    mitigation: str


@dataclass(frozen=True)
class SandboxWords:
    """What content says of sandboxes: the risks to choose from, and what no plan ever does."""

    risks: tuple[Risk, ...] = ()
    nevers: tuple[str, ...] = ()

    @property
    def risk_ids(self) -> tuple[str, ...]:
        """The ids of the risks, in their order."""
        return tuple(risk.id for risk in self.risks)


@dataclass(frozen=True)
class ChosenRisk:
    """A risk of the list that a plan has, and what the member does about it."""

    id: str
    mitigation: str


@dataclass(frozen=True)
class PlanFacts:
    """What a plan says: what the member wants to find out, with what, and within which limits.

    `data` is a class of data, `affected` who is affected. `undo` says what can be undone and how, `stop_when`
    when to stop before the time is over. `supervisor` is a user id, `permissions` ids of those asked for.
    """

    question: str = ""
    tool: str = ""
    data: str = ""
    affected: str = ""
    risks: tuple[ChosenRisk, ...] = ()
    undo: str = ""
    stop_when: str = ""
    days: int = 0
    supervisor: str = ""
    permissions: tuple[str, ...] = ()


PlanProblem = Literal[
    "question", "tool", "data", "never_data", "affected", "risks", "mitigation", "undo",
    "stop_when", "days", "supervisor", "permissions", "permission_data", "long",
]  # fmt: skip
"""What is wrong with a plan: an empty field, a class of data that isn't allowed or never is, no risk, a risk
without a mitigation, a permission that no sandbox grants here or that isn't for this data, a text too long.
"""


def allowed_data(offer: Offer) -> tuple[str, ...]:
    """Return the classes of data that a sandbox may use here, in their order."""
    offered = ALWAYS_DATA.union(*offer.values()) - NEVER_DATA
    return tuple(name for name in DATA_CLASSES if name in offered)


def grantable(offer: Offer, data: str) -> tuple[str, ...]:
    """Return the permissions that a plan with this class of data may ask for, in the order of the policy."""
    return tuple(one for one, classes in offer.items() if data in classes - NEVER_DATA)


def plan_problems(
    facts: PlanFacts, offer: Offer, known_risks: Collection[str]
) -> tuple[PlanProblem, ...]:
    """Return all that is wrong with a plan before it can be asked for, in the order of its form."""
    risk_ids = [risk.id for risk in facts.risks]
    are_distinct = len(set(risk_ids)) == len(risk_ids)
    is_counted = 1 <= len(risk_ids) <= MOST_RISKS
    is_risk_chosen = are_distinct and is_counted and set(risk_ids) <= set(known_risks)
    texts = (facts.question, facts.affected, facts.undo, facts.stop_when)
    mitigations = [risk.mitigation for risk in facts.risks]
    is_never = facts.data in NEVER_DATA
    is_offered = set(facts.permissions) <= set(offer)
    fits_data = set(facts.permissions) <= set(grantable(offer, facts.data))
    found: tuple[tuple[bool, PlanProblem], ...] = (
        (not facts.question.strip(), "question"),
        (not facts.tool.strip(), "tool"),
        (is_never, "never_data"),
        (not is_never and facts.data not in allowed_data(offer), "data"),
        (not facts.affected.strip(), "affected"),
        (not is_risk_chosen, "risks"),
        (not all(text.strip() for text in mitigations), "mitigation"),
        (not facts.undo.strip(), "undo"),
        (not facts.stop_when.strip(), "stop_when"),
        (not SHORTEST_DAYS <= facts.days <= LONGEST_DAYS, "days"),
        (not facts.supervisor, "supervisor"),
        (not is_offered, "permissions"),
        (is_offered and not fits_data, "permission_data"),
        (is_too_long(*texts, *mitigations) or len(facts.tool) > LONGEST_LINE, "long"),
    )
    return tuple(problem for is_so, problem in found if is_so)


def is_too_long(*texts: str) -> bool:
    """Return whether one of these texts is longer than a plan keeps."""
    return any(len(text) > LONGEST_WORDS for text in texts)


def exclusion_of(
    *, is_themselves: bool, is_supervisor: bool, supervised_them: bool
) -> Exclusion | None:
    """Return why a person may not supervise a member's plan; None if they may.

    `supervised_them` when the member supervised or decided on a plan of this person within 180 days.
    """
    found: tuple[tuple[bool, Exclusion], ...] = (
        (is_themselves, "oneself"),
        (not is_supervisor, "not_supervisor"),
        (supervised_them, "mutual"),
    )
    return next((exclusion for is_so, exclusion in found if is_so), None)


@dataclass(frozen=True, order=True)
class Span:
    """A time in which a member has, or had, a permission through a sandbox; its end does not belong to it."""

    since: datetime
    until: datetime

    def overlap(self, since: datetime, until: datetime) -> timedelta:
        """Return how much of this time lies between these moments."""
        return max(timedelta(), min(self.until, until) - max(self.since, since))


def is_within_limit(had: Sequence[Span], new: Span) -> bool:
    """Return whether the permission may be had in this time too: at most 12 weeks in any 52.

    As a window of 52 weeks moves on, the sum of the times in it grows less only where one of them ends at
    the window's end, or begins at its beginning. So the largest sum is in one of these windows. Times of two
    plans at once count twice.
    """
    every = [*had, new]
    ends = [span.until for span in every] + [span.since + WITHIN for span in every]
    return all(
        sum((span.overlap(end - WITHIN, end) for span in every), timedelta()) <= LIMIT
        for end in ends
        if new.overlap(end - WITHIN, end)
    )


def days_left(had: Sequence[Span], since: datetime, *, most: int = LONGEST_DAYS) -> int:
    """Return for how many whole days from this moment on the permission may be had, at most `most`."""
    fits = (
        days
        for days in range(most, 0, -1)
        if is_within_limit(had, Span(since, since + timedelta(days=days)))
    )
    return next(fits, 0)


def halfway(started_at: datetime, ends_at: datetime) -> datetime | None:
    """Return when the look halfway is due; None for a plan that is too short for one."""
    length = ends_at - started_at
    return started_at + length / 2 if length >= HALFWAY_FROM else None


def next_week(started_at: datetime, ends_at: datetime, now: datetime) -> datetime | None:
    """Return when the member is asked for a line next: each week after the start, before the end."""
    passed = max(0, (now - started_at) // WEEK)
    due = started_at + (passed + 1) * WEEK
    return due if due < ends_at else None


def week_of(started_at: datetime, moment: datetime) -> int:
    """Return the week of a plan that a moment belongs to; the first is 1."""
    return max(0, (moment - started_at) // WEEK) + 1
