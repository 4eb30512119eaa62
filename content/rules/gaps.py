"""Steps for which a family, or a framework on the scale of tiers, has no tip of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from coaching.mean_score import TIERS
from content.problems import Problem
from content.schema import FamilyFile, ScaleFile, TipsFile
from content.shelf import Parsed, Shelf

TOP = TIERS[-1]


@dataclass(frozen=True)
class Gap:
    """A question and a step of it without a tip; step 3 is the evidence for those at the top."""

    owner: Parsed[FamilyFile] | Parsed[ScaleFile]
    tips: Parsed[TipsFile] | None
    number: int
    step: float

    @property
    def is_ours(self) -> bool:
        """Whether it comes with Rungs, which promises a tip for every step."""
        return self.owner.source.built_in

    @property
    def name(self) -> str:
        """The id of the family or the framework."""
        return _name(self.owner)

    def problem(self) -> Problem:
        """What the author is told, in the file where the tip is to be written."""
        question = self.owner.content.questions[self.number].id
        entry = f"with 'from: {self.step:g}'" if self.step < TOP else "under 'evidence'"
        message = f"The question '{question}' has no tip {entry}. Write one"
        if self.tips:
            return self.tips.problem(("tips",), f"{message} in this file.")
        place = ("questions", self.number, "id")
        return self.owner.problem(place, f"{message} in tips/{self.name}.yaml.")


def gaps(shelf: Shelf) -> Iterator[Gap]:
    """Every gap of everything whose tips could be read."""
    unread = {source.stem for source in shelf.sources.values() if source.kind == "tips"}
    unread -= {file.source.stem for file in shelf.tips}
    owners: list[Parsed[FamilyFile] | Parsed[ScaleFile]] = [*shelf.families, *shelf.scales]
    for file in owners:
        if _name(file) not in unread:
            yield from _gaps_of(file, shelf)


def _gaps_of(owner: Parsed[FamilyFile] | Parsed[ScaleFile], shelf: Shelf) -> Iterator[Gap]:
    tips = next((file for file in shelf.tips if file.content.family == _name(owner)), None)
    own: list[FamilyFile | ScaleFile | TipsFile] = [owner.content]
    own += [tips.content] if tips else []
    served = {(tip.question, tip.from_tier) for file in own for tip in file.tips}
    served |= {(step.question, TOP) for file in own for step in file.evidence}
    for number, question in enumerate(owner.content.questions):
        for step in TIERS:
            if (question.id, step) not in served:
                yield Gap(owner, tips, number, step)


def _name(owner: Parsed[FamilyFile] | Parsed[ScaleFile]) -> str:
    content = owner.content
    return content.family if isinstance(content, FamilyFile) else content.framework
