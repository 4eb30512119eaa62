"""Evidence: which levels a claim is for, what it has to show, what a decision verifies, and for how long.

A claim is for one level of one ladder. It covers the levels above those that are verified, up to its own, and
shows two pieces of work for each. A verifier marks each criterion. The decision follows from the marks: the
highest level up to which every criterion was shown. So showing one more never lowers the level.
"""

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args
from urllib.parse import urlsplit

ClaimState = Literal[
    "draft", "submitted", "returned", "accepted", "adjusted", "declined", "appealed", "withdrawn",
    "revoked",
]  # fmt: skip
OPEN: frozenset[ClaimState] = frozenset({"draft", "submitted", "returned", "appealed"})
EDITABLE: frozenset[ClaimState] = frozenset({"draft", "returned"})
WAITING: frozenset[ClaimState] = frozenset({"submitted", "appealed"})
WITHDRAWABLE: frozenset[ClaimState] = frozenset({"draft", "submitted", "returned"})
APPEALABLE: frozenset[ClaimState] = frozenset({"adjusted", "declined", "revoked"})
"""Claims that are not over; that the member can change; that wait for a decision; that can be withdrawn; and
whose decision a member can appeal, once."""

Look = Literal["first", "second", "appeal", "steward"]
"""Who looks at a claim next; a second look is made without knowing the first."""

