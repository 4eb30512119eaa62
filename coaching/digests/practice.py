"""What a team practised: how many people, and the topics they chose most."""

from collections import Counter
from datetime import date

from coaching.digests.bands import how_many
from coaching.digests.blur import TOPIC_BLUR, noise
from coaching.digests.figures import Practised, Reason, Withheld
from coaching.digests.group import Group

MOST_TOPICS = 3

CLEARLY = 2
"""So many more than the minimum must seem to share a topic: the blur seldom names one that nobody chose."""


def practised(
    group: Group, people: set[str], *, on: date, since: date | None, minimum: int
) -> Practised | Withheld:
    """What these people tried; each counts for one topic, the one they tried last."""
    chosen = {tried.user_id: tried.topic for tried in group.tried if tried.user_id in people}
    if len(chosen) < minimum:
        return Withheld(Reason.TOO_FEW)
    topics = _most_chosen(group, Counter(chosen.values()), on=on, minimum=minimum)
    return Practised(
        people=how_many(len(chosen)),
        topics=topics or Withheld(Reason.NOTHING_IN_COMMON),
        since=since,
        on=on,
    )


def _most_chosen(group: Group, counts: Counter[str], *, on: date, minimum: int) -> tuple[str, ...]:
    """The topics with the highest blurred counts, in the order in which the group names them.

    All topics take part, also those that nobody tried: otherwise a topic named would give away whoever was
    the only one to try it.
    """
    blurred = {
        topic: counts[topic] + noise(group.secret, f"{on}:topic:{topic}", blur=TOPIC_BLUR)
        for topic in group.topics
    }
    common = [topic for topic in blurred if blurred[topic] >= minimum + CLEARLY]
    best = sorted(common, key=lambda topic: -blurred[topic])[:MOST_TOPICS]
    return tuple(topic for topic in group.topics if topic in best)
