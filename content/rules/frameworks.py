"""What holds for every framework beside the role families, whatever its kind."""

from collections.abc import Iterator
from typing import Any

from content.limits import FIGURE_YEARS
from content.problems import Problem
from content.schema import AnyFrameworkFile
from content.shelf import Parsed, Shelf

RESERVED = ("any", "any-family", "framework", "need", "several")
"""Words with a meaning of their own where the id of a framework stands."""


def framework_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with the head of each framework."""
    for file in shelf.frameworks:
        yield from _identity(file)
        yield from _subject(file)
        yield from _years(file)
    yield from _agents(shelf)


def _identity(file: Parsed[AnyFrameworkFile]) -> Iterator[Problem]:
    name, folder = file.content.framework, file.source.folder
    found = f"'framework' is '{name}'"
    if name in RESERVED:
        yield file.problem(
            ("framework",), f"{found}, a name with a meaning of its own. Choose another."
        )
    elif name != folder:
        yield file.problem(
            ("framework",), f"{found}, but the folder is called '{folder}'. Write '{folder}'."
        )


def _subject(file: Parsed[Any]) -> Iterator[Problem]:
    framework = file.content
    if framework.subject == "person":
        if framework.command is None:
            message = "The key 'command' is missing. Add the word after '/rungs assess'."
            yield file.problem((), message)
        return
    if framework.kind != "lowest":
        message = f"'subject' is 'agent', but 'kind' is '{framework.kind}'. Agents are graded by"
        yield file.problem(
            ("subject",), f"{message} their lowest criterion: write 'person', or 'kind: lowest'."
        )
    elif framework.command is not None:
        message = f"'command' is '{framework.command}', but agents take no self-check. Delete it"
        yield file.problem(("command",), f"{message}, or write 'subject: person'.")


def _agents(shelf: Shelf) -> Iterator[Problem]:
    """A team grades its agents by one ladder; a second one would never be seen."""
    graders = [file for file in shelf.gradings if file.content.subject == "agent"]
    for file in graders[1:]:
        first = graders[0].source
        message = f"'subject' is 'agent', as in {first.shown}. Rungs grades agents by one framework"
        yield file.problem(("subject",), f"{message}: save yours as '{first.relative}'.")


def _years(file: Parsed[AnyFrameworkFile]) -> Iterator[Problem]:
    first, last = FIGURE_YEARS
    for number, reference in enumerate(file.content.references):
        if reference.year is not None and not first <= reference.year <= last:
            found = f"'year' is {reference.year}."
            place = ("references", number, "year")
            yield file.problem(place, f"{found} Write the year of the source, {first} to {last}.")
