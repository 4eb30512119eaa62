"""Two simulated months: the promises to members, counted from Slack's side."""

import json
from pathlib import Path

import pytest

from simulation import parts
from simulation.crowd import Part, crowd_of
from simulation.habits import quiet_hours
from simulation.options import BEGIN, Options, Setting
from simulation.report import Result

MANIFEST = json.loads((Path(__file__).parents[2] / "manifest.json").read_text())
SMALL = Options(days=60, members=12, seed=7)


@pytest.fixture(scope="module")
def said() -> list[str]:
    """The lines of progress of the one simulation of this module."""
    return []


@pytest.fixture(scope="module")
def result(said: list[str]) -> Result:
    """Two months of twelve members."""
    return parts.run_simulation(SMALL, Setting(MANIFEST), print_line=said.append)


def test_every_promise_holds(result: Result) -> None:
    assert result.breaches == dict.fromkeys(result.breaches, 0)
    assert len(result.breaches) == 7
    assert result.is_clean


def test_members_and_teams_get_messages(result: Result) -> None:
    sent = {one.kind for one in result.tally.outcomes if one.state == "sent"}
    assert sent == {"checkin", "digest", "reminder"}
    assert result.tally.messages > 24
    assert result.tally.digests.total() > 8
    counted = sum(one.count for one in result.tally.outcomes if one.state == "sent")
    assert counted == result.tally.messages + result.tally.digests.total()


def test_members_answer(result: Result) -> None:
    forms = {one.form for one in result.tally.outcomes if one.kind == "checkin"}
    assert {"ask", "offer"} <= forms


def test_nothing_is_left_hanging(result: Result) -> None:
    assert {one.state for one in result.tally.outcomes} <= {"sent", "skipped", "ready"}


def test_the_report_has_every_part(result: Result) -> None:
    report = str(result)
    assert f"12 members, 60 days, seed 7: {result.tally.messages} messages" in report
    for heading in (
        "Messages per member and week",
        "Messages by the member's local hour",
        "Messages by kind",
        "Not sent, and why",
        "without figures",
        "Promises, counted from Slack's side",
    ):
        assert heading in report


def test_progress_is_told(result: Result, said: list[str]) -> None:
    assert result.seconds > 0
    assert "of 60:" in said[0]
    assert "min left" in said[0]


def test_several_processes_share_the_members() -> None:
    few = Options(days=12, members=10, seed=2)
    result = parts.run_simulation(few, Setting(MANIFEST), processes=2, print_line=lambda _: None)
    users = {user for n in range(2) for user in crowd_of(few, Part(n, 2)).people}
    assert set(result.tally.per_member) <= users
    assert result.tally.messages > 0
    assert result.is_clean


def test_wrong_content_is_told_in_its_own_words() -> None:
    nowhere = Setting(MANIFEST, content=Path("/nowhere/at/all"))
    with pytest.raises(Exception, match="nowhere"):
        parts.run_simulation(
            Options(days=5, members=10), nowhere, processes=2, print_line=lambda _: None
        )


def test_parts_together_are_the_whole_crowd() -> None:
    options = Options(members=300, seed=5)
    whole = crowd_of(options)
    shares = [crowd_of(options, Part(n, 3)) for n in range(3)]
    together = {user: habits for one in shares for user, habits in one.people.items()}
    assert together == dict(whole.people)
    assert sum(len(one.people) for one in shares) == 300
    assert {c: u for one in shares for c, u in one.teams.items()} == dict(whole.teams)
    assert max(len(one.people) for one in shares) - min(len(one.people) for one in shares) < 30


def test_the_same_seed_gives_the_same_people() -> None:
    assert crowd_of(Options(members=50)) == crowd_of(Options(members=50))
    assert crowd_of(Options(members=50)) != crowd_of(Options(members=50, seed=2))


def test_few_members_and_a_given_database_are_for_one_process() -> None:
    here = Setting(MANIFEST)
    given = Setting(MANIFEST, database_url="sqlite:///somewhere.db")
    assert parts.process_count(Options(members=12), here) == 1
    assert parts.process_count(Options(members=5000), given) == 1
    assert parts.process_count(Options(members=5000), here) >= 1


def test_quiet_hours_begin_before_the_first_morning() -> None:
    for habits in crowd_of(Options(members=200)).people.values():
        hours = quiet_hours(habits, begin=BEGIN)
        if habits.quiet is None:
            assert hours is None
        else:
            assert hours is not None
            assert hours[0] <= BEGIN.timestamp() < hours[1] + 86_400
            assert 0 < hours[1] - hours[0] < 86_400


def test_digests_are_told_apart_by_what_they_show(result: Result) -> None:
    sent = [one for one in result.tally.outcomes if (one.kind, one.state) == ("digest", "sent")]
    with_figures = sum(one.count for one in sent if one.form == "figures")
    without = sum(one.count for one in sent) - with_figures
    assert with_figures > 0
    assert without > 0
    lines = str(result).splitlines()
    assert f"  without figures {without:>8}" in lines
    assert any(line.startswith(f"  with figures    {with_figures:>8}") for line in lines)
