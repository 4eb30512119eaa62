"""The built-in content: complete, balanced over families, and in the voice of the writing guide."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from time import process_time

import pytest
from pydantic import BaseModel

from coaching.mean_score import LEVELS, TIERS
from coaching.steps import steps_by_lowest_answer
from content.library import Library
from content.limits import length
from content.loader import check, load_library
from content.templates import read_messages

FAMILIES = ["engineering", "marketing", "customer-service", "sales", "design", "general"]

SHOWABLE = {
    *("so-2025-use", "so-2025-daily", "so-2025-trust", "so-2025-almost-right"),
    *("gh-accenture-2024-accept", "gh-accenture-2024-retain"),
    *("gitclear-2025-lines", "gitclear-2025-refactor", "gitclear-2025-churn"),
    *("gitclear-2025-cause", "l1-l2-gains"),
    *("anthropic-2026-coverage", "gartner-2027-research"),
}
"""Figures whose source was read and says the same."""

NEVER = [
    # Orders and pressure
    *("must", "should", "need to", "you have to", "streak", "countdown"),
    # Words that make a step look small, or a person
    *("just", "simply", "obviously", "easy", "easily", "beginner", "laggard", "weak", "weakness"),
    *("expert", "a natural", "resistant", "lagging", "left behind", "fall behind", "level up"),
    # Comparisons, promises, threats
    *("ranking", "top performer", "percentile", "promotion", "salary", "raise your pay"),
    *(
        "replace people",
        "replace you",
        "replaces you",
        "headcount",
        "smaller team",
        "smaller teams",
    ),
    *("fewer people", "fewer juniors", "job security", "job safety", "hours saved", "10x", "4x"),
    # Idioms, sight, health, war, fashion
    *("blind spot", "sanity check", "low-hanging", "leverage", "game changer", "silver bullet"),
    *("crazy", "insane", "battle", "killer", "supercharge", "unlock", "journey", "empower"),
    # Voice
    *("AI thinks", "AI wants", "proud of you", "congratulations", "@channel", "@here", "please"),
    # The insides of the program, and the documents that the content was made from
    *(
        "in the content",
        "this installation",
        "the source compares",
        "the source says",
        "source document",
    ),
    # Phrases that nobody says
    *("for you alone", "said (self-check)", "noted.*", "noted.", "is noted"),
    # Another word for a step
    *("tip", "tips"),
]
"""Words that no text may contain, below the reason for each group."""

NEVER_WRITTEN = re.compile(
    rf"(?<![\w-])(?:{'|'.join(map(re.escape, NEVER))})(?![\w-])", re.IGNORECASE
)
TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)

NO_COPY = {"id", "version", "data", "reviewed", "depth", "family", "question", "source", "order"}
NO_COPY |= {"phrasebook"}  # what members write, and nobody reads
NO_COPY |= {"example", "examples", "learned_from"}  # quotations: weak versions, titles of sources


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def texts(library: Library) -> list[tuple[str, str]]:
    """Every text that a member may read, with the way to it."""
    return list(copy_of(library))


def names_of(value: object) -> list[str]:
    """The names of the fields of a value."""
    if isinstance(value, BaseModel):
        return [*type(value).model_fields]
    return [field.name for field in fields(value)] if is_dataclass(value) else []


def copy_of(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text that a member may read, with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, BaseModel) or (is_dataclass(value) and not isinstance(value, type)):
        for key in names_of(value):
            if key not in NO_COPY:
                name = getattr(value, "id", "") or type(value).__name__
                yield from copy_of(getattr(value, key), f"{path} {name}.{key}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from copy_of(inner, f"{path}[{key}]")
    elif isinstance(value, tuple):
        for inner in value:
            yield from copy_of(inner, path)


def is_material(where: str) -> bool:
    """Whether a text is the made-up work that an item shows: its case, and what it offers to do."""
    return where.startswith(" Library.knowledge ") and where.endswith((".case", " Option.text"))


def messages_as_read() -> list[tuple[str, str]]:
    """Every message with its name, without the marks of the template."""
    entries = read_messages(None).messages.values()
    return [(entry.name, TEMPLATE.sub("", entry.text)) for entry in entries]


def test_nothing_is_wrong() -> None:
    problems, report = check()
    assert problems == []
    assert "Role families" in report


def test_it_loads_in_the_blink_of_an_eye() -> None:
    start = process_time()
    load_library()
    assert process_time() - start < 1


def test_six_families_with_three_questions_of_five_answers(library: Library) -> None:
    assert list(library.families) == FAMILIES
    for family in library.families.values():
        assert len(family.questions) == 3
        for question in family.questions:
            assert [answer.level for answer in question.answers] == list(LEVELS)
        assert [level.level for level in family.levels] == [1, 2, 3]
        assert list(family.describes) == list(TIERS)


def test_every_family_says_what_counts_as_evidence(library: Library) -> None:
    for family in library.families.values():
        wanted = [(question.id, tier) for question in family.questions for tier in (1, 2, 3)]
        assert list(family.counts_for) == wanted


def test_tiers_have_their_names(library: Library) -> None:
    assert [(tier.tier, tier.name) for tier in library.framework.tiers] == [
        (0.5, "AI-Curious"),
        (1, "AI-Assisted"),
        (1.5, "AI-Building"),
        (2, "AI-Integrated"),
        (2.5, "AI-Advanced"),
        (3, "AI-Native"),
    ]
    assert library.framework.none_label == "None of these yet"
    assert len(library.framework.functions) == 5


def test_engineering_is_deep_and_the_others_are_a_floor(library: Library) -> None:
    depths = {family.id: family.depth for family in library.families.values()}
    assert depths.pop("engineering") == "deep"
    assert set(depths.values()) == {"floor"}
    operation = library.families["engineering"].levels[2].operation
    assert operation is not None
    assert operation.metrics


def test_every_answer_has_a_tip_of_its_own(library: Library) -> None:
    for family in library.families.values():
        for question in family.questions:
            for level in TIERS:
                tips = steps_by_lowest_answer(
                    library.steps_for(family.id), family=family.id, answers={question.id: level}
                )
                assert tips[0].family == family.id
                assert tips[0].question == question.id
    assert len([tip for tip in library.steps if tip.family and tip.from_tier < TIERS[-1]]) >= 75


def test_both_series_are_complete(library: Library) -> None:
    spotting, specification = library.series
    assert (spotting.id, len(spotting.lessons)) == ("spotting-repeatable-work", 7)
    assert (specification.id, len(specification.lessons)) == ("specification-engineering", 10)
    assert specification.capstone is not None
    for series in library.series:
        for lesson in series.lessons:
            assert sorted(lesson.examples) == sorted(FAMILIES)


def test_no_answer_stands_out_by_its_length(library: Library) -> None:
    for family in library.families.values():
        for question in family.questions:
            sizes = [length(answer.text) for answer in question.answers]
            assert max(sizes) - min(sizes) <= 20, f"{family.id}/{question.id}: {sizes}"


def test_answers_are_in_the_first_person_and_hint_at_no_level(library: Library) -> None:
    for family in library.families.values():
        for question in family.questions:
            for answer in question.answers:
                text = answer.text
                assert re.search(r"\bI\b|\b[Mm]y\b", text), text
                assert not re.search(r"\b(only|not|just|still|already|[Tt]ier|[Ll]evel)\b", text), (
                    text
                )
                assert text.endswith("."), text


def test_questions_ask_for_one_event(library: Library) -> None:
    for family in library.families.values():
        for question in family.questions:
            assert question.text.count("?") == 1, question.text
            assert re.search(r"\b(last|past|recent|recently|latest)\b", question.text), (
                question.text
            )


def test_answers_to_choose_from_have_no_contractions(library: Library) -> None:
    short = re.compile(r"\b\w+(n['’]t|['’](re|ve|ll|d|m))\b|\b(it|that)['’]s\b")
    for family in library.families.values():
        for question in family.questions:
            for answer in question.answers:
                assert not short.search(answer.text), answer.text


def test_only_figures_that_hold_are_shown(library: Library) -> None:
    shown = list(library.framework.figures)
    shown += [f for fam in library.families.values() for lev in fam.levels for f in lev.figures]
    assert {figure.id for figure in shown} <= SHOWABLE


def test_no_number_poses_as_a_statistic_outside_the_figures(
    library: Library, texts: list[tuple[str, str]]
) -> None:
    figures = {
        f.text for fam in library.families.values() for lev in fam.levels for f in lev.figures
    }
    number = re.compile(r"[0-9] ?(%|percent)|[0-9]×")
    aim = re.compile(r"[0-9]% (uptime|of requests|of users|each month)")
    posing = [
        f"{where}: {text}"
        for where, text in texts
        if number.search(aim.sub("", text))
        and text not in figures
        and "rule of thumb" not in text
        # An item's numbers belong to its made-up case.
        and not where.startswith(" Library.knowledge ")
    ]
    assert posing == []


def test_a_source_is_named_in_one_way(library: Library) -> None:
    names: dict[str, set[str]] = {}
    for step in library.steps:
        if quoted := re.search(r'"([^":?]+)', step.learned_from or ""):
            names.setdefault(quoted[1], set()).add(step.learned_from or "")
    assert [several for several in names.values() if len(several) > 1] == []


def test_titles_can_be_quoted(library: Library) -> None:
    """Messages put a title between quotation marks."""
    titles = [step.title for step in library.steps]
    titles += [experiment.title for experiment in library.experiments]
    assert [title for title in titles if '"' in title] == []


def test_what_we_never_write(texts: list[tuple[str, str]]) -> None:
    found = [
        f"{where}: {text}"
        for where, text in texts
        if NEVER_WRITTEN.search(text) and not is_material(where)
    ]
    assert found == []


def test_what_messages_never_say() -> None:
    found = [(name, NEVER_WRITTEN.findall(text)) for name, text in messages_as_read()]
    assert [(name, phrases) for name, phrases in found if phrases] == []


def test_role_families_have_tiers_and_no_levels(library: Library) -> None:
    """One word each: tiers in role families, levels in the ladders."""
    level = re.compile(r"(?<!pixel[ -])\blevels?\b", re.IGNORECASE)
    texts = [*copy_of(library.framework), *copy_of(library.families)]
    of_families = ("home/", "self_check/", "map/")
    texts += [
        (name, text)
        for name, text in messages_as_read()
        if name.startswith(of_families) and name != "map/here_level"
    ]
    assert [f"{where}: {text}" for where, text in texts if level.search(text)] == []
