"""The crosswalk: between frameworks that exist, each pair once, on one screen."""

from collections.abc import Iterator

from content.problems import Problem, did_you_mean
from content.rules.role_families import NAME
from content.rules.screens import one_block, one_screen
from content.schema import CrosswalkFile
from content.shelf import Parsed, Shelf


def crosswalk_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with the crosswalk."""
    for file in shelf.crosswalks:
        yield from _pairs(file, {NAME, *shelf.framework_ids})
        for number, relation in enumerate(file.content.relations):
            lists = {"alike": relation.alike, "different": relation.different}
            lists["rows"] = [f"{row.left}{row.right}{row.says}" for row in relation.rows]
            yield from one_block(file, ("relations", number), lists)
        yield from one_screen(file, (), "The crosswalk", _texts(file.content))


def _pairs(file: Parsed[CrosswalkFile], known: set[str]) -> Iterator[Problem]:
    seen: set[frozenset[str]] = set()
    for number, relation in enumerate(file.content.relations):
        place = ("relations", number, "between")
        for n, framework in enumerate(relation.between):
            if framework not in known:
                hint = did_you_mean(framework, known)
                yield file.problem((*place, n), f"'{framework}' is no framework.{hint}")
        pair = frozenset(relation.between)
        if len(pair) == 1:
            yield file.problem(place, "'between' names one framework twice. Name two.")
        elif pair in seen:
            yield file.problem(place, "These two frameworks are here twice. Keep one entry.")
        seen.add(pair)


def _texts(crosswalk: CrosswalkFile) -> Iterator[str]:
    yield crosswalk.about
    for relation in crosswalk.relations:
        yield from (*relation.alike, *relation.different)
        for row in relation.rows:
            yield from (row.left, row.right, row.says)
