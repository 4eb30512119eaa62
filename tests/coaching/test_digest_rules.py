"""What a digest says and when: enough people, rough words, what is new, practice of a whole week."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from coaching.mean_score import TIERS
from coaching.team_digest.disclosure import (
    Contributor,
    Group,
    decide_digest,
    figures_of,
    to_facts,
)
from coaching.team_digest.figures import (
    Digest,
    Figures,
    Share,
    Spread,
    Week,
    band_of,
    how_many,
    week_before,
)
from tests.coaching.digest_histories import START

WEEK = week_before(START)
ON = START.date()
LONG_AGO = START - timedelta(weeks=9)
FIRST, MIDDLE, TOP = 0.5, 1.5, 3.0


def team(*tiers: float, secret: str = "s", practiced: int = 0, people: int | None = None) -> Group:
    """U0, U1, … with these tiers; the first `practiced` of them practiced."""
    contributors = [
        Contributor(f"U{n}", tier, LONG_AGO, has_practiced=n < practiced)
        for n, tier in enumerate(tiers)
    ]
    return Group(secret, contributors, people)


def digest(group: Group, *, last: Figures | None = None, minimum: int = 5) -> Digest:
    return decide_digest(group, on=ON, week=WEEK, last=last, minimum=minimum)


def figures(group: Group, *, minimum: int = 5) -> Figures:
    found = digest(group, minimum=minimum).figures
    assert found
    return found


# Enough people


def test_four_people_get_no_figures_and_five_do() -> None:
    assert digest(team(*[FIRST] * 4)).figures is None
    assert figures(team(*[FIRST] * 5)).people == "5–9"


def test_an_operator_may_ask_for_more_and_never_for_less_than_three() -> None:
    assert digest(team(*[FIRST] * 7), minimum=8).figures is None
    assert figures(team(*[FIRST] * 8), minimum=8)
    assert digest(team(FIRST, TOP), minimum=1).figures is None
    assert figures(team(FIRST, TOP, TOP), minimum=1).people == "3–4"


def test_a_team_of_one_mind_has_figures_as_every_other() -> None:
    alike = [figures(team(*[TOP] * 30, secret=f"s{n}")).spread.shares for n in range(50)]
    assert (Share.FEW, Share.FEW, Share.MOST) in alike


# Rough words


@pytest.mark.parametrize(
    ("people", "within", "words"),
    [
        (9, None, "5–9"),
        (10, 400, "10–19"),
        (27, 28, "20–28"),
        (49, 60, "20–49"),
        (5, 7, "5–7"),
        (20, 20, "20"),
        (240, None, "100 or more"),
        (240, 260, "100–260"),
        (27, 3, "20–49"),
    ],
)
def test_how_many_take_part_ends_at_what_the_channel_holds(
    people: int, within: int | None, words: str
) -> None:
    assert how_many(people, within=within) == words


def test_three_bands_cover_the_scale() -> None:
    assert [band_of(tier) for tier in TIERS] == ["first", "first", "middle", "middle", "top", "top"]


def test_a_large_team_reads_what_is_true() -> None:
    true = [FIRST] * 140 + [MIDDLE] * 40 + [TOP] * 20
    assert figures(team(*true)).spread.shares == (Share.MOST, Share.FEW, Share.FEW)


def test_the_stand_is_the_one_band_with_most() -> None:
    assert Spread((Share.MOST, Share.FEW, Share.FEW), ON).stand == "first"
    assert Spread((Share.SOME, Share.SOME, Share.FEW), ON).stand == "mixed"
    assert Spread((Share.MOST, Share.FEW, Share.MOST), ON).stand == "mixed"


# What is new


def test_the_same_people_and_answers_are_no_news_from_the_second_digest_on() -> None:
    first = digest(team(*[FIRST] * 12))
    assert first.is_news
    again = digest(team(*[FIRST] * 12, people=14), last=first.figures)
    assert not again.is_news
    assert again.moved_since is None


def test_another_spread_range_or_practice_is_news() -> None:
    last = figures(team(*[FIRST] * 12))
    assert digest(team(*[TOP] * 12), last=last).is_news
    assert digest(team(*[FIRST] * 20), last=last).is_news
    assert digest(team(*[FIRST] * 12, practiced=12), last=last).is_news


def test_a_team_that_goes_up_is_told_so_and_one_that_goes_down_is_not() -> None:
    low = replace(figures(team(*[FIRST] * 40)), spread=figures(team(*[FIRST] * 40)).spread)
    high = figures(team(*[TOP] * 40))
    assert digest(team(*[TOP] * 40), last=low).moved_since == ON
    assert digest(team(*[FIRST] * 40), last=high).moved_since is None


def test_figures_survive_being_written_down() -> None:
    held = figures(team(*[FIRST, TOP] * 6, practiced=5))
    assert figures_of(json.loads(json.dumps(to_facts(held)))) == held


def test_figures_of_earlier_versions_are_read_and_withheld_spreads_are_none() -> None:
    people = {"words": "5–9", "on": "2026-01-05"}
    spread = {"shares": ["few", "some", "most"], "on": "2026-01-05"}
    found = figures_of({"people": people, "spread": spread})
    shares = (Share.FEW, Share.SOME, Share.MOST)
    assert found == Figures("5–9", Spread(shares, date(2026, 1, 5)))
    assert figures_of({"people": people, "spread": None}) is None


# Practice


def test_practice_is_told_in_a_word() -> None:
    assert figures(team(*[FIRST] * 100, practiced=90)).practiced is Share.MOST
    assert figures(team(*[FIRST] * 100)).practiced is Share.FEW


def test_only_who_took_part_for_the_whole_week_counts() -> None:
    group = team(*[FIRST] * 6, practiced=6)
    late = [replace(each, since=WEEK.begin) for each in group.contributors[:2]]
    some_new = replace(group, contributors=[*late, *group.contributors[2:]])
    assert figures(some_new).practiced is None
    assert figures(some_new, minimum=4).practiced is not None


@pytest.mark.parametrize("days", range(7))
def test_the_week_is_the_last_whole_one_from_monday_to_sunday_in_utc(days: int) -> None:
    week = week_before(datetime(2026, 1, 5, 0, 30, tzinfo=UTC) + timedelta(days=days))
    assert week == Week(date(2025, 12, 29))
    assert week.last == date(2026, 1, 4)
    assert week.end - week.begin == timedelta(weeks=1)


def test_in_small_teams_a_word_can_be_wrong_and_then_stays_wrong() -> None:
    """Averaging it away over weeks would give everybody's answers away."""
    nobody = (figures(team(*[FIRST] * 5, secret=f"s{n}")) for n in count())
    found = next(each for each in nobody if each.practiced is not Share.FEW)
    assert found.practiced in (Share.SOME, Share.MOST)
