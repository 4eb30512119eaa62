"""`rungs content check` prints every problem, or a table of what there is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import content
from content.files import ContentFile, ContentFiles, read_files
from content.loader import check, load_library
from content.problems import Problem
from content.rules.ladders import ladder_problems
from content.rules.steps import any_step_problems, step_problems

FINANCE = "frameworks/role-families/finance.yaml"


def row(report: str, name: str) -> list[str]:
    return next(line.split() for line in report.splitlines() if line.startswith(name))


def test_the_table_counts_what_there_is(folder: Path) -> None:
    problems, report = check(folder)
    assert problems == []
    assert row(report, "family") == [
        *("family", "version", "questions", "answers", "0.5→1", "1→1.5", "1.5→2", "2→2.5"),
        *("2.5→3", "evidence", "figures"),
    ]
    assert row(report, "finance") == ["finance", "1", "2", "10", "0", "1", "0", "0", "0", "0", "0"]
    for family in load_library(folder).families:
        assert row(report, family)[0] == family


def test_the_table_names_series_experiments_and_messages(folder: Path) -> None:
    _, report = check(folder)
    assert "Spotting repeatable work (1→2): 7 lessons" in report
    assert "Specification engineering (2→3): 10 lessons and a capstone" in report
    assert "30 team experiments, for any family 7 first, 11 middle, 9 top, 8 mixed" in report
    assert " messages\n" in report


def test_a_family_of_an_organization_may_lean_on_the_general_tips(folder: Path) -> None:
    _, report = check(folder)
    assert report.endswith("finance: 11 steps are missing; series and general steps fill in.")


def test_a_built_in_family_may_not(folder: Path) -> None:
    (folder / "steps").mkdir()
    (folder / "steps/sales.yaml").write_text("family: sales\ntips: []\n")
    problems, report = check(folder)
    assert report == ""
    assert len(problems) == 3 * 6
    assert {(Path(problem.file), problem.line) for problem in problems} == {
        (folder / "steps/sales.yaml", 2)
    }
    assert problems[0].message == (
        "The question 'admin' has no step under 'evidence'. Write one in this file."
    )


EXAMPLE = """\
    example: |
      Weak: Explain why travel is over budget.
      Better: Name the three largest bookings over plan.
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minutes: 5", "minutes: 6", None),
        (EXAMPLE, "", "'finance-ask' has no 'example'. Write two to four lines of real text."),
        (
            "      Weak: Explain why travel is over budget.\n",
            "",
            "'example' has one line. Write two to four lines of real text.",
        ),
        (
            "    learned_from: practice\n",
            "",
            "'finance-ask' has no 'learned_from'. Write a public source, or 'practice'.",
        ),
    ],
)
def test_steps_that_come_with_rungs_have_an_example_and_late_ones_a_source(
    folder: Path, old: str, new: str, message: str | None
) -> None:
    text = f"""\
family: finance
tips:
  - id: finance-ask
    question: start
    from: 2
    title: Ask for three bookings
    minutes: 5
    when: Ask AI for the three largest bookings over plan.
{EXAMPLE}    why: You can name them in the meeting.
    done_when: the three are in your notes
    data: internal
    learned_from: practice
    reviewed: '2026-11-20'
"""
    assert old in text
    (folder / "steps").mkdir()
    (folder / "steps/finance.yaml").write_text(text.replace(old, new))
    files = read_files(folder)
    assert not [p for p in step_problems(files) if "finance" in p.file]
    own = [file for file in files.steps if file.source.stem == "finance"]
    found = [p.message for p in step_problems(replace(files, steps=as_built_in(own)))]
    assert [one for one in found if "tip" not in one] == ([message] if message else [])


def as_built_in(files: list[ContentFile[Any]]) -> list[ContentFile[Any]]:
    """Return the files of an organization as if they came with Rungs."""
    return [replace(file, source=replace(file.source, root=None)) for file in files]


EXAMPLES = re.compile(r"^( +)example: \|\n(?:\1  .*\n)+", re.MULTILINE)


@pytest.mark.parametrize("at", [0, -1])
@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ("steps/sales.yaml", step_problems),
        ("steps/any-family.yaml", any_step_problems),
        ("frameworks/ai-coding/framework.yaml", ladder_problems),
    ],
)
def test_each_kind_of_step_that_comes_with_rungs_has_an_example(
    folder: Path, place: str, rule: Callable[[ContentFiles], Iterator[Problem]], at: int
) -> None:
    text = (Path(content.__file__).parent / place).read_text()
    example = [*EXAMPLES.finditer(text)][at]
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text(text[: example.start()] + text[example.end() :])
    files = read_files(folder)
    built_in = replace(
        files,
        steps=as_built_in(files.steps),
        any_steps=as_built_in(files.any_steps),
        ladders=as_built_in(files.ladders),
    )
    (problem,) = rule(built_in)
    assert problem.message.endswith("has no 'example'. Write two to four lines of real text.")


def test_problems_of_content_and_messages_come_together_and_sorted(folder: Path) -> None:
    (folder / "messages").mkdir()
    (folder / "messages/home.yaml").write_text("greeting: '{% set x = 1 %}'\n")
    (folder / FINANCE).write_text("family: finance\nversion: 1\n")
    problems, report = check(folder)
    assert report == ""
    assert problems == sorted(problems)
    assert {Path(problem.file).name for problem in problems} == {"home.yaml", "finance.yaml"}


def test_a_folder_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    (problem,), report = check(tmp_path / "gone")
    assert problem.file == str(tmp_path / "gone")
    assert report == ""
