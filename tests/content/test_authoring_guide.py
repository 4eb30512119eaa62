"""The author's guide says what the check does."""

from pathlib import Path

import pytest

from content import limits
from content.check import check
from content.families import Family
from content.fields import QuestionEntry
from content.ladders import (
    BehaviorEntry,
    CriterionEntry,
    Crosswalk,
    GradingFramework,
    LadderFramework,
    LadderLevelEntry,
    LevelGuide,
    NeedEntry,
    NeedQuestionEntry,
    NeedsFile,
    Reference,
    Relation,
    ScaleFramework,
)
from content.practices import ExperimentEntry, ExperimentsFile, Series, StepEntry
from content.schema_errors import keys_of

GUIDE = (Path(__file__).parents[2] / "docs/content-authoring.md").read_text()
HERE = Path(__file__).parent
KINDS = sorted(path.relative_to(HERE / "kinds").as_posix() for path in HERE.glob("kinds/**/*.yaml"))


@pytest.mark.parametrize("place", KINDS)
def test_each_example_loads_as_it_stands(tmp_path: Path, place: str) -> None:
    together = [other for other in KINDS if "ai-engineer" in place and "ai-engineer" in other]
    assert f"`{place}`" in GUIDE
    for file in together or [place]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text((HERE / "kinds" / file).read_text())
    assert check(tmp_path)[0] == []


ENTRIES = [
    *(Family, QuestionEntry, StepEntry, Series, ExperimentsFile, ExperimentEntry),
    *(LadderFramework, LadderLevelEntry, BehaviorEntry, Reference),
    *(GradingFramework, LevelGuide, CriterionEntry, ScaleFramework),
    *(NeedsFile, NeedQuestionEntry, NeedEntry, Crosswalk, Relation),
]


@pytest.mark.parametrize("entry", ENTRIES)
def test_it_names_every_key(entry: object) -> None:
    keys = keys_of(entry)
    assert keys
    assert [key for key in keys if f"`{key}`" not in GUIDE] == []


def test_its_minutes_are_the_real_ones() -> None:
    assert "A tip takes {} to {} minutes".format(*limits.MINUTES) in GUIDE
    assert "An experiment takes {} to {} minutes".format(*limits.SITTING) in GUIDE


NUMBERS = {1: "one", 2: "two", 3: "three", 6: "six", 8: "eight", 10: "ten"}


@pytest.mark.parametrize(
    ("what", "least", "most"),
    [
        ("| `levels` | {} to {}", *limits.LADDER_LEVELS),
        ("| `behaviors` | {} to {}", *limits.BEHAVIORS),
        ("| `evidence` | {} or {} ", *limits.EVIDENCE),
        ("| `criteria` | {} to {}", *limits.CRITERIA),
        ("| `questions` | {} to {}", 1, limits.NEED_QUESTIONS),
        ("and {} to {} `needs`", *limits.NEEDS),
    ],
)
def test_its_counts_are_the_real_ones(what: str, least: int, most: int) -> None:
    assert what.format(NUMBERS[least], NUMBERS[most]) in GUIDE
