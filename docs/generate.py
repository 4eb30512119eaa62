"""Writes what the code knows into the documents: `make docs`; with `--check` it only says what differs.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from docs.product import manifest_of_many
from docs.tables import PARTS, TO_SAY

ROOT = Path(__file__).parents[1]
MARKED = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[\w-]+) -->\n)(?P<text>.*?)(?P<end><!-- end: (?P=name) -->)",
    re.DOTALL,
)


def documents(root: Path) -> list[Path]:
    """Return the documents that may hold generated parts."""
    return [
        root / "README.md",
        root / "SECURITY.md",
        root / "scheduler/README.md",
        *sorted((root / "docs").rglob("*.md")),
    ]


def rewritten(page: str) -> str:
    """Return the page with every generated part made anew; a part that nobody makes stays."""

    def part(found: re.Match[str]) -> str:
        make = PARTS.get(found["name"])
        text = f"{make(found['text'])}\n" if make else found["text"]
        return f"{found['begin']}{text}{found['end']}"

    return MARKED.sub(part, page)


def problems(name: str, page: str, fresh: str) -> Iterator[str]:
    """Yield what is wrong with a page: parts that differ, words that are missing, names that nobody makes."""
    for old, new in zip(MARKED.finditer(page), MARKED.finditer(fresh), strict=True):
        where = f"{name}, {old['name']}"
        if old["name"] not in PARTS:
            yield f"{where}: docs/tables.py makes no part of this name. Correct the name, or add it to PARTS."
        elif TO_SAY in new["text"]:
            yield f"{where}: run 'make docs' and write the words in place of '{TO_SAY}'."
        elif old["text"] != new["text"]:
            yield f"{where}: it differs from the code. Run 'make docs'."
    begun = re.findall(r"<!-- generated: ([\w-]+) -->", page)
    if len(begun) != len(MARKED.findall(page)):
        yield f"{name}: a generated part does not end. Each needs its '<!-- end: NAME -->'."


def manifest_left(path: Path, *, check: bool) -> list[str]:
    """Write the manifest for many workspaces, or say that it differs; nothing where there is none."""
    if not path.exists():
        return []
    fresh = manifest_of_many(path.with_name("manifest.json").read_text(encoding="utf-8"))
    if not check:
        path.write_text(fresh, encoding="utf-8")
    is_same = path.read_text(encoding="utf-8") == fresh
    return [] if is_same else [f"{path.name}: it differs from manifest.json. Run 'make docs'."]


def main(words: list[str] | None = None, *, root: Path = ROOT) -> int:
    """Write the parts, or only check them; 1 when something is left to do."""
    parser = argparse.ArgumentParser(prog="docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    check = parser.parse_args(words).check
    left: list[str] = []
    used: set[str] = set()
    for path in documents(root):
        page = path.read_text(encoding="utf-8")
        fresh = rewritten(page)
        used |= {found["name"] for found in MARKED.finditer(page)}
        if not check and fresh != page:
            path.write_text(fresh, encoding="utf-8")
            page = fresh
        left += problems(str(path.relative_to(root)), page, fresh)
    left += manifest_left(root / "manifest.many.json", check=check)
    left += [f"{name}: this part stands in no document." for name in sorted(set(PARTS) - used)]
    for line in left:
        print(line, file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
