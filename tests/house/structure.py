"""Prints how the product is laid out, in figures, and writes them to docs/structure.md: `make figures`.

Counted are the modules of bot, coaching, content, storage and scheduler, without migrations. An import counts
when it stands in the body of a module, so neither under `if TYPE_CHECKING` nor within a function.
"""

import ast
import asyncio
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.house.files_run import files_run

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "coaching", "content", "storage", "scheduler")
NOUNS = {
    *("logging", "routing", "scheduling", "timing", "wording", "testing", "polling", "scoring"),
    *(
        "coaching",
        "grading",
        "mapping",
        "binding",
        "spacing",
        "training",
        "onboarding",
        "pricing",
        "staging",
    ),
}
"""Words in -ing that are nouns of the field; other modules are named after things, not after doing."""

PAGE = ROOT / "docs" / "structure.md"
BEGIN, END = "<!-- made by make figures -->", "<!-- end -->"
BEFORE = {
    "product modules": "321",
    "longest import chain": "29",
    "own imports of a file, median / p90": "5 / 12",
    "import cycles": "0",
    "modules named after doing": "58",
    "public names defined in more than one module": "129",
    "lines": "26888",
    "lines of a function, median / p90 / longest": "7 / 17 / 39",
    "files run by `/rungs checkin weekly`": "36",
    "files run by the click on answer B": "35",
}
"""What `figures` returned before each capability got one folder in each layer."""

Module = str
Imports = dict[Module, set[Module]]


def modules() -> dict[Module, Path]:
    """Return the product's modules by their dotted names; a package is its `__init__.py`."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    }


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(files: dict[Module, Path]) -> Imports:
    """Return what each module imports of the others."""
    return {name: set(_imported(tree_of(path), files)) - {name} for name, path in files.items()}


def _imported(tree: ast.Module, files: dict[Module, Path]) -> Iterator[Module]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from [one for one in (whole, node.module) if one in files][:1]


def longest_chain(uses: Imports) -> list[Module]:
    """Return the longest chain of modules of which each imports the next; a cycle is followed once."""
    known: dict[Module, list[Module]] = {}

    def chain(module: Module, above: frozenset[Module]) -> list[Module]:
        if module in above:
            return []
        if module not in known:
            below = (chain(other, above | {module}) for other in sorted(uses[module]))
            known[module] = [module, *max(below, key=len, default=[])]
        return known[module]

    return max((chain(module, frozenset()) for module in uses), key=len, default=[])


def cycles(uses: Imports) -> list[list[Module]]:
    """Return the groups of modules that import each other in a circle."""
    reached = {module: _reached(module, uses) for module in uses}
    circles = {
        tuple(sorted(other for other in reached[module] if module in reached[other]))
        for module in uses
        if module in reached[module]
    }
    return [list(circle) for circle in sorted(circles)]


def _reached(start: Module, uses: Imports) -> set[Module]:
    found: set[Module] = set()
    waiting = list(uses[start])
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += uses[module]
    return found


def gerunds(files: dict[Module, Path]) -> list[Module]:
    """Return the modules that are named after doing."""
    return [name for name in sorted(files) if _is_gerund(name.rpartition(".")[2])]


def _is_gerund(word: str) -> bool:
    return bool(re.fullmatch(r"[a-z_]+ing", word)) and word not in NOUNS


def names_twice(files: dict[Module, Path]) -> list[str]:
    """Return the public functions, classes and constants that more than one module defines."""
    found = Counter(name for path in files.values() for name in set(_defined(tree_of(path))))
    return sorted(name for name, count in found.items() if count > 1)


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_") and name != "log")


def function_lines(files: dict[Module, Path]) -> list[int]:
    """Return the lengths of all functions, the shortest first."""
    return sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in files.values()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def part(values: Sequence[int], share: float) -> int:
    """Return the value below which this share of the sorted values lies."""
    return values[min(int(len(values) * share), len(values) - 1)] if values else 0


def figures(
    files: dict[Module, Path], *, command: Sequence[Path], click: Sequence[Path]
) -> dict[str, str]:
    """Return each figure by its name; the last two count the files that ran for a command and a click."""
    uses = imports(files)
    fan_out = sorted(len(found) for found in uses.values())
    lengths = function_lines(files)
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files.values())
    return {
        "product modules": str(len(files)),
        "longest import chain": str(len(longest_chain(uses))),
        "own imports of a file, median / p90": f"{part(fan_out, 0.5)} / {part(fan_out, 0.9)}",
        "import cycles": str(len(cycles(uses))),
        "modules named after doing": str(len(gerunds(files))),
        "public names defined in more than one module": str(len(names_twice(files))),
        "lines": str(lines),
        "lines of a function, median / p90 / longest": (
            f"{statistics.median_low(lengths)} / {part(lengths, 0.9)} / {lengths[-1]}"
        ),
        "files run by `/rungs checkin weekly`": str(len(command)),
        "files run by the click on answer B": str(len(click)),
    }


def table(now: dict[str, str]) -> str:
    """Return the figures beside those from before, as a table."""
    rows = [f"| {name} | {BEFORE.get(name, '')} | {value} |" for name, value in now.items()]
    return "\n".join(["| figure | before | now |", "| --- | ---: | ---: |", *rows])


def main() -> None:
    """Print the figures and what is behind those that should fall, and write the page."""
    files = modules()
    uses = imports(files)
    command, click = asyncio.run(files_run(set(files.values())))
    now = figures(files, command=command, click=click)
    for name, value in now.items():
        print(f"{name:<48}{BEFORE.get(name, ''):>14}{value:>14}")
    print("\nlongest chain: " + " > ".join(longest_chain(uses)))
    print("\nnamed after doing: " + ", ".join(gerunds(files)))
    print("\ndefined more than once: " + ", ".join(names_twice(files)))
    for what, run in (("the command", command), ("the click", click)):
        print(f"\nrun by {what}: " + ", ".join(str(path.relative_to(ROOT)) for path in run))
    for circle in cycles(uses):
        print("\ncycle: " + ", ".join(circle))
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table(now)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
