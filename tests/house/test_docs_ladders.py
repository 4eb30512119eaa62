"""The page about the ladders says what the crosswalk says in Slack, word by word."""

from pathlib import Path

from content.loader import load_library

PAGE = Path(__file__).parents[2] / "docs/ladders.md"


def test_the_page_has_every_line_of_the_crosswalk() -> None:
    crosswalk = load_library().crosswalk
    assert crosswalk is not None
    said = " ".join(PAGE.read_text().split())
    lines = [crosswalk.about]
    for relation in crosswalk.relations:
        lines += [*relation.alike, *relation.different]
        lines += [f"| {row.left} | {row.right} | {row.says} |" for row in relation.rows]
    assert [line for line in lines if line not in said] == []


def test_the_page_knows_every_ladder() -> None:
    library = load_library()
    commands = [f"/rungs assess {command}" for command in library.checks]
    said = PAGE.read_text()
    assert [command for command in commands if command not in said] == []
