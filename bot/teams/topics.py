"""Topics that a team can practise: the questions of every family, and the series."""

from collections.abc import Iterable

from content.model import Library
from storage.practices import Said

SERIES = "series"


def topics(library: Library) -> dict[str, str]:
    """Every topic with its words, in the order of the families."""
    found = {
        f"{family.id}/{question.id}": question.topic
        for family in library.families.values()
        for question in family.questions
    }
    return found | {f"{SERIES}/{series.id}": series.name for series in library.series}


def topic_of(library: Library, said: Said) -> str | None:
    """The topic of a step; None for general tips and for content that is gone."""
    if said.family and said.question:
        topic = f"{said.family}/{said.question}"
        return topic if topic in topics(library) else None
    for series in library.series:
        if any(lesson.id == said.tip_id for lesson in series.lessons):
            return f"{SERIES}/{series.id}"
    return None


def families_of(chosen: Iterable[str]) -> frozenset[str]:
    """The families that these topics belong to."""
    return frozenset(topic.partition("/")[0] for topic in chosen) - {SERIES}