Verdict = Literal["shown", "not_shown", "cannot_tell"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

Outcome = Literal["accepted", "adjusted", "declined"]

FAMILIES = "role-families"
FAMILY_TIERS = (1, 2, 3)
"""The framework whose tiers have half-steps, which are never claimed."""

PIECES, RENEWAL_PIECES, MOST_PIECES = 2, 1, 4
"""How many pieces each level takes, how many a renewal takes, and how many a level may have."""

LONGEST_FIELD, LONGEST_LINK, LONGEST_WORDS = 300, 500, 1000

HELD_FOR = timedelta(hours=48)
UNDO_WITHIN = timedelta(minutes=10)
NOTICE = timedelta(days=30)
REMIND_AFTER, ASK_ANOTHER_AFTER, STEWARD_AFTER = (timedelta(days=days) for days in (3, 7, 14))
MONTHS = 12
"""For how long a verified level lasts where the ladder says nothing else."""


@dataclass(frozen=True, order=True)
class LadderKey:
    """A ladder, or the page of one role family; `family` is empty for other ladders."""

    framework: str
    family: str = ""


@dataclass(frozen=True)
class Criterion:
    """A behavior, or a question of a family, at a level; `words` are what the member claims to do."""

    level: int
    id: str
    words: str


@dataclass(frozen=True)
class PieceFacts:
    """One piece of work: for which level, where it is, and what it shows.

    Without a `link` it is shown in person. `did`, `ai_did` and `checked` say what the member did, what AI
    did, and how it was checked. `shows` are the ids of criteria of its level.
    """

    level: int
    link: str
    did: str
    ai_did: str
    checked: str
    shows: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """What a verifier says of one criterion; `words` say why, and are required where it was not shown."""

    verdict: Verdict
    words: str = ""


@dataclass(frozen=True)
class Verified:
    """A level that is verified, or was; `ends_at` is when it ends unless it is renewed."""

    ladder: LadderKey
    level: int
    verified_at: datetime
    ends_at: datetime
    claim_id: str

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it counts at this moment."""
        return now < self.ends_at

    def can_be_renewed(self, now: datetime) -> bool:
        """Return whether it counts and ends so soon that it can be renewed."""
        return self.ends_at - NOTICE <= now < self.ends_at


@dataclass(frozen=True)
class Missing:
    """What a level still lacks before its claim can be submitted: pieces, and criteria that none shows."""

    level: int
    pieces: int
    criteria: tuple[str, ...]


PieceProblem = Literal["level", "link", "long_link", "did", "ai_did", "checked", "long", "shows"]
"""The field that is wrong: no link by form, an empty field, one that is too long, or nothing shown."""


def can_be_claimed(ladder: LadderKey, level: float) -> bool:
    """Return whether there can be a claim for this level: in families tiers 1, 2 and 3, never halves."""
    if ladder.framework == FAMILIES:
        return bool(ladder.family) and level in FAMILY_TIERS
    return level >= 1 and level == int(level)


def highest(verified: Collection[Verified], now: datetime) -> int:
    """Return the highest of these levels that is in force with every level below it; 0 for none."""
    in_force = {one.level for one in verified if one.is_in_force(now)}
    level = 0
    while level + 1 in in_force:
        level += 1
    return level


def levels_to_show(level: int, from_level: int) -> tuple[int, ...]:
    """Return the levels that a claim covers; a renewal is for its own level alone, so it begins there."""
    return tuple(range(from_level, level + 1))


def criteria_to_mark(
    criteria: Sequence[Criterion],
    covered: Collection[int],
    pieces: Sequence[PieceFacts],
    *,
    is_renewal: bool,
) -> tuple[Criterion, ...]:
    """Return the criteria that a verifier marks: of the covered levels, or those a renewal shows."""
    asked = (one for one in criteria if one.level in covered)
    if not is_renewal:
        return tuple(asked)
    shown = {(piece.level, name) for piece in pieces for name in piece.shows}
    return tuple(one for one in asked if (one.level, one.id) in shown)


def piece_problem(
    piece: PieceFacts, criteria: Sequence[Criterion], covered: Collection[int]
) -> PieceProblem | None:
    """Return what is wrong with a piece, or None."""
    if piece.level not in covered:
        return "level"
    if problem := link_problem(piece.link):
        return problem
    fields = {"did": piece.did, "ai_did": piece.ai_did, "checked": piece.checked}
    for name, words in fields.items():
        if not words.strip():
            return name  # type: ignore[return-value]
        if len(words) > LONGEST_FIELD:
            return "long"
    known = {one.id for one in criteria if one.level == piece.level}
    return None if piece.shows and known.issuperset(piece.shows) else "shows"


def link_problem(link: str) -> Literal["link", "long_link"] | None:
    """Return what is wrong with the form of a link, or None; it is never fetched. Empty is in person."""
    if not link:
        return None
    if len(link) > LONGEST_LINK:
        return "long_link"
    try:
        parts = urlsplit(link)
        host, named = parts.hostname or "", parts.username or parts.password
        _ = parts.port
    except ValueError:
        return "link"
    is_plain = link.isprintable() and not any(sign in link for sign in " <>|\"'`\\")
    is_host = bool(host.strip(".")) and not named
    return None if parts.scheme in ("http", "https") and is_plain and is_host else "link"


def missing(
    criteria: Sequence[Criterion],
    covered: Sequence[int],
    pieces: Sequence[PieceFacts],
    *,
    is_renewal: bool,
) -> tuple[Missing, ...]:
    """Return what the claim's levels still lack, lowest first; nothing when it can be submitted."""
    found = []
    for level in covered:
        here = [piece for piece in pieces if piece.level == level]
        shown = {name for piece in here for name in piece.shows}
        lacking = tuple(one.id for one in criteria if one.level == level and one.id not in shown)
        wanted = RENEWAL_PIECES if is_renewal else PIECES
        short = max(0, wanted - len(here))
        if short or (lacking and not is_renewal):
            found.append(Missing(level, short, () if is_renewal else lacking))
    return tuple(found)


def mark_problem(mark: Mark) -> Literal["verdict", "words", "long"] | None:
    """Return what is wrong with a mark: an unknown verdict, "not shown" without words, or too many words."""
    if mark.verdict not in VERDICTS:
        return "verdict"
    if mark.verdict == "not_shown" and not mark.words.strip():
        return "words"
    return "long" if len(mark.words) > LONGEST_WORDS else None


def unmarked(asked: Sequence[Criterion], marks: Mapping[str, Mark]) -> tuple[Criterion, ...]:
    """Return the criteria that have no mark yet, in their order."""
    return tuple(one for one in asked if criterion_key(one) not in marks)


def criterion_key(criterion: Criterion) -> str:
    """Return what names a criterion within a claim, as families ask the same question at each tier."""
    return f"{criterion.level}:{criterion.id}"


def level_shown(
    asked: Sequence[Criterion], covered: Sequence[int], marks: Mapping[str, Mark]
) -> int:
    """Return the highest covered level up to which every criterion was shown; 0 where the lowest was not.

    A level without a criterion to mark was not shown.
    """
    reached = 0
    for level in covered:
        here = [one for one in asked if one.level == level]
        verdicts = [marks[key].verdict for one in here if (key := criterion_key(one)) in marks]
        if not here or verdicts != ["shown"] * len(here):
            break
        reached = level
    return reached


def outcome_of(level: int, claimed: int) -> Outcome:
    """Return how a claim ends that reached this level: accepted, adjusted to a lower level, or declined."""
    if level >= claimed:
        return "accepted"
    return "adjusted" if level else "declined"


def renewed(
    verified: Mapping[int, Verified], ladder: LadderKey, level: int, claim: tuple[str, int], *,
    now: datetime, months: int,
) -> dict[int, Verified]:  # fmt: skip
    """Return the levels up to `level` as they are after a claim was accepted at it.

    `claim` is its id and the lowest level that it shows. Those levels are verified by it; the levels below go
    on until the same day. No level ends earlier than before.
    """
    claim_id, shown_from = claim
    ends_at = after_months(now, months)
    after = {}
    for one in range(1, level + 1):
        old = verified.get(one)
        is_kept = old is not None and old.is_in_force(now)
        began = old.verified_at if old and is_kept else now
        end = max(old.ends_at, ends_at) if old else ends_at
        by = old.claim_id if old and is_kept and one < shown_from else claim_id
        after[one] = Verified(ladder, one, began, end, by)
    return after


def after_months(moment: datetime, months: int) -> datetime:
    """Return the same day and time so many months later, or the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
