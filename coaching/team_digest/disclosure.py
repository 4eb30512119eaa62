"""What a digest may say about a team, and what is stored of it for the next digest.

`decide_digest` is the only function that turns members' answers into figures. It refuses when too few people
take part, when too few joined or left since the last release, and when another channel's release rests on
nearly the same people: in each case the new figures, alone or compared with published ones, could say
something about one person. Everything else of a refused digest comes from the last release, with its date.
decisions/0018 has the argument.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from coaching.team_digest.figures import (
    Digest,
    Movement,
    People,
    Practiced,
    Reason,
    Spread,
    Withheld,
    how_many,
)
from coaching.team_digest.release import (
    FEWEST_NEW,
    SMALLEST,
    TOPIC_BLUR,
    Group,
    Memory,
    OtherRelease,
    ReleaseRecord,
    Standing,
    contributor,
    memory_of,
    moved_on,
    newly_done,
    noise,
    picture,
    shares_of_round,
    stamp_of,
    to_facts,
)

MOST_TOPICS = 3

CLEARLY = 2
"""A topic is named from this many people over the minimum, so that noise alone seldom names one."""


@dataclass(frozen=True)
class DigestDecision:
    """A digest, and the release to store with it; None when the digest discloses nothing new."""

    digest: Digest
    kept: ReleaseRecord | None


def decide_digest(
    group: Group, *, on: date, now: datetime, last: ReleaseRecord | None, minimum: int = 5
) -> DigestDecision:
    """Return what the digest of `on` says, given the last release to the same channel.

    The same values give the same digest. Two digests that were sent must not be made from the same `last`:
    each must take the release before it into account.
    """
    minimum = enough(minimum)
    counting, reason = who_counts(group, last, minimum=minimum)
    before = memory_of(last)
    if reason is not None:
        return DigestDecision(_without_news(before, on=on, reason=reason), kept=None)
    after = _with_new_round(counting, before, secret=group.secret, on=on, minimum=minimum)
    tried = practiced(
        group,
        {each.user_id for each in counting.values()},
        on=on,
        since=before.practiced_at.date() if before.practiced_at else None,
        minimum=minimum,
    )
    if isinstance(tried, Practiced):
        after = replace(after, practiced_at=now)
    digest = _digest(before, after, tried, on=on)
    return DigestDecision(
        digest, ReleaseRecord(contributors=frozenset(counting), facts=to_facts(after))
    )


def last_digest(last: ReleaseRecord | None, *, on: date, people: int, minimum: int = 5) -> Digest:
    """Return the figures of the last digest, for a preview; `people` is how many take part now.

    Nothing is computed anew, because that would disclose the same answers a second time.
    """
    is_small = people < enough(minimum)
    return _without_news(
        memory_of(last), on=on, reason=Reason.TOO_FEW if is_small else Reason.NOT_YET
    )


def practiced_since(last: ReleaseRecord | None) -> datetime | None:
    """Return the moment from which steps count for the next digest; None when all of them count."""
    return memory_of(last).practiced_at


def spread_history(history: Sequence[ReleaseRecord]) -> tuple[Spread, ...]:
    """Return the spreads that were published over time, the oldest first, each once."""
    shown = (memory_of(each).spread for each in history)
    return tuple(sorted({each for each in shown if each}, key=lambda spread: spread.on))


def _with_new_round(
    counting: Mapping[str, Standing], before: Memory, *, secret: str, on: date, minimum: int
) -> Memory:
    """Return the memory after a round of the self-checks that no round has counted yet."""
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


def _digest(before: Memory, after: Memory, tried: Practiced | Withheld, *, on: date) -> Digest:
    hidden = Reason.ALIKE if after.rounds else Reason.TOO_FEW
    return Digest(
        on=on,
        people=after.people or Withheld(Reason.TOO_FEW),
        spread=after.spread or Withheld(hidden),
        movement=_movement(before.spread, after.spread),
        practiced=tried,
    )


def _movement(before: Spread | None, after: Spread | None) -> Movement | Withheld:
    if before and after and after.on > before.on and moved_on(before.shares, after.shares):
        return Movement(since=before.on, on=after.on)
    return Withheld(Reason.NOTHING_TO_COMPARE)


def _without_news(before: Memory, *, on: date, reason: Reason) -> Digest:
    """Return the old figures with their date; no figures when too few people are left."""
    is_small = reason is Reason.TOO_FEW
    return Digest(
        on=on,
        people=(None if is_small else before.people) or Withheld(reason),
        spread=(None if is_small else before.spread) or Withheld(reason),
        movement=Withheld(reason),
        practiced=Withheld(reason),
    )


def enough(minimum: int) -> int:
    """Return the least number of people that a figure may rest on."""
    return max(minimum, SMALLEST)


def who_counts(
    group: Group, last: ReleaseRecord | None, *, minimum: int
) -> tuple[dict[str, Standing], Reason | None]:
    """Return the contributors of new figures by their keyed hash, or the reason why there are none.

    Only who is on the roster matters here, never what they answered. Newcomers are not counted until at least
    `minimum` people joined or left since the last release. Once a contributor left, there are no new figures
    until then either.
    """
    roster = {contributor(group.secret, each.user_id): each for each in group.standings}
    chosen = _settled(roster.keys(), last, minimum)
    if len(roster) < minimum:
        return {}, Reason.TOO_FEW
    if chosen is None:
        return {}, Reason.TOO_FEW_CHANGES
    counting = {name: roster[name] for name in sorted(chosen)}
    if _is_close([each.user_id for each in counting.values()], group.elsewhere, minimum):
        return {}, Reason.TOO_CLOSE_TO_A_TEAM
    return counting, None


def _settled(roster: Set[str], last: ReleaseRecord | None, minimum: int) -> Set[str] | None:
    if last is None or len(roster ^ last.contributors) >= minimum:
        return roster
    return last.contributors if last.contributors <= roster else None


def _is_close(user_ids: Collection[str], elsewhere: Sequence[OtherRelease], minimum: int) -> bool:
    """Return whether these people are nearly those of another release, or of all releases within them."""
    in_parts: set[str] = set()
    for other in elsewhere:
        if len(other.contributors) - len(user_ids) >= minimum:
            continue  # It has at least `minimum` people more than this one.
        shared = {
            user for user in user_ids if contributor(other.secret, user) in other.contributors
        }
        apart = len(user_ids) + len(other.contributors) - 2 * len(shared)
        if apart < minimum:
            return True
        if len(shared) == len(other.contributors):
            in_parts |= shared
    return bool(in_parts) and len(user_ids) - len(in_parts) < minimum


def practiced(
    group: Group, people: set[str], *, on: date, since: date | None, minimum: int
) -> Practiced | Withheld:
    """Return what these people tried; each counts for one topic, the one they tried last."""
    chosen = {tried.user_id: tried.topic for tried in group.tried if tried.user_id in people}
    if len(chosen) < minimum:
        return Withheld(Reason.TOO_FEW)
    topics = _most_chosen(group, Counter(chosen.values()), on=on, minimum=minimum)
    return Practiced(
        people=how_many(len(chosen)),
        topics=topics or Withheld(Reason.NOTHING_IN_COMMON),
        since=since,
        on=on,
    )


def _most_chosen(group: Group, counts: Counter[str], *, on: date, minimum: int) -> tuple[str, ...]:
    """Return the topics with the highest blurred counts, in the order of the group's topics.

    All topics are blurred, also those that nobody tried; otherwise a named topic would prove that somebody
    tried it.
    """
    blurred = {
        topic: counts[topic] + noise(group.secret, f"{on}:topic:{topic}", blur=TOPIC_BLUR)
        for topic in group.topics
    }
    common = [topic for topic in blurred if blurred[topic] >= minimum + CLEARLY]
    best = sorted(common, key=lambda topic: -blurred[topic])[:MOST_TOPICS]
    return tuple(topic for topic in group.topics if topic in best)
