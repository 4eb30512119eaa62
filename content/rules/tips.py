"""Tips: each for a question that exists, and none missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from coaching.mean_score import TIERS
from content.problems import Problem, did_you_mean
from content.rules.gaps import gaps
from content.rules.practices import practice_problems
from content.schema import EvidenceEntry, FamilyFile, QuestionEntry, ScaleFile, TipsFile
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place

HALF_STEPS = TIERS[:-1]

TipSource = Parsed[FamilyFile] | Parsed[ScaleFile] | Parsed[TipsFile]


@dataclass(frozen=True)
class Owner:
    """Whose tips these are, and the ids of its questions; None when its file has problems."""

    name: str
    questions: frozenset[str] | None


def tip_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with the tips of each family, and of each framework on the scale of tiers."""
    asked = {file.content.family: file.content.questions for file in shelf.families}
    asked |= {file.content.framework: file.content.questions for file in shelf.scales}
    for file in shelf.families:
        yield from _entries(file, _owner(file.content.family, asked))
    for scale in shelf.scales:
        yield from _entries(scale, _owner(scale.content.framework, asked))
    for tips in shelf.tips:
        yield from _file_identity(tips, shelf)
        yield from _entries(tips, _owner(tips.content.family, asked))
    for gap in gaps(shelf):
        if gap.is_ours:
            yield gap.problem()


def _owner(name: str, asked: dict[str, list[QuestionEntry]]) -> Owner:
    return Owner(name, frozenset(q.id for q in asked[name]) if name in asked else None)


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


def _file_identity(file: Parsed[TipsFile], shelf: Shelf) -> Iterator[Problem]:
    name, stem = file.content.family, file.source.stem
    without = {one.content.framework for one in shelf.frameworks if one.content.kind != "mean"}
    known = (shelf.family_ids | shelf.framework_ids) - without
    if name in without:
        message = f"'family' is '{name}', which has no questions on the scale of tiers."
        yield file.problem(("family",), f"{message} Write its practices in its own file.")
    elif name not in known:
        hint = did_you_mean(name, known)
        yield file.problem(("family",), f"'family' is '{name}', which is no family.{hint}")
    elif name != stem:
        message = f"'family' is '{name}', but the file is called '{stem}'. Make them the same."
        yield file.problem(("family",), message)


def _entries(file: TipSource, owner: Owner) -> Iterator[Problem]:
    for number, tip in enumerate(file.content.tips):
        yield from _entry(file, ("tips", number), tip, owner)
    for number, step in enumerate(file.content.evidence):
        yield from _entry(file, ("evidence", number), step, owner)


def _entry(file: TipSource, place: Place, entry: EvidenceEntry, owner: Owner) -> Iterator[Problem]:
    yield from practice_problems(file, place, entry)
    if not entry.id.startswith(f"{owner.name}-"):
        yield file.problem((*place, "id"), f"'id' is '{entry.id}'. Start it with '{owner.name}-'.")
    if owner.questions is not None and entry.question not in owner.questions:
        hint = did_you_mean(entry.question, owner.questions)
        message = f"'question' is '{entry.question}', which {owner.name} does not have.{hint}"
        yield file.problem((*place, "question"), message)
