"""Rules of sandboxes: each risk has its own id, and together they fit one menu of Slack."""

from collections.abc import Iterator

from content import limits
from content.files import ContentFiles
from content.problems import Problem


def sandbox_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with the risks of all files together."""
    taken: dict[str, str] = {}
    for file in files.sandbox:
        for number, risk in enumerate(file.content.risks):
            place = ("risks", number, "id")
            if risk.id in taken:
                message = f"'id' is '{risk.id}', already used at {taken[risk.id]}. Choose another."
                yield from file.problem(place, message)
                continue
            taken[risk.id] = file.where(place)
            if len(taken) == limits.RISKS + 1:
                message = f"There are more than {limits.RISKS} risks in all files. Leave some out."
                yield from file.problem(place, message)


SANDBOX_RULES = (sandbox_problems,)
