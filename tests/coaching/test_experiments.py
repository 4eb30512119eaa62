"""Which experiment a team gets: one that fits, and none twice before all others were used."""

from dataclasses import replace

import pytest

from coaching.team_digest.figures import STANDS, Experiment, Stand, next_in_turn

PLAIN = Experiment("plain", frozenset({"any"}), frozenset({"any"}), "", 20, "", "", "")
FIRST = replace(PLAIN, id="first", stands=frozenset({"first", "middle"}))
TOP = replace(PLAIN, id="top", stands=frozenset({"top"}))
SALES = replace(PLAIN, id="sales", families=frozenset({"sales"}))
ACROSS = replace(PLAIN, id="across", families=frozenset({"several"}))
ALL = [PLAIN, FIRST, TOP, SALES, ACROSS]


def fitting(stand: Stand | None, *families: str) -> set[str]:
    return {each.id for each in ALL if each.fits(stand, frozenset(families))}


@pytest.mark.parametrize(
    ("stand", "families", "expected"),
    [
        (None, [], {"plain"}),
        ("first", [], {"plain", "first"}),
        ("middle", ["sales"], {"plain", "first", "sales"}),
        ("top", ["design"], {"plain", "top"}),
        ("mixed", ["sales", "design"], {"plain", "across"}),
        (None, ["sales"], {"plain", "sales"}),
    ],
)
def test_what_fits_a_team(stand: Stand | None, families: list[str], expected: set[str]) -> None:
    assert fitting(stand, *families) == expected


@pytest.mark.parametrize("stand", [None, *STANDS])
def test_nothing_comes_back_before_all_had_their_turn(stand: Stand | None) -> None:
    many = [replace(PLAIN, id=f"e{n}") for n in range(7)]
    used: list[str] = []
    for _ in range(21):
        chosen = next_in_turn(many, used=used, seed="C1", stand=stand)
        assert chosen
        used.append(chosen.id)
    rounds = [used[start : start + 7] for start in (0, 7, 14)]
    assert [sorted(each) for each in rounds] == [sorted(e.id for e in many)] * 3
    assert rounds[0] == rounds[1] == rounds[2]


def test_teams_differ_in_their_order_and_each_keeps_its_own() -> None:
    many = [replace(PLAIN, id=f"e{n}") for n in range(20)]
    first = [next_in_turn(many, used=[], seed=f"C{n}") for n in range(30)]
    assert len(set(first)) > 5
    assert first == [next_in_turn(many, used=[], seed=f"C{n}") for n in range(30)]


def test_what_a_team_had_elsewhere_on_the_scale_is_still_remembered() -> None:
    used = ["plain", "first"]
    assert next_in_turn([PLAIN, TOP], used=used, seed="C1", stand="top") == TOP
    assert next_in_turn([PLAIN, TOP], used=[*used, "top"], seed="C1", stand="top") == PLAIN


def test_one_that_is_gone_from_the_files_does_no_harm() -> None:
    assert next_in_turn([PLAIN], used=["gone", "gone"], seed="C1") == PLAIN
    assert next_in_turn([TOP], used=[], seed="C1") is None
