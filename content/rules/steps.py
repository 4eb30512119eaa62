"""Rules of steps, series and team experiments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from coaching.mean_score import TIERS
from coaching.steps import TOP_TIER
from coaching.team_digest.figures import ANY, SEVERAL
from content.families import Family
from content.files import ContentFile, ContentFiles
from content.ladders import ScaleFramework
from content.practices import (
    AnyStepEntry,
    EvidenceEntry,
    ExperimentsFile,
    Lesson,
    Practice,
    Series,
    StepEntry,
    StepsFile,
)
from content.problems import Problem, did_you_mean
from content.rules.texts import (
    experiment_text_problems,
    missing_example_problems,
    practice_problems,
    sentence_problems,
)
from content.sources import built_in_families
from content.strict_yaml import KeyPath

HALF_STEPS = TIERS[:-1]

SOURCED_FROM = 2.0
"""From this tier on a step holds something that a colleague might not know, and says where it is from."""

EXPERIMENTS = "teams/experiments.yaml"

Owner = ContentFile[Family] | ContentFile[ScaleFramework]
"""A file whose questions have steps."""


@dataclass(frozen=True)
class Gap:
    """A question that has no step from this tier; at the top tier, no evidence step."""

    owner: Owner
    steps: ContentFile[StepsFile] | None
    number: int
    tier: float

    @property
    def is_built_in(self) -> bool:
        """Whether its family or framework comes with Rungs, where no gap is allowed."""
        return self.owner.source.built_in

    @property
    def name(self) -> str:
        """The id of the family or the framework."""
        return self.owner.content.id

    def problem(self) -> Iterator[Problem]:
        """The problem in the file where the step is to be written."""
        question = self.owner.content.questions[self.number].id
        entry = f"with 'from: {self.tier:g}'" if self.tier < TOP_TIER else "under 'evidence'"
        message = f"The question '{question}' has no step {entry}. Write one"
        if self.steps:
            return self.steps.problem(("tips",), f"{message} in this file.")
        place = ("questions", self.number, "id")
        return self.owner.problem(place, f"{message} in steps/{self.name}.yaml.")


def gaps(files: ContentFiles) -> Iterator[Gap]:
    """Every gap of each family and scale whose files could all be read."""
    read = {file.source.relative for file in files.steps}
    unread = {
        s.stem for s in files.sources.values() if s.kind == "steps" and s.relative not in read
    }
    owners: list[Owner] = [*files.families, *files.scales]
    for owner in owners:
        beside = [file for file in files.steps if file.content.family == owner.content.id]
        is_whole = not owner.broken and not any(file.broken for file in beside)
        if is_whole and owner.content.id not in unread:
            yield from _gaps_of(owner, beside)


def _gaps_of(owner: Owner, beside: Sequence[ContentFile[StepsFile]]) -> Iterator[Gap]:
    own = [owner.content, *(file.content for file in beside)]
    served = {(step.question, step.from_tier) for file in own for step in file.step_entries}
    served |= {(step.question, TOP_TIER) for file in own for step in file.evidence}
    for number, question in enumerate(owner.content.questions):
        for tier in TIERS:
            if (question.id, tier) not in served:
                yield Gap(owner, beside[0] if beside else None, number, tier)


def step_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the steps of each family, and of each framework on the scale of tiers."""
    owners: list[Owner] = [*files.families, *files.scales]
    for owner in owners:
        yield from _entries_problems(owner, owner.content.id, _question_ids(owner))
    asked = {owner.content.id: _question_ids(owner) for owner in owners}
    for file in files.steps:
        yield from _identity_problems(file, files)
        family = file.content.family
        yield from _entries_problems(file, family, asked.get(family))
    for gap in gaps(files):
        if gap.is_built_in:
            yield from gap.problem()


def _question_ids(owner: Owner) -> frozenset[str] | None:
    """The ids of the questions; None when one of them could not be read."""
    questions = owner.content.questions
    ids: list[KeyPath] = [("questions", number, "id") for number in range(len(questions))]
    if owner.is_broken(("questions",), *ids):
        return None
    return frozenset(question.id for question in questions)


