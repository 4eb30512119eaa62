"""Team experiments: for every standing and mix of families, and from an organization's files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from coaching.team_digest.figures import STANDS, Stand
from content.loader import load_library
from content.rules.texts import count_words

OWN = """\
experiments:
  - id: team-acme
    stands: [any]
    families: [finance]
    title: Read one draft together
    minutes: 20
    together: Read one AI draft aloud. Each person marks one line to change.
    why: Each reader notices another line.
    done_when: the draft has three marked lines
    data: internal
    reviewed: '2026-11-20'
"""


def test_there_are_enough_for_months() -> None:
    assert len(load_library().experiments) >= 16


@pytest.mark.parametrize("stand", [None, *STANDS])
def test_a_team_of_any_family_finds_several(stand: Stand | None) -> None:
    fitting = [e for e in load_library().experiments if e.fits(stand, frozenset())]
    assert len(fitting) >= (3 if stand is None else 7)


@pytest.mark.parametrize("stand", STANDS)
def test_each_family_has_one_of_its_own_wherever_a_team_stands(stand: Stand) -> None:
    library = load_library()
    for family in library.families:
        # "Other work" is many kinds of work: its teams have the experiments for any family.
        place = "any" if family == "general" else family
        own = [e for e in library.experiments if place in e.families and stand in e.stands]
        assert own, family


def test_teams_of_several_families_have_their_own_too() -> None:
    assert [e.id for e in load_library().experiments if "several" in e.families] == [
        "team-hand-over-in-three-lines",
        "team-borrow-one-check",
    ]


def test_they_fit_into_a_meeting_and_a_screen() -> None:
    for each in load_library().experiments:
        assert each.minutes <= 30
        text = f"{each.title} {each.together} {each.why} {each.done_when}"
        assert count_words(text) <= 80, each.id


def test_a_file_of_ones_own_adds_to_them(folder: Path, problems: Callable[[], list[str]]) -> None:
    (folder / "teams").mkdir()
    (folder / "teams/acme.yaml").write_text(OWN)
    assert problems() == []
    assert len(load_library(folder).experiments) == len(load_library().experiments) + 1


def test_a_file_of_the_same_name_replaces_them(folder: Path) -> None:
    (folder / "teams").mkdir()
    (folder / "teams/experiments.yaml").write_text(OWN.replace("[finance]", "[any]"))
    (only,) = load_library(folder).experiments
    assert only.id == "team-acme"


def test_a_team_without_figures_always_finds_one(
    folder: Path, problems: Callable[[], list[str]]
) -> None:
    (folder / "teams").mkdir()
    (folder / "teams/experiments.yaml").write_text(OWN)
    (problem,) = problems()
    found = "There is no experiment with 'stands: [any]' and 'families: [any]'."
    assert problem == f"teams/experiments.yaml:1: {found} Write one."
