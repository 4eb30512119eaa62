"""Tips: each for a question that exists, and none missing."""

from collections.abc import Iterator, Mapping

from coaching.tiers import TIERS
from content.problems import Problem, did_you_mean
from content.rules.gaps import gaps
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
        if gap.is_ours:
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
