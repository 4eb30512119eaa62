"""What a digest may share, and what is to be kept of it for the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from coaching.digests.bands import how_many
from coaching.digests.contributing import enough, who_counts
from coaching.digests.figures import (
    Digest,
    Movement,
    People,
    Practised,
    Reason,
    Spread,
    Withheld,
)
from coaching.digests.group import Group, Kept, Standing
from coaching.digests.memory import Memory, from_kept, to_facts
from coaching.digests.practice import practised
from coaching.digests.rounds import (
    FEWEST_NEW,
    moved_on,
    newly_done,
    picture,
    shares_of_round,
    stamp_of,
)


@dataclass(frozen=True)
class Decision:
    """A digest, and the release to keep with it; None when it makes nothing new known."""

    digest: Digest
    kept: Kept | None


def decide(
    group: Group, *, on: date, now: datetime, last: Kept | None, minimum: int = 5
) -> Decision:
    """Decide what the digest of `on` says, given the last release to the same channel.

    The same values give the same digest. Two digests that went out must not share one `last`.
    """
    minimum = enough(minimum)
    counting, reason = who_counts(group, last, minimum=minimum)
    before = from_kept(last)
    if reason is not None:
        return Decision(_without_news(before, on=on, reason=reason), kept=None)
    after = _looked_at(counting, before, secret=group.secret, on=on, minimum=minimum)
    tried = practised(
        group,
        {each.user_id for each in counting.values()},
        on=on,
        since=before.practised_at.date() if before.practised_at else None,
        minimum=minimum,
    )
    if isinstance(tried, Practised):
        after = replace(after, practised_at=now)
    digest = _digest(before, after, tried, on=on)
    return Decision(digest, Kept(contributors=frozenset(counting), facts=to_facts(after)))


def last_shown(last: Kept | None, *, on: date, people: int, minimum: int = 5) -> Digest:
    """What the channel was told last, for a preview; `people` is how many take part now.

    To compute anew would be a second look at the same answers.
    """
    is_small = people < enough(minimum)
    return _without_news(
        from_kept(last), on=on, reason=Reason.TOO_FEW if is_small else Reason.NOT_YET
    )


def practised_since(last: Kept | None) -> datetime | None:
    """From when on steps count for the next digest; None for all of them."""
    return from_kept(last).practised_at


def spreads(history: Sequence[Kept]) -> tuple[Spread, ...]:
    """The spreads that were shown over time, the oldest first, each once."""
    shown = (from_kept(each).spread for each in history)
    return tuple(sorted({each for each in shown if each}, key=lambda spread: spread.on))


def _looked_at(
    counting: Mapping[str, Standing], before: Memory, *, secret: str, on: date, minimum: int
) -> Memory:
    """The memory after those who count were looked at once."""
    people = People(how_many(len(counting)), on)
    new = newly_done(counting, before.counted)
    if len(new) < max(minimum, FEWEST_NEW):
        return replace(before, people=people)
    shares = shares_of_round(new.values(), secret=secret)
    stamps = {name: stamp_of(each) for name, each in new.items()}
    after = replace(before, people=people).with_round(shares, stamps)
    places = [after.place_of(name) for name in counting]
    whole = picture(places, after.rounds) if shares else None
    return replace(after, spread=Spread(whole, on)) if whole else after


def _digest(before: Memory, after: Memory, tried: Practised | Withheld, *, on: date) -> Digest:
    hidden = Reason.ALIKE if after.rounds else Reason.TOO_FEW
    return Digest(
        on=on,
        people=after.people or Withheld(Reason.TOO_FEW),
        spread=after.spread or Withheld(hidden),
        movement=_movement(before.spread, after.spread),
        practised=tried,
    )


def _movement(before: Spread | None, after: Spread | None) -> Movement | Withheld:
    if before and after and after.on > before.on and moved_on(before.shares, after.shares):
        return Movement(since=before.on, on=after.on)
    return Withheld(Reason.NOTHING_TO_COMPARE)


def _without_news(before: Memory, *, on: date, reason: Reason) -> Digest:
    """The old figures with their date; none at all when too few people are left."""
    is_small = reason is Reason.TOO_FEW
    return Digest(
        on=on,
        people=(None if is_small else before.people) or Withheld(reason),
        spread=(None if is_small else before.spread) or Withheld(reason),
        movement=Withheld(reason),
        practised=Withheld(reason),
    )
