"""Topics that a team can practise: the questions of every family, and the series."""

from collections.abc import Iterable

from coaching.digests import Tried
from content.library import Library
from storage.practices import Said

SERIES = "series"
TRIED = ("done", "partly")
"""Answers to a check-in that tell of a try."""


def topics(library: Library) -> dict[str, str]:
    """Every topic with its words, in the order of the families."""
    found = {
        f"{family.id}/{question.id}": question.topic
        for family in library.families.values()
        for question in family.questions
    }
    return found | {f"{SERIES}/{series.id}": series.name for series in library.series}


def tried(library: Library, said: Iterable[Said]) -> list[Tried]:
    """Who tried steps of which topic; general tips and content that is gone have none."""
    known = topics(library)
    of_lesson = {
        lesson.id: f"{SERIES}/{series.id}" for series in library.series for lesson in series.lessons
    }
    found = []
    for each in said:
        topic = f"{each.family}/{each.question}"
        if topic not in known:
            topic = of_lesson.get(each.tip_id, "")
        if topic and each.outcome in TRIED:
            found.append(Tried(each.user_id, topic))
    return found


def families_of(chosen: Iterable[str]) -> frozenset[str]:
    """The families that these topics belong to."""
    return frozenset(topic.partition("/")[0] for topic in chosen) - {SERIES}