def _identity_problems(file: ContentFile[StepsFile], files: ContentFiles) -> Iterator[Problem]:
    name, stem = file.content.family, file.source.stem
    without = {one.content.id for one in files.frameworks if one.content.kind != "mean"}
    known = (files.family_ids | files.framework_ids) - without
    if name in without:
        message = f"'family' is '{name}', which has no questions on the scale of tiers."
        yield from file.problem(("family",), f"{message} Write its practices in its own file.")
    elif name not in known:
        hint = did_you_mean(name, known)
        yield from file.problem(("family",), f"'family' is '{name}', which is not a family.{hint}")
    elif name != stem:
        message = f"'family' is '{name}', but the file is called '{stem}'. Make them the same."
        yield from file.problem(("family",), message)


def _entries_problems(
    file: ContentFile[Any], owner: str, questions: frozenset[str] | None
) -> Iterator[Problem]:
    """What is wrong with the steps of a file; `questions` are the ids that they may name, if known."""
    for number, step in enumerate(file.content.step_entries):
        yield from _entry_problems(file, ("tips", number), step, owner, questions)
    for number, step in enumerate(file.content.evidence):
        yield from _entry_problems(file, ("evidence", number), step, owner, questions)


def _entry_problems(
    file: ContentFile[Any],
    place: KeyPath,
    step: EvidenceEntry,
    owner: str,
    questions: frozenset[str] | None,
) -> Iterator[Problem]:
    yield from practice_problems(file, place, step)
    yield from _lack_problems(file, place, step)
    key = "framework" if file.source.kind == "framework" else "family"
    if not step.id.startswith(f"{owner}-") and not file.is_broken((key,)):
        message = f"'id' is '{step.id}'. Start it with '{owner}-'."
        yield from file.problem((*place, "id"), message)
    if questions is not None and step.question not in questions:
        hint = did_you_mean(step.question, questions)
        message = f"'question' is '{step.question}', which {owner} does not have.{hint}"
        yield from file.problem((*place, "question"), message)


def _lack_problems(file: ContentFile[Any], place: KeyPath, step: Practice) -> Iterator[Problem]:
    """What a step that comes with Rungs lacks: an example, and at the top where it was learned."""
    yield from missing_example_problems(file, place, step)
    is_early = isinstance(step, (StepEntry, AnyStepEntry)) and step.from_tier < SOURCED_FROM
    if file.source.built_in and step.learned_from is None and not is_early:
        message = f"'{step.id}' has no 'learned_from'. Write a public source, or 'practice'."
        yield from file.problem(place, message)


def any_step_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the steps that serve every family."""
    for file in files.any_steps:
        for number, step in enumerate(file.content.step_entries):
            yield from practice_problems(file, ("tips", number), step)
            yield from _lack_problems(file, ("tips", number), step)
        for number, evidence in enumerate(file.content.evidence):
            yield from practice_problems(file, ("evidence", number), evidence)
            yield from _lack_problems(file, ("evidence", number), evidence)
    if files.any_steps and not any(file.broken for file in files.any_steps):
        yield from _any_gap_problems(files.any_steps)


def _any_gap_problems(every: Sequence[Any]) -> Iterator[Problem]:
    """A problem in the first of these files for every tier without a step."""
    served = {step.from_tier for file in every for step in file.content.step_entries}
    for half_step in HALF_STEPS:
        if half_step not in served:
            message = f"There is no step with 'from: {half_step:g}'. Write one."
            yield from every[0].problem(("tips",), message)
    if not any(file.content.evidence for file in every):
        yield from every[0].problem((), "There is no entry under 'evidence'. Write one.")


def series_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with each series."""
    for file in files.series:
        yield from _series_identity_problems(file)
        for number, lesson in enumerate(file.content.lessons):
            place = ("lessons", number)
            yield from practice_problems(file, place, lesson)
            yield from _lesson_order_problems(file, number, lesson)
            yield from _example_problems(file, (*place, "examples"), lesson, files)


def _series_identity_problems(file: ContentFile[Series]) -> Iterator[Problem]:
    series, stem = file.content, file.source.stem
    if series.id != stem:
        message = f"'series' is '{series.id}', but the file is called '{stem}'. Write '{stem}'."
        yield from file.problem(("series",), message)
    if series.from_tier >= series.to_tier and not file.is_broken(("from",)):
        message = f"'to' is {series.to_tier:g}. Choose a tier above 'from', {series.from_tier:g}."
        yield from file.problem(("to",), message)


