"""Ladders: levels in order, behaviors that differ, and a practice for each that reads as a tip."""

from collections.abc import Iterator
from typing import Literal

from content.problems import Problem
from content.rules.alike import alike_problems
from content.rules.order import in_order
from content.rules.practices import practice_problems
from content.rules.screens import one_block, one_screen
from content.schema import BehaviorEntry, LadderFile, LadderLevelEntry
from content.shelf import Parsed, Shelf
from content.strict_yaml import Place


def ladder_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with each ladder."""
    for file in shelf.ladders:
        levels = file.content.levels
        numbers = [level.level for level in levels]
        yield from in_order(file, ("levels",), numbers, range(1, len(levels) + 1))
        yield from alike_problems(
            file, ((("choices", n), choice) for n, choice in enumerate(file.content.choices))
        )
        yield from alike_problems(file, _behaviors(levels, "topic"))
        yield from alike_problems(file, _behaviors(levels, "text"))
        for number, level in enumerate(levels):
            place = ("levels", number)
            for place_in, behavior in enumerate(level.behaviors):
                yield from _behavior(file, (*place, "behaviors", place_in), behavior)
            yield from one_screen(file, place, "This level", _texts(file.content, level))


def _behaviors(
    levels: list[LadderLevelEntry], key: Literal["topic", "text"]
) -> Iterator[tuple[Place, str]]:
    """This text of every behavior: people choose among them by either."""
    for number, level in enumerate(levels):
        for place, behavior in enumerate(level.behaviors):
            text = behavior.topic if key == "topic" else behavior.text
            yield ("levels", number, "behaviors", place, key), text


def _behavior(file: Parsed[LadderFile], place: Place, behavior: BehaviorEntry) -> Iterator[Problem]:
    practice = (*place, "practice")
    yield from practice_problems(file, practice, behavior.practice)
    folder = file.source.folder
    if not behavior.practice.id.startswith(f"{folder}-"):
        message = f"'id' is '{behavior.practice.id}'. Start it with '{folder}-'."
        yield file.problem((*practice, "id"), message)
    yield from one_block(file, place, {"evidence": behavior.evidence})


def _texts(ladder: LadderFile, level: LadderLevelEntry) -> Iterator[str]:
    """Everything that may be read of a level at once."""
    yield from (ladder.stem, level.name, level.objective, level.describes, level.role)
    for behavior in level.behaviors:
        yield from (behavior.text, *behavior.evidence)
