"""Steps for which a family has no tip of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from coaching.tiers import TIERS
from content.problems import Problem
from content.schema import FamilyFile, TipsFile
from content.shelf import Parsed, Shelf

TOP = TIERS[-1]


@dataclass(frozen=True)
class Gap:
    """A question and a step of it without a tip; step 3 is the evidence for those at the top."""

    family: Parsed[FamilyFile]
    tips: Parsed[TipsFile] | None
    number: int
    step: float

    @property
    def is_ours(self) -> bool:
        """Whether the family comes with Rungs, which promises a tip for every step."""
        return self.family.source.built_in

    def problem(self) -> Problem:
        """What the author is told, in the file where the tip is to be written."""
        question = self.family.content.questions[self.number].id
        entry = f"with 'from: {self.step:g}'" if self.step < TOP else "under 'evidence'"
        message = f"The question '{question}' has no tip {entry}. Write one"
        if self.tips:
            return self.tips.problem(("tips",), f"{message} in this file.")
        place = ("questions", self.number, "id")
        return self.family.problem(place, f"{message} in tips/{self.family.content.family}.yaml.")


def gaps(shelf: Shelf) -> Iterator[Gap]:
    """Every gap of every family whose tips could be read."""
    unread = {source.stem for source in shelf.sources.values() if source.kind == "tips"}
    unread -= {file.source.stem for file in shelf.tips}
    for file in shelf.families:
        if file.content.family not in unread:
            yield from _gaps_of(file, shelf)


def _gaps_of(family: Parsed[FamilyFile], shelf: Shelf) -> Iterator[Gap]:
    name = family.content.family
    tips = next((file for file in shelf.tips if file.content.family == name), None)
    own: list[FamilyFile | TipsFile] = [family.content, *([tips.content] if tips else [])]
    served = {(tip.question, tip.from_tier) for file in own for tip in file.tips}
    served |= {(step.question, TOP) for file in own for step in file.evidence}
    for number, question in enumerate(family.content.questions):
        for step in TIERS:
            if (question.id, step) not in served:
                yield Gap(family, tips, number, step)
