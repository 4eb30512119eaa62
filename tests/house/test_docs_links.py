"""Links, files, pictures and decisions in the documents: everything that is named is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
PICTURES = sorted((ROOT / "docs/pictures").iterdir())
GUIDES = [
    ROOT / f"docs/{name}.md"
    for name in (
        "operating",
        "operating-database",
        "operating-delivery",
        "playground",
        "slack-setup",
    )
]
DOCUMENTS = [
    README,
    ROOT / "CHANGELOG.md",
    ROOT / "scheduler/README.md",
    ROOT / "tests/README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
DEVELOPMENT = ROOT / "docs/development.md"
LARGEST_PICTURE = 400_000


def anchors(path: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


def test_links_lead_somewhere() -> None:
    broken = {path.relative_to(ROOT): broken_links(path) for path in DOCUMENTS}
    assert {path: links for path, links in broken.items() if links} == {}


def broken_links(path: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(), flags=re.DOTALL)
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


def test_files_that_are_named_exist() -> None:
    pages = (*DOCUMENTS[:4], *GUIDES, DEVELOPMENT, *DECISIONS)
    missing = {path.name: missing_files(path) for path in pages}
    assert {path: names for path, names in missing.items() if names} == {}


def missing_files(path: Path) -> list[str]:
    """Return the files that a page names and that are not there."""
    rooms = "app|bot|coaching|content|storage|scheduler|playground|benchmarks|tests|docs"
    named = re.findall(rf"`((?:{rooms})/[\w./-]+\.\w+)`", path.read_text())
    made = {"benchmarks/latest.json"} | set(re.findall(r"`([^`\n]+)`, new:", path.read_text()))
    made |= {"content/steps/finance.yaml", "content/frameworks/role-families/finance.yaml"}
    return [name for name in named if name not in made and not (ROOT / name).exists()]


@pytest.mark.parametrize("path", [pytest.param(p, id=p.name) for p in PICTURES])
def test_pictures_are_light_and_shown(path: Path) -> None:
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size < LARGEST_PICTURE
    assert any(f"pictures/{path.name})" in page.read_text() for page in DOCUMENTS)


def test_pictures_have_words_for_those_who_do_not_see_them() -> None:
    shown = [words for page in DOCUMENTS for words in re.findall(r"!\[(.*?)\]", page.read_text())]
    assert shown
    assert all(len(words) > 20 for words in shown)


def test_a_decision_says_why_and_what_else() -> None:
    parts = ["Context", "Decision", "Consequences", "Considered"]
    for number, path in enumerate(DECISIONS, 1):
        text = path.read_text()
        assert path.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number:04}. "), path
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == parts, path
