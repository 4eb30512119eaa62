"""The page about security judges every requirement of ASVS 5.0, level 2, and names files that exist."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text()

SECTIONS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2
7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2
10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2
13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1
17.2:4 17.3:2
"""
"""Each section with its last requirement of levels 1 and 2; those of level 3 come after it."""

ROW = re.compile(r"^\| (V[^|]+?) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
IDS = re.compile(r"V(\d+\.\d+)\.(\d+)(?:–(\d+))?")


def test_each_requirement_is_judged_once() -> None:
    judged = Counter(
        (section, number)
        for row in ROW.findall(PAGE)
        for section, first, last in IDS.findall(row[0])
        for number in range(int(first), int(last or first) + 1)
    )
    sections = (one.split(":") for one in SECTIONS.split())
    asked = Counter((section, n) for section, last in sections for n in range(1, int(last) + 1))
    assert judged == asked
    assert f"All {asked.total()} requirements" in PAGE


def test_each_judgment_has_its_state_and_its_reason() -> None:
    rows = ROW.findall(PAGE)
    assert {state for _, _, state, _ in rows} == {"met", "not applicable", "open"}
    assert all(len(reason) > 3 for *_, reason in rows)


def test_the_files_that_it_names_are_there() -> None:
    named = re.findall(r"`([\w/.-]+\.(?:py|txt|md|json))`", PAGE)
    assert len(named) > 50
    missing = [name for name in named if not (ROOT / name).exists() and name != "rungs.cdx.json"]
    assert missing == []
