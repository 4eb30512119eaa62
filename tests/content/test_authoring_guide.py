"""The author's guide says what the check does."""

from pathlib import Path

import pytest

from coaching.item_figures import FROM_ANSWERS, GOOD, MISSED, TOO_EASY
from content import limits
from content.access import (
    AccessFile,
    ApproverEntry,
    PermissionEntry,
    RequirementEntry,
    TrainingDoneEntry,
    TrainingEntry,
    VerifiedEntry,
)
from content.drafts import MOST
from content.families import Family
from content.fields import QuestionEntry
from content.items import (
    GroundEntry,
    ItemEntry,
    ItemsFile,
    LevelSkills,
    OptionEntry,
    SkillEntry,
    SkillsFile,
    TierSkills,
    VariantEntry,
)
from content.ladders import (
    AcceptanceEntry,
    BehaviorEntry,
    CriterionEntry,
    Crosswalk,
    GradingFramework,
    LadderFramework,
    LadderLevelEntry,
    LevelGuide,
    Reference,
    Relation,
    ScaleFramework,
)
from content.loader import check
from content.needs import NeedEntry, NeedQuestionEntry, NeedsFile
from content.phrases import IntentEntry, PhrasesFile
from content.practices import ExperimentEntry, ExperimentsFile, Series, StepEntry
from content.rules.item_texts import ALIKE, FACTOR, LONGEST, MORE, SHARES_FROM, SHORTEST
from content.rules.messages import LOOP, SIZES
from content.schema_errors import keys_of
from content.templates import FILTERS

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
    *(GradingFramework, LevelGuide, AcceptanceEntry, CriterionEntry, ScaleFramework),
    *(SkillsFile, SkillEntry, TierSkills, LevelSkills, ItemsFile, ItemEntry),
    *(GroundEntry, OptionEntry, VariantEntry),
    *(AccessFile, PermissionEntry, RequirementEntry, VerifiedEntry),
    *(TrainingDoneEntry, TrainingEntry, ApproverEntry),
    *(NeedsFile, NeedQuestionEntry, NeedEntry, Crosswalk, Relation, PhrasesFile, IntentEntry),
]


@pytest.mark.parametrize("entry", ENTRIES)
def test_it_names_every_key(entry: object) -> None:
    keys = keys_of(entry)
    assert keys
    assert [key for key in keys if f"`{key}`" not in GUIDE] == []


def test_its_minutes_are_the_real_ones() -> None:
    assert "A tip takes {} to {} minutes".format(*limits.MINUTES) in GUIDE
    assert "An experiment takes {} to {} minutes".format(*limits.SITTING) in GUIDE


def test_its_figures_of_items_are_the_real_ones() -> None:
    words = " ".join(GUIDE.split())
    for figure in (
        "{} to {} words copied exactly".format(*limits.SAYS),
        f"at most {FACTOR} times the characters of the shortest, and {MORE} more",
        f"the longest in at most {LONGEST:.0%} of",
        f"the shortest in at most {SHORTEST:.0%}.",
        f"This counts from {SHARES_FROM} sets on",
        f"share at most {ALIKE:.0%} of their words",
        f"writes up to {MOST} drafts",
        f"that has {FROM_ANSWERS} answers or more",
        f"too easy ({TOO_EASY:.0%} right or more)",
        f"fewer than {MISSED:.0%} right among",
        f"people with {GOOD:.0%} of the rest",
    ):
        assert figure in words


def test_its_limits_are_the_real_ones() -> None:
    words = " ".join(GUIDE.split())
    for limit in (
        f"with more than {limits.FOLDER_ENTRIES:,} files or {limits.FOLDER_BYTES // 10**6} MB",
        f"at most {limits.FILE_BYTES // 10**6} MB, {limits.FILE_VALUES:,} values",
        f"and {limits.ENTRIES} entries in one list",
        f"Reading ends after {limits.CHECK_SECONDS} seconds",
        f"With {limits.VALUE} characters for each value and {limits.VALUES_IN_LIST} entries",
        f"at most {limits.MESSAGE:,} characters, or twice as many",
        f"at most {limits.PERMISSIONS} in all files",
        "counts at most: {} to {}".format(*limits.VALID_FOR),
        "time was over: {} to {}".format(*limits.GRACE),
        "`within_days` is {} to {}".format(*limits.WITHIN_DAYS),
        f"with at most {limits.REQUIREMENT_PARTS} parts in all",
    ):
        assert limit in words


def test_it_names_what_may_stand_in_braces() -> None:
    table = GUIDE[GUIDE.index("### What may stand in braces") :]
    known = [*FILTERS, *(f"loop.{name}" for name in LOOP.attributes), *SIZES]
    signs = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
    assert [name for name in known if f"`{signs.get(name, name)}`" not in table] == []


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
        ("it is for, {} to {} |", *limits.TOOLS),
        ("hold {} to {} requirements", *limits.REQUIREMENTS),
    ],
)
def test_its_counts_are_the_real_ones(what: str, least: int, most: int) -> None:
    assert what.format(NUMBERS[least], NUMBERS[most]) in GUIDE
