"""Series: lessons in order, inside their range, with examples for families that exist."""

from collections.abc import Iterator

from content.problems import Problem, did_you_mean
from content.rules.practices import practice_problems, sentence_problems
from content.schema import LessonEntry, SeriesFile
from content.shelf import Parsed, Shelf
from content.sources import built_in_families
from content.strict_yaml import Place


def series_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with each series."""
    for file in shelf.series:
        yield from _frame(file)
        for number, lesson in enumerate(file.content.lessons):
            place = ("lessons", number)
            yield from practice_problems(file, place, lesson)
            yield from _steps(file, place, lesson)
            yield from _examples(file, (*place, "examples"), lesson, shelf)


def _frame(file: Parsed[SeriesFile]) -> Iterator[Problem]:
    series, stem = file.content, file.source.stem
    if series.series != stem:
        message = f"'series' is '{series.series}', but the file is called '{stem}'. Write '{stem}'."
        yield file.problem(("series",), message)
    if series.from_tier >= series.to_tier:
        message = f"'to' is {series.to_tier:g}. Choose a tier above 'from', {series.from_tier:g}."
        yield file.problem(("to",), message)


def _steps(file: Parsed[SeriesFile], place: Place, lesson: LessonEntry) -> Iterator[Problem]:
    series = file.content
    index = int(place[-1])
    if lesson.number != index + 1:
        message = f"'number' is {lesson.number}. Count the lessons from 1: here it is {index + 1}."
        yield file.problem((*place, "number"), message)
    last = max(series.to_tier - 0.5, series.from_tier)
    earlier = series.lessons[index - 1].from_tier if index else series.from_tier
    if not series.from_tier <= lesson.from_tier <= last:
        message = f"'from' is {lesson.from_tier:g}. Stay inside this series"
        yield file.problem((*place, "from"), f"{message}: {series.from_tier:g} to {last:g}.")
    elif lesson.from_tier < earlier:
        message = (
            f"'from' is {lesson.from_tier:g}, below the lesson before. Go on from {earlier:g}."
        )
        yield file.problem((*place, "from"), message)


def _examples(
    file: Parsed[SeriesFile], place: Place, lesson: LessonEntry, shelf: Shelf
) -> Iterator[Problem]:
    for family, example in lesson.examples.items():
        yield from sentence_problems(file, (*place, family), example)
        if family not in shelf.family_ids:
            hint = did_you_mean(family, shelf.family_ids)
            yield file.problem((*place, family), f"'{family}' is no family.{hint}")
    if file.source.built_in:
        for family in built_in_families():
            if family not in lesson.examples:
                message = f"'examples' has no entry for '{family}'. Write one."
                yield file.problem(place, message)
