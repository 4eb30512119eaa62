"""Rules of role families and of other questions on the scale of tiers."""

from collections.abc import Iterator, Sequence
from typing import Any

from coaching.evidence import FAMILY_TIERS
from coaching.mean_score import LEVELS, TIERS, Question
from content.families import Family, Figure, Framework, Level, plain_title
from content.files import ContentFile, ContentFiles
from content.problems import Problem, did_you_mean
from content.rules.texts import (
    answer_text_problems,
    order_problems,
    screen_problems,
    section_problems,
    year_problem,
)
from content.sources import ROLE_FAMILIES_FILE
from content.strict_yaml import KeyPath

FRAMEWORK_ID = "role-families"

RESERVED_FAMILY_IDS = ("any", "framework", "any-family")
"""Names that no family may have, because they stand for something else."""


def role_family_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the file that all role families share, or that it is missing."""
    if ROLE_FAMILIES_FILE not in files.sources:
        yield Problem(f"content/{ROLE_FAMILIES_FILE}", 1, "The file is missing. Reinstall Rungs.")
    for file in files.role_families:
        if file.content.id != FRAMEWORK_ID:
            message = f"'framework' is '{file.content.id}'. Write '{FRAMEWORK_ID}', as the folder"
            yield from file.problem(("framework",), f"{message} is called.")
        tiers = [entry.tier for entry in file.content.tiers]
        yield from order_problems(file, ("tiers",), tiers, TIERS)
        yield from _skill_problems(file)
        yield from _figure_problems(file, ("figures",), file.content.figures)


def _skill_problems(file: ContentFile[Framework]) -> Iterator[Problem]:
    for number, skill in enumerate(file.content.skills):
        place = ("skills", number)
        if skill.from_tier >= skill.to_tier and not file.is_broken((*place, "from")):
            message = f"'to' is {skill.to_tier:g}. Choose a tier above 'from', {skill.from_tier:g}."
            yield from file.problem((*place, "to"), message)


def family_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with each family by itself."""
    for file in files.families:
        yield from _identity_problems(file)
        yield from _question_problems(file)
        levels = [entry.level for entry in file.content.levels]
        yield from order_problems(file, ("levels",), levels, (1, 2, 3))
        for number, level in enumerate(file.content.levels):
            yield from _level_problems(file, ("levels", number), level)
        yield from _counts_problems(file)


def _counts_problems(file: ContentFile[Family]) -> Iterator[Problem]:
    """What counts as evidence is said once for each question at each tier that can be claimed, or nowhere."""
    questions = [question.id for question in file.content.questions]
    seen: set[tuple[str, int]] = set()
    for number, one in enumerate(file.content.counts):
        place, about = ("counts", number), (one.question, one.tier)
        if one.question not in questions and not file.is_broken((*place, "question")):
            hint = did_you_mean(one.question, questions)
            message = f"'question' is '{one.question}', which this family does not ask.{hint}"
            yield from file.problem((*place, "question"), message)
        elif about in seen:
            message = f"'{one.question}' has this tier, {one.tier}, twice. Delete one."
            yield from file.problem((*place, "tier"), message)
        seen.add(about)
    if not file.content.counts or file.is_broken(("counts",)):
        return
    for question in questions:
        missing = [str(tier) for tier in FAMILY_TIERS if (question, tier) not in seen]
        if missing:
            message = f"'counts' has nothing for '{question}' at tier {' and '.join(missing)}."
            yield from file.problem(("counts",), f"{message} Add it, or delete 'counts'.")


def _identity_problems(file: ContentFile[Family]) -> Iterator[Problem]:
    name, stem = file.content.id, file.source.stem
    if name in RESERVED_FAMILY_IDS:
        message = f"'family' is '{name}', which is a reserved name. Choose another."
        yield from file.problem(("family",), message)
    elif name != stem:
        message = f"'family' is '{name}', but the file is called '{stem}'. Write '{stem}'."
        yield from file.problem(("family",), message)


def _level_problems(file: ContentFile[Family], place: KeyPath, level: Level) -> Iterator[Problem]:
    """A level is shown on one screen, each of its lists in one section."""
    figures = [f"{figure.text}{figure.source}{figure.year}" for figure in level.figures]
    lists = {"looks_like": level.looks_like, "figures": figures, "warnings": level.warnings}
    yield from section_problems(file, place, lists)
    every = (line for lines in lists.values() for line in lines)
    yield from screen_problems(file, place, "This level", (*every, level.is_, level.shift))
    yield from _figure_problems(file, (*place, "figures"), level.figures)


def _figure_problems(
    file: ContentFile[Any], place: KeyPath, figures: Sequence[Figure]
) -> Iterator[Problem]:
    for number, figure in enumerate(figures):
        yield from year_problem(file, (*place, number, "year"), figure.year)


def scale_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the tiers and questions of other frameworks on the scale of tiers."""
    for file in files.scales:
        yield from _question_problems(file)


def _question_problems(file: ContentFile[Any]) -> Iterator[Problem]:
    tiers = [entry.tier for entry in file.content.tiers]
    yield from order_problems(file, ("tiers",), tiers, TIERS)
    for number, question in enumerate(file.content.questions):
        yield from _answer_problems(file, ("questions", number, "answers"), question)


def _answer_problems(
    file: ContentFile[Any], place: KeyPath, question: Question
) -> Iterator[Problem]:
    """A question has five answers, and no two of them are the same."""
    levels = [answer.level for answer in question.answers]
    yield from order_problems(file, place, levels, LEVELS)
    texts = (((*place, number, "text"), one.text) for number, one in enumerate(question.answers))
    yield from answer_text_problems(file, texts)


def title_problems(files: ContentFiles) -> Iterator[Problem]:
    """Words of job titles that say nothing, or that two families have.

    An organization's family may have words of a built-in one, which then suggest the organization's.
    """
    for built_in in (True, False):
        first: dict[str, str] = {}
        for file in files.families:
            if file.source.built_in is built_in:
                yield from _title_problems(file, first)


def _title_problems(file: ContentFile[Family], first: dict[str, str]) -> Iterator[Problem]:
    """What is wrong with the titles of this family; `first` is where words stood first."""
    for number, words in enumerate(file.content.titles):
        place = ("titles", number)
        if file.is_broken(place):
            continue
        here = file.where(place)
        other = first.setdefault(plain_title(words), here)
        if not plain_title(words):
            message = f"'{words}' has no word. Write words of a job title, such as 'designer'."
            yield from file.problem(place, message)
        elif other != here:
            message = f"'{words}' is also at {other}, and a title can suggest only one family."
            yield from file.problem(place, f"{message} Use more of the title, or delete it.")


def offer_problems(files: ContentFiles) -> Iterator[Problem]:
    """Families and ladders that name each other although there is none of that name."""
    families = {file.content.id for file in files.families}
    ladders = {file.content.id for file in files.frameworks if file.content.subject == "person"}
    every: list[tuple[ContentFile[Any], str, Sequence[str], set[str]]] = [
        *((file, "families", file.content.families, families) for file in files.frameworks),
        *((file, "ladders", file.content.ladders, ladders) for file in files.families),
    ]
    for file, key, named, known in every:
        for number, name in enumerate(named):
            if name not in known:
                message = f"'{key}' has '{name}', which is not there.{did_you_mean(name, known)}"
                yield from file.problem((key, number), message)


FAMILY_RULES = (
    role_family_problems,
    family_problems,
    scale_problems,
    title_problems,
    offer_problems,
)
