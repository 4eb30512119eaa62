"""The table of needs and the crosswalk, from their files."""

from coaching.required_level import Contradiction, Need, NeedQuestion, Needs
from content import schema
from content.model import NEED, Crosswalk, CrosswalkRow, Relation


def needs(entry: schema.NeedsFile) -> Needs:
    """The questions that lead to the level a project needs."""
    return Needs(
        framework=entry.framework,
        version=entry.version,
        family=NEED,
        title=entry.title,
        about=entry.about,
        none_label=entry.none_label,
        questions=tuple(_question(one) for one in entry.questions),
        contradictions=tuple(
            Contradiction((one.needs[0], one.needs[1]), one.says) for one in entry.contradictions
        ),
    )


def _question(entry: schema.NeedQuestionEntry) -> NeedQuestion:
    return NeedQuestion(
        id=entry.id,
        topic=entry.topic,
        text=entry.text,
        multiple=entry.multiple,
        needs=tuple(Need(one.id, one.text, one.level, one.because) for one in entry.needs),
    )


def crosswalk(entry: schema.CrosswalkFile) -> Crosswalk:
    """How the ladders relate."""
    return Crosswalk(
        version=entry.crosswalk,
        about=entry.about,
        relations=tuple(_relation(one) for one in entry.relations),
    )


def _relation(entry: schema.RelationEntry) -> Relation:
    return Relation(
        between=(entry.between[0], entry.between[1]),
        alike=tuple(entry.alike),
        different=tuple(entry.different),
        rows=tuple(CrosswalkRow(one.left, one.right, one.says) for one in entry.rows),
    )
