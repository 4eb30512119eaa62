"""`rungs content check` prints every problem, or a table of what there is."""

from pathlib import Path

from content.check import check
from content.loader import load_library

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
