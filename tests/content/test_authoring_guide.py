"""The author's guide says what the check does."""

import re
from pathlib import Path

import pytest

from content import limits
from content.check import check
from content.families import Family, QuestionEntry
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
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def test_the_example_family_is_the_one_that_is_tested() -> None:
    assert EXAMPLES[0] == (HERE / "good/frameworks/role-families/finance.yaml").read_text()


@pytest.mark.parametrize("place", KINDS)
def test_the_example_of_each_file_is_the_one_that_is_tested(place: str) -> None:
    assert (HERE / "kinds" / place).read_text() in EXAMPLES
    assert f"`{place}`" in GUIDE


@pytest.mark.parametrize("place", KINDS)
def test_each_example_loads_as_it_stands(tmp_path: Path, place: str) -> None:
    together = [other for other in KINDS if "ai-engineer" in place and "ai-engineer" in other]
    for file in together or [place]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text((HERE / "kinds" / file).read_text())
    assert check(tmp_path)[0] == []


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("an answer", f"{limits.ANSWER} characters"),
        ("a habit (`keep`)", f"{limits.KEEP} characters"),
        ("a question", f"{limits.QUESTION} characters"),
        ("a topic", f"{limits.TOPIC} characters"),
        ("a title", f"{limits.TITLE} characters"),
        ("a title", f"{limits.TITLE_WORDS} words"),
        ("the name of a family", f"{limits.FAMILY_NAME} characters"),
        ("a tip as a whole", f"{limits.STEP_WORDS} words"),
        ("a sentence in a tip", f"{limits.SENTENCE_WORDS} words"),
        ("the title of an experiment", f"{limits.EXPERIMENT_TITLE} characters"),
        ("an experiment as a whole", f"{limits.STEP_WORDS} words"),
        ("one line of the map", f"{limits.LINE} characters"),
        ("each list in a level", f"{limits.SECTION} characters"),
        (
            "a level, an overview, or the answer about a need",
            f"{limits.VIEW_TEXT} characters",
        ),
        ("the name of a framework", f"{limits.FAMILY_NAME} characters"),
        ("the `summary` of a framework", f"{limits.SUMMARY} characters"),
        ("a choice, or the text of a need", f"{limits.BUTTON} characters"),
        ("a behavior, or a level of a criterion", f"{limits.ANSWER} characters"),
        ("an example of evidence, a `try`, a `because`", f"{limits.LINE} characters"),
        ("the name of a level or a criterion", f"{limits.LEVEL_NAME} characters"),
        ("an id", f"{limits.ID} characters"),
        ("the sign of a level", f"{limits.SIGN} characters"),
    ],
)
def test_its_limits_are_the_real_ones(what: str, limit: str) -> None:
    assert f"| {what} | {limit} |" in GUIDE


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