def _lesson_order_problems(
    file: ContentFile[Series], index: int, lesson: Lesson
) -> Iterator[Problem]:
    """Lessons are counted from 1, stay inside the tiers of the series, and never go back."""
    series, place = file.content, ("lessons", index)
    if lesson.number != index + 1:
        message = f"'number' is {lesson.number}. Count the lessons from 1: here it is {index + 1}."
        yield from file.problem((*place, "number"), message)
    if file.is_broken(("from",), ("to",), ("lessons", index - 1, "from")):
        return
    last = max(series.to_tier - 0.5, series.from_tier)
    earlier = series.lessons[index - 1].from_tier if index else series.from_tier
    found = f"'from' is {lesson.from_tier:g}"
    if not series.from_tier <= lesson.from_tier <= last:
        message = f"{found}. Stay inside this series: {series.from_tier:g} to {last:g}."
        yield from file.problem((*place, "from"), message)
    elif lesson.from_tier < earlier:
        message = f"{found}, below the lesson before. Go on from {earlier:g}."
        yield from file.problem((*place, "from"), message)


def _example_problems(
    file: ContentFile[Series], place: KeyPath, lesson: Lesson, files: ContentFiles
) -> Iterator[Problem]:
    for family, example in lesson.examples.items():
        for line in example.splitlines():
            yield from sentence_problems(file, (*place, family), line)
        if family not in files.family_ids:
            hint = did_you_mean(family, files.family_ids)
            yield from file.problem((*place, family), f"'{family}' is not a family.{hint}")
    if file.source.built_in:
        for family in built_in_families():
            if family not in lesson.examples:
                message = f"'examples' has no entry for '{family}'. Write one."
                yield from file.problem(place, message)


def experiment_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the team experiments."""
    for file in files.experiments:
        for number, entry in enumerate(file.content.experiments):
            place = ("experiments", number)
            yield from experiment_text_problems(file, place, entry)
            yield from _choice_problems(file, (*place, "stands"), entry.stands, (ANY,))
            yield from _choice_problems(file, (*place, "families"), entry.families, (ANY, SEVERAL))
            yield from _family_problems(file, (*place, "families"), entry.families, files)
    if not any(source.kind == "experiments" for source in files.sources.values()):
        yield Problem(f"content/{EXPERIMENTS}", 1, "The file is missing. Reinstall Rungs.")
    yield from _experiment_gap_problems(files)


def _choice_problems(
    file: ContentFile[ExperimentsFile], place: KeyPath, chosen: Sequence[str], alone: Sequence[str]
) -> Iterator[Problem]:
    """A word in `alone` is the only one in its list, and no word is there twice."""
    for word in alone:
        if word in chosen and len(chosen) > 1:
            message = f"'{place[-1]}' has '{word}' and more. Keep one of them."
            yield from file.problem(place, message)
    seen: set[str] = set()
    for number, word in enumerate(chosen):
        if word in seen:
            yield from file.problem((*place, number), f"'{word}' is here twice. Keep one.")
        seen.add(word)


def _family_problems(
    file: ContentFile[ExperimentsFile], place: KeyPath, named: Sequence[str], files: ContentFiles
) -> Iterator[Problem]:
    known = {*files.family_ids, ANY, SEVERAL}
    for number, word in enumerate(named):
        if word not in known:
            hint = did_you_mean(word, known)
            yield from file.problem((*place, number), f"'{word}' is not a family.{hint}")


def _experiment_gap_problems(files: ContentFiles) -> Iterator[Problem]:
    """At least one experiment serves a team of which nothing is known."""
    if not files.experiments or any(file.broken for file in files.experiments):
        return
    entries = [entry for file in files.experiments for entry in file.content.experiments]
    if not any(entry.stands == entry.families == (ANY,) for entry in entries):
        message = f"There is no experiment with 'stands: [{ANY}]' and 'families: [{ANY}]'."
        yield from files.experiments[0].problem(("experiments",), f"{message} Write one.")


STEP_RULES = (step_problems, any_step_problems, series_problems, experiment_problems)
