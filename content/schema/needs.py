"""The table that leads to the level a project needs, and the crosswalk between the ladders."""

from typing import Annotated

from pydantic import Field

from content import limits
from content.schema.texts import (
    Asked,
    Id,
    Line,
    Lines,
    Name,
    Paragraph,
    ShortName,
    Strict,
    Topic,
    Version,
    exactly,
)


class NeedEntry(Strict):
    id: Id
    text: Name
    level: int
    because: Line


class NeedQuestionEntry(Strict):
    id: Id
    topic: Topic
    text: Asked
    multiple: bool
    needs: Annotated[list[NeedEntry], Field(min_length=limits.NEEDS[0], max_length=limits.NEEDS[1])]


class ContradictionEntry(Strict):
    needs: Annotated[list[Id], exactly(2)]
    says: Line


class NeedsFile(Strict):
    """frameworks/<id>/needs.yaml"""

    framework: Id
    version: Version
    title: ShortName
    about: Paragraph
    none_label: Name
    questions: Annotated[
        list[NeedQuestionEntry], Field(min_length=1, max_length=limits.NEED_QUESTIONS)
    ]
    contradictions: list[ContradictionEntry] = Field(default_factory=list)


class RowEntry(Strict):
    left: Name
    right: Name
    says: Line


class RelationEntry(Strict):
    between: Annotated[list[Id], exactly(2)]
    alike: Lines
    different: Lines
    rows: list[RowEntry] = Field(default_factory=list, max_length=limits.SIGNS)


class CrosswalkFile(Strict):
    """frameworks/crosswalk.yaml"""

    crosswalk: Version
    about: Paragraph
    relations: list[RelationEntry]
