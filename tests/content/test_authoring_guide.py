"""The author's guide says what the check does."""

import re
from pathlib import Path

import pytest

from content import limits, schema

GUIDE = (Path(__file__).parents[2] / "docs/content-authoring.md").read_text()
FINANCE = Path(__file__).parent / "good/frameworks/role-families/finance.yaml"


def test_the_example_family_is_the_one_that_is_tested() -> None:
    example = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert example is not None
    assert example[1] == FINANCE.read_text()


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
        ("a tip as a whole", f"{limits.TIP_WORDS} words"),
        ("a sentence in a tip", f"{limits.SENTENCE_WORDS} words"),
        ("the title of an experiment", f"{limits.EXPERIMENT_TITLE} characters"),
        ("an experiment as a whole", f"{limits.TIP_WORDS} words"),
        ("one line of the map", f"{limits.LINE} characters"),
        ("each list in a level", f"{limits.SECTION} characters"),
    ],
)
def test_its_limits_are_the_real_ones(what: str, limit: str) -> None:
    assert f"| {what} | {limit} |" in GUIDE


MODELS = [
    *(schema.FamilyFile, schema.TipEntry, schema.SeriesFile),
    *(schema.ExperimentsFile, schema.ExperimentEntry),
]


@pytest.mark.parametrize("model", MODELS)
def test_it_names_every_key(model: type[schema.Strict]) -> None:
    keys = [info.alias or name for name, info in model.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in GUIDE] == []


def test_its_minutes_are_the_real_ones() -> None:
    assert "A tip takes {} to {} minutes".format(*limits.MINUTES) in GUIDE
    assert "An experiment takes {} to {} minutes".format(*limits.SITTING) in GUIDE
