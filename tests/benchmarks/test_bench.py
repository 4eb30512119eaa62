"""The benchmarks work and say what others rely on; how fast anything is, no test decides."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.conversing import crowd
from benchmarks.courses import LADDER, LOWEST, NEEDS, Course
from benchmarks.filling import fill
from benchmarks.line import compared, table, write
from benchmarks.planned import planned, wake
from benchmarks.processes import Broken
from benchmarks.proof import all_completed, all_graded, all_sent, all_ticked, once_each
from benchmarks.script import used
from benchmarks.sizes import QUICK
from benchmarks.ticking import ticked, ticker
from content.loader import load_library

TINY = replace(
    QUICK,
    in_a_crowd=2,
    at_once=2,
    few_plans=20,
    many_plans=100,
    jobs=20,
    jobs_due=4,
    messages=6,
    everybody=20,
    small_team=6,
    large_team=12,
)
COMING_BACK = {"tick": 3, "jobs": 2, "outbox": 1, "send": 2, "limit": 2, "digest": 3}
"""The benchmarks of what the bot does by itself, each with its number of lines."""
KEYS = ["name", "ours", "reference", "ratio", "aim", "better"]


def test_the_table_marks_what_misses_its_aim_in_either_direction() -> None:
    lines = [
        compared("slow", ours=3, reference=2, aim=1.3, better="lower"),
        compared("quick", ours=2, reference=2, aim=1.3, better="lower"),
        compared("fast", ours=7, reference=10, aim=0.67, better="higher"),
        compared("lame", ours=6, reference=10, aim=0.67, better="higher"),
    ]
    rows = {row.split()[0]: row for row in table(lines).splitlines()}
    assert {name for name, row in rows.items() if row.endswith("missed")} == {"slow", "lame"}
    assert rows["slow"].split() == ["slow", "3.00", "2.00", "1.50", "≤", "1.3", "missed"]
    assert "≥ 0.67" in rows["fast"]


def test_the_figures_are_written_as_a_list_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    write([compared("speed", ours=9, reference=6, aim=0.9, better="higher")], path)
    values = ["speed", 9, 6, 1.5, 0.9, "higher"]
    assert json.loads(path.read_text()) == [dict(zip(KEYS, values, strict=True))]


def test_one_benchmark_runs_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "figures.json"
    assert main(["--quick", "--only", "start", "--output", str(path)]) == 0
    [line] = json.loads(path.read_text())
    assert list(line) == KEYS
    assert line["ratio"] == pytest.approx(line["ours"] / line["reference"], abs=0.01)
    assert line["name"] in capsys.readouterr().out


async def test_a_crowd_is_measured_and_a_lost_answer_is_noticed(tmp_path: Path) -> None:
    [line] = await crowd(tmp_path, TINY)
    assert line.ours > 0
    assert line.reference > 0
    database = tmp_path / "ours.db"
    with closing(sqlite3.connect(database)) as connection:
        people = [user for (user,) in connection.execute("SELECT user_id FROM assessment")]
        assert len(people) == 2 * (TINY.in_a_crowd + TINY.in_a_row)
        all_completed(database, people)
        connection.execute("DELETE FROM answer WHERE rowid = 1")
        connection.commit()
    with pytest.raises(Broken, match="Do not use these figures"):
        all_completed(database, people)


@pytest.mark.parametrize("course", [LADDER, LOWEST, NEEDS], ids=["ladder", "lowest", "needs"])
async def test_a_conversation_of_each_kind_is_measured_and_a_lost_answer_is_noticed(
    tmp_path: Path, course: Course
) -> None:
    name = {LADDER.line: "ladder", LOWEST.line: "lowest", NEEDS.line: "needs"}[course.line]
    [line] = await BENCHMARKS[name](tmp_path, TINY)
    assert line.name == f"assessment: {name} (ms)"
    assert line.ratio == pytest.approx(line.ours / line.reference, abs=0.01)
    database = tmp_path / "ours.db"
    with closing(sqlite3.connect(database)) as connection:
        people = [user for (user,) in connection.execute("SELECT user_id FROM assessment")]
        assert len(people) == 2 * TINY.of_a_kind
        all_completed(database, people, course=course)
        connection.execute("UPDATE answer SET level = 9 WHERE rowid = 1")
        connection.commit()
        with pytest.raises(Broken, match="Do not use these figures"):
            all_completed(database, people, course=course)
        if course.leaves_grades:
            all_graded(database, people)
            connection.execute("DELETE FROM grade WHERE rowid = 1")
            connection.commit()
            with pytest.raises(Broken, match="4 people graded"):
                all_graded(database, people)


def test_every_act_on_a_card_has_a_name_of_its_own() -> None:
    option = {"value": "two"}
    assert used({"action_id": "answer:B", "value": "1|B"}) == "answer:B 1|B"
    assert used({"action_id": "pick:A", "selected_option": option}) == "pick:A two"
    assert used({"action_id": "tick:1", "selected_options": [option]}) == "tick:1 two"


async def test_a_filled_database_has_its_members_with_the_known_ones_among_them(
    tmp_path: Path,
) -> None:
    database = tmp_path / "filled.db"
    known = ["U0FIRST", "U0SECOND"]
    words = load_library().questionnaire("engineering")
    await fill(database, 500, known=known, words=words)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM member").fetchone() == (500,)
        assert connection.execute("SELECT count(*) FROM answer").fetchone() == (1500,)
        found = connection.execute("SELECT user_id FROM member WHERE user_id LIKE 'U0%' ORDER BY 1")
        assert {user for (user,) in found} >= set(known)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("name", COMING_BACK)
async def test_what_the_bot_does_by_itself_is_measured(tmp_path: Path, name: str) -> None:
    lines = await BENCHMARKS[name](tmp_path, TINY)
    assert len(lines) == COMING_BACK[name]
    assert len({line.name for line in lines}) == len(lines)
    for line in lines:
        assert line.reference > 0
        assert line.ratio == pytest.approx(line.ours / line.reference, abs=0.01)


async def test_a_tick_that_loses_a_message_is_noticed(tmp_path: Path) -> None:
    database = tmp_path / "plans.db"
    await planned(database, 50, due=10)
    async with ticker(database) as process:
        await ticked(process, 0)
    all_ticked(database, 10, turns=1)
    with closing(sqlite3.connect(database)) as connection:
        soonest = connection.execute("SELECT next_due_at FROM schedule ORDER BY 1").fetchone()
        assert soonest[0] > wake(0).strftime("%Y-%m-%d %H:%M:%S")
        connection.execute("DELETE FROM message WHERE rowid = 1")
        connection.commit()
    with pytest.raises(Broken, match="9 messages"):
        all_ticked(database, 10, turns=1)
    with pytest.raises(Broken, match="should be sent"):
        all_sent(database, 9)


def test_a_message_that_came_twice_is_noticed() -> None:
    once_each(["one", "two"], ["two", "one"])
    with pytest.raises(Broken, match="2 posts, 1 different ones"):
        once_each(["one", "one"], ["one", "two"])
