"""The questions about a project that lead to the level it needs."""

from typing import Annotated

from coaching.required_level import Contradiction, Need, NeedQuestion, Needs
from content import limits
from content.fields import (
    Entry,
    Id,
    Keys,
    Line,
    Name,
    Number,
    Paragraph,
    QuestionText,
    Several,
    ShortName,
    Topic,
    Truth,
    Version,
    count,
)

NEED = "need"
"""The family of the words that ask what a project needs."""

NeedEntry = Annotated[Need, Keys(id=Id, text=Name, level=Number, because=Line)]
NeedQuestionEntry = Annotated[
    NeedQuestion,
    Keys(
        id=Id,
        topic=Topic,
        text=QuestionText,
        multiple=Truth,
        needs=Annotated[Several[NeedEntry], count(*limits.NEEDS)],
    ),
]
ContradictionEntry = Annotated[
    Contradiction, Keys(needs=Annotated[Several[Id], count(2, 2)], says=Line)
]


class NeedsFile(Entry):
    """frameworks/<id>/needs.yaml: the questions that lead to the level a project needs."""

    framework: Id
    version: Version
    title: ShortName
    about: Paragraph
    none_label: Name
    questions: Annotated[Several[NeedQuestionEntry], count(1, limits.NEED_QUESTIONS)]
    contradictions: Several[ContradictionEntry] = ()

    @property
    def words(self) -> Needs:
        """What people are shown when they describe a project."""
        return Needs(
            framework=self.framework,
            version=self.version,
            family=NEED,
            title=self.title,
            about=self.about,
            none_label=self.none_label,
            questions=self.questions,
            contradictions=self.contradictions,
        )
