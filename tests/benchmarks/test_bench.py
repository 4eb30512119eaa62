"""The benchmarks work and print what others rely on; no test asserts a speed."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import seed
from benchmarks.__main__ import BENCHMARKS, COMPARISONS, main, measured
from benchmarks.conversations import LADDER, LOWEST, NEEDS, REVIEW, Conversation, all_completed
from benchmarks.measurement import Broken, worker
from benchmarks.outbox import once_each, outbox
from benchmarks.scheduler import FIRST_TICK, all_ticked, ticker
from benchmarks.table import FULL, LATEST, QUICK, Comparison, Line, stored_rows, to_text, write
from playground.crowd import big_workspace
from playground.server import Playground
from simulation.crowd import crowd_ids
from storage.allowances import LINES
from tests.reliability.receipts import Ledger

TINY = replace(
    QUICK,
    in_a_crowd=2,
    at_once=2,
    few_plans=20,
    many_plans=100,
    jobs=20,
    jobs_due=4,
    everybody=20,
    small_team=6,
    large_team=12,
    commands=12,
    teams=3,
    installs=20,
    neighbors=4,
    greedy=40,
    ending=20,
    beside=6,
)
COMING_BACK = {"tick": 3, "jobs": 2, "outbox": 1, "send": 2, "limit": 2, "digest": 3, "ends": 1}
"""The benchmarks of what the bot does by itself, each with its number of lines."""
OF_MANY = {"ack-many": 2, "memory-many": 1, "fair": 1}
"""Those of a service for many workspaces."""
OF_CLIENTS = {"access": 2}
KEYS = ["name", "ours", "reference", "ratio", "aim", "better"]


def compared(name: str, *, ours: float, reference: float, ratio: str) -> Line:
    return Comparison("any", ratio, name).line(ours, reference, sizes=QUICK)


def test_the_table_marks_what_misses_its_aim_in_either_direction() -> None:
    lines = [
        compared("slow", ours=3, reference=2, ratio="≤ 1.3"),
        compared("quick", ours=2, reference=2, ratio="≤ 1.3"),
        compared("fast", ours=7, reference=10, ratio="≥ 0.67"),
        compared("lame", ours=6, reference=10, ratio="≥ 0.67"),
    ]
    rows = {row.split()[0]: row for row in to_text(lines).splitlines()}
    assert {name for name, row in rows.items() if row.endswith("missed")} == {"slow", "lame"}
    assert rows["slow"].split() == ["slow", "3.00", "2.00", "1.50", "≤", "1.3", "missed"]
    assert "≥ 0.67" in rows["fast"]


def test_the_figures_are_written_as_a_list_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    write([compared("speed", ours=9, reference=6, ratio="≥ 0.9")], path)
    values = ["speed", 9, 6, 1.5, 0.9, "higher"]
    assert json.loads(path.read_text()) == [dict(zip(KEYS, values, strict=True))]
    assert stored_rows(path) == [["speed", "9.00", "6.00", "1.50", "≥ 0.9", "yes"]]


def test_the_stored_figures_are_those_of_a_whole_run() -> None:
    declared = [one.line(1, 1, sizes=FULL) for one in COMPARISONS]
    stored = [Line(**line) for line in json.loads(LATEST.read_text())]
    assert [(one.name, one.aim, one.better) for one in stored] == [
        (one.name, one.aim, one.better) for one in declared
    ]
    assert {one.benchmark for one in COMPARISONS} == set(BENCHMARKS)


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
    [line] = await measured("crowd", tmp_path, TINY)
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


@pytest.mark.parametrize(
    ("name", "conversation"), [("ladder", LADDER), ("lowest", LOWEST), ("needs", NEEDS)]
)
async def test_a_conversation_of_each_kind_is_measured_and_a_lost_answer_is_noticed(
    tmp_path: Path, name: str, conversation: Conversation
) -> None:
    [line] = await measured(name, tmp_path, TINY)
    assert line.name == f"assessment: {name} (ms)"
    assert line.ratio == pytest.approx(line.ours / line.reference, abs=0.01)
    database = tmp_path / "ours.db"
    with closing(sqlite3.connect(database)) as connection:
        people = [user for (user,) in connection.execute("SELECT user_id FROM assessment")]
        assert len(people) == 2 * TINY.of_a_kind
        all_completed(database, people, conversation)
        if conversation.channel:
            connection.execute("DELETE FROM grade WHERE rowid = 1")
            connection.commit()
            with pytest.raises(Broken, match="not 4 grades"):
                all_completed(database, people, conversation)
        connection.execute("UPDATE answer SET level = 9 WHERE rowid = 1")
        connection.commit()
        with pytest.raises(Broken, match="Do not use these figures"):
            all_completed(database, people, conversation)


async def test_a_review_is_measured_and_a_lost_mark_is_noticed(tmp_path: Path) -> None:
    [line] = await measured("review", tmp_path, TINY)
    assert line.ratio == pytest.approx(line.ours / line.reference, abs=0.01)
    database = tmp_path / "ours.db"
    with closing(sqlite3.connect(database)) as connection:
        people = [user for (user,) in connection.execute("SELECT verifier FROM evidence_review")]
        assert len(people) == 2 * TINY.of_a_kind
        all_completed(database, people, REVIEW)
        connection.execute("DELETE FROM evidence_mark WHERE rowid = 1")
        connection.commit()
    with pytest.raises(Broken, match="has 15 marks"):
        all_completed(database, people, REVIEW)


def test_the_conversations_of_a_round_fit_the_limit_of_a_channel() -> None:
    assert FULL.of_a_kind < LINES.most


async def test_a_filled_database_has_its_members_in_no_order(tmp_path: Path) -> None:
    database = tmp_path / "filled.db"
    await seed.assessed(database, 500)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM answer").fetchone() == (1500,)
        found = [
            user for (user,) in connection.execute("SELECT user_id FROM member ORDER BY rowid")
        ]
        assert sorted(found) == crowd_ids(500)
        assert found != sorted(found)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("name", [*COMING_BACK, *OF_MANY, *OF_CLIENTS])
async def test_what_the_bot_does_is_measured(tmp_path: Path, name: str) -> None:
    lines = await measured(name, tmp_path, TINY)
    assert len(lines) == (COMING_BACK | OF_MANY | OF_CLIENTS)[name]
    assert len({line.name for line in lines}) == len(lines)
    for line in lines:
        assert line.reference > 0
        assert line.ratio == pytest.approx(line.ours / line.reference, abs=0.01)


async def test_a_tick_that_loses_a_message_is_noticed(tmp_path: Path) -> None:
    database = tmp_path / "plans.db"
    await seed.planned(database, 50, due=10)
    async with worker(ticker, database) as tick:
        await tick()
    all_ticked(database, 10, turns=1)
    with closing(sqlite3.connect(database)) as connection:
        soonest = connection.execute("SELECT next_due_at FROM schedule ORDER BY 1").fetchone()
        assert soonest[0] > FIRST_TICK.strftime("%Y-%m-%d %H:%M:%S")
        connection.execute("DELETE FROM message WHERE rowid = 1")
        connection.commit()
    with pytest.raises(Broken, match="9 messages"):
        all_ticked(database, 10, turns=1)


async def test_a_message_that_is_not_sent_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="has 9 ready, not 9 sent"):
        async with outbox(tmp_path / "outbox.db", Playground(sample=big_workspace(9))) as filled:
            await filled.fill(9)


def test_a_message_that_came_twice_is_noticed() -> None:
    ledger = Ledger()
    ledger.posts.update(["one", "two"])
    once_each(ledger, ["two", "one"])
    ledger.posts.update(["one"])
    with pytest.raises(Broken, match="3 posts, 2 different ones, instead of 2"):
        once_each(ledger, ["one", "two"])
