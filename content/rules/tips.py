"""Tips: each for a question that exists, and none missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from coaching.tiers import TIERS
from content.problems import Problem, did_you_mean
from content.rules.practices import practice_problems
from content.schema import EvidenceEntry, FamilyFile, TipsFile
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place

HALF_STEPS = TIERS[:-1]

TipSource = Parsed[FamilyFile] | Parsed[TipsFile]


def tip_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with the tips of each family."""
    families = {file.content.family: file.content for file in shelf.families}
    for file in shelf.families:
        yield from _entries(file, families)
    for tips in shelf.tips:
        yield from _file_identity(tips, shelf)
        yield from _entries(tips, families)
    for gap in gaps(shelf):
        if gap.file.source.built_in:
            yield gap.problem()


def any_tip_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with the tips that serve every family."""
    for file in shelf.any_tips:
        for number, tip in enumerate(file.content.tips):
            yield from practice_problems(file, ("tips", number), tip)
        for number, step in enumerate(file.content.evidence):
            yield from practice_problems(file, ("evidence", number), step)
        served = {tip.from_tier for tip in file.content.tips}
        for half_step in HALF_STEPS:
            if half_step not in served:
                yield file.problem(
                    ("tips",), f"There is no tip with 'from: {half_step:g}'. Write one."
                )
        if not file.content.evidence:
            yield file.problem((), "There is no entry under 'evidence'. Write one.")


@dataclass(frozen=True)
class Gap:
    """A question and a half-step of it (3: evidence) for which a family has nothing of its own."""

    file: Parsed[FamilyFile]
    number: int
    half_step: float

    def problem(self) -> Problem:
        """What the author of a built-in family is told."""
        question = self.file.content.questions[self.number].id
        entry = (
            f"with 'from: {self.half_step:g}'" if self.half_step < TIERS[-1] else "under 'evidence'"
        )
        message = f"The question '{question}' has no tip {entry}. Write one in tips/"
        return self.file.problem(
            ("questions", self.number, "id"), f"{message}{self.file.content.family}.yaml."
        )


def gaps(shelf: Shelf) -> Iterator[Gap]:
    """Every gap of every family whose tips could be read."""
    unread = {s.stem for s in shelf.sources.values() if s.kind == "tips"}
    unread -= {file.source.stem for file in shelf.tips}
    for file in shelf.families:
        name = file.content.family
        if name in unread:
            continue
        own: list[FamilyFile | TipsFile] = [file.content]
        own += (tips.content for tips in shelf.tips if tips.content.family == name)
        served = {(tip.question, tip.from_tier) for entry in own for tip in entry.tips}
        served |= {(step.question, TIERS[-1]) for entry in own for step in entry.evidence}
        for number, question in enumerate(file.content.questions):
            for half_step in TIERS:
                if (question.id, half_step) not in served:
                    yield Gap(file, number, half_step)


def _file_identity(file: Parsed[TipsFile], shelf: Shelf) -> Iterator[Problem]:
    name, stem = file.content.family, file.source.stem
    if name not in shelf.family_ids:
        hint = did_you_mean(name, shelf.family_ids)
        yield file.problem(("family",), f"'family' is '{name}', which is no family.{hint}")
    elif name != stem:
        message = f"'family' is '{name}', but the file is called '{stem}'. Make them the same."
        yield file.problem(("family",), message)


def _entries(file: TipSource, families: Mapping[str, FamilyFile]) -> Iterator[Problem]:
    name = file.content.family
    questions = [q.id for q in families[name].questions] if name in families else None
    for number, tip in enumerate(file.content.tips):
        yield from _entry(file, ("tips", number), tip, questions)
    for number, step in enumerate(file.content.evidence):
        yield from _entry(file, ("evidence", number), step, questions)


def _entry(
    file: TipSource, place: Place, entry: EvidenceEntry, questions: list[str] | None
) -> Iterator[Problem]:
    yield from practice_problems(file, place, entry)
    family = file.content.family
    if not entry.id.startswith(f"{family}-"):
        yield file.problem((*place, "id"), f"'id' is '{entry.id}'. Start it with '{family}-'.")
    if questions is not None and entry.question not in questions:
        hint = did_you_mean(entry.question, questions)
        message = f"'question' is '{entry.question}', which {family} does not have.{hint}"
        yield file.problem((*place, "question"), message)
