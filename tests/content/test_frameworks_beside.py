"""A folder adds a framework of each kind, or replaces one that comes with Rungs."""

import json
import shutil
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from coaching.assessment import Words, words_from_dict
from coaching.ladder_score import ladder_standing
from coaching.mean_score import mean_standing
from coaching.min_score import CriterionLevel, min_standing
from coaching.required_level import checklist_of, required_level_of
from content.library import Library, SelfCheck
from content.loader import check, load_library

KINDS = Path(__file__).parent / "kinds"
REVIEW = "frameworks/code-review/framework.yaml"
DATA = "frameworks/data-literacy/framework.yaml"

Problems = Callable[[], list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An organization's folder with a framework of each kind."""
    return Path(shutil.copytree(KINDS, tmp_path / "acme"))


@pytest.fixture
def library(folder: Path) -> Library:
    return load_library(folder)


def test_each_kind_is_there_beside_what_comes_with_rungs(library: Library) -> None:
    built_in = load_library()
    assert [*library.ladders] == [*built_in.ladders, "code-review"]
    assert [*library.gradings] == [*built_in.gradings, "safe-sharing"]
    assert [*library.scales] == ["data-literacy"]
    assert [*library.families] == [*built_in.families]
    assert library.steps == built_in.steps


def test_people_take_them_by_their_commands(library: Library) -> None:
    assert [*library.checks] == [*load_library().checks, "review", "sharing", "data"]
    assert library.checks["review"] == SelfCheck(
        command="review",
        framework="code-review",
        family="code-review",
        name="Code review",
        summary="For people who review changes to code.",
        scoring="ladder",
    )
    assert library.check_of("safe-sharing") == library.checks["sharing"]
    assert library.check_of("ai-engineer") is None
    assert library.check_of("role-families") is None


def test_a_ladder_has_its_words_and_a_practice_for_each_behavior(library: Library) -> None:
    ladder = library.ladders["code-review"]
    answers = {"small-changes": 2.0, "questions": 3.0, "missing-tests": 1.0, "smaller-changes": 2.0}
    found = ladder_standing(ladder.words, answers)
    assert (found.level, found.missing) == (1, ("missing-tests",))
    tip = ladder.practices("missing-tests")
    assert (tip.id, tip.family, tip.question) == (
        *("code-review-one-case", "code-review", "missing-tests"),
    )
    assert tip.from_tier == 2.0
    assert library.steps_for("code-review") == ladder.steps
    assert library.step("code-review-one-case", "code-review") == tip
    assert [tip.question for tip in ladder.steps] == [*answers]
    assert [one.year for one in ladder.references] == [2026]


def test_a_grading_has_its_criteria(library: Library) -> None:
    grading = library.gradings["safe-sharing"]
    found = min_standing(grading.words, {"content": 2.0, "access": 1.0})
    assert (found.level, found.next_level, found.holding) == (1, 2, ("access",))
    assert grading.words.criteria[1].at(2) == CriterionLevel(
        level=2,
        describes="I chose the people by name and set a day on which access ends.",
        to_try="Set an end on your next shared link, two weeks from today.",
    )
    assert grading.level(2) == grading.levels[1]
    assert grading.levels[0].cannot == ()
    assert grading.level(3) is None
    assert library.steps_for("safe-sharing") == ()


def test_a_scale_has_its_questions_and_its_own_tips_alone(library: Library) -> None:
    scale = library.scales["data-literacy"]
    assert mean_standing({"source": 2.0, "doubt": 1.0}).tier == 1.5
    assert scale.words.tier(1.5).describes == "first tables that you filter by yourself"
    assert (scale.words.framework, scale.words.family) == ("data-literacy", "data-literacy")
    assert scale.words.title == "Data literacy"
    assert [tip.id for tip in library.steps_for("data-literacy")] == [
        "data-literacy-source-ask",
        "data-literacy-doubt-compare",
    ]


def test_a_crosswalk_may_name_a_framework_of_ones_own(folder: Path) -> None:
    place = folder / "frameworks/crosswalk.yaml"
    place.write_text(place.read_text().replace("ai-coding", "code-review"))
    crosswalk = load_library(folder).crosswalk
    assert crosswalk is not None
    assert crosswalk.relations[0].between == ("role-families", "code-review")


def test_a_file_of_the_same_path_replaces_the_agents_ladder(library: Library) -> None:
    ladder = library.agent_ladder
    assert ladder is library.gradings["ai-engineer"]
    assert [level.sign for level in ladder.levels] == ["L1", "L2"]
    assert ladder.levels[0].can[0].items == (
        "Build a tool from a clear spec.",
        "Write basic tests.",
    )
    assert [one.sign for one in ladder.announced] == ["L3"]
    assert (ladder.subject, ladder.command) == ("agent", None)


def test_a_table_of_needs_may_stand_beside_the_built_in_levels(folder: Path) -> None:
    own = folder / "frameworks/ai-engineer"
    (own / "framework.yaml").unlink()
    assert check(folder)[0] == []
    library = load_library(folder)
    ladder, needs = library.gradings["ai-engineer"], library.needs["ai-engineer"]
    found = checklist_of(needs, {"payments": 1}, ladder.acceptance_lines)
    assert found.asked == (*ladder.levels[0].checklist, *ladder.levels[1].checklist)
    assert found.others == ()


def test_the_table_of_needs_is_beside_its_framework(library: Library) -> None:
    needs = library.needs["ai-engineer"]
    found = required_level_of(needs, {"only-us": 1, "customers": 0, "addresses": 0, "payments": 1})
    assert (found.level, found.forced_by, found.without) == (2, ("payments",), {"payments": 1})
    assert [one.needs for one in found.contradictions] == [("only-us", "payments")]
    assert [question.multiple for question in needs.questions] == [False, True]


def test_the_crosswalk_says_how_they_relate(library: Library) -> None:
    crosswalk = library.crosswalk
    assert crosswalk is not None
    (relation,) = crosswalk.relations
    assert relation.between == ("role-families", "ai-coding")
    assert [row.right for row in relation.rows] == ["Proficiency"]


EVERY = [
    *(("role-families", "sales"), ("code-review", "code-review"), ("safe-sharing", "safe-sharing")),
    *(("data-literacy", "data-literacy"), ("ai-engineer", "ai-engineer"), ("ai-engineer", "need")),
]


@pytest.mark.parametrize(("framework", "family"), EVERY)
def test_the_words_of_each_can_be_kept_and_read_again(
    library: Library, framework: str, family: str
) -> None:
    words = library.words(framework, family)
    assert words is not None
    assert (words.framework, words.family) == (framework, family)
    again: Words = words_from_dict(json.loads(words.to_json()))
    assert again == words
    assert again.digest == words.digest


@pytest.mark.parametrize(
    ("framework", "family"),
    [
        *(("role-families", "coding"), ("role-families", "need"), ("code-review", "sales")),
        *(("code-review", "need"), ("gone", "gone"), ("gone", "need")),
    ],
)
def test_words_that_the_content_does_not_have_are_none(
    library: Library, framework: str, family: str
) -> None:
    assert library.words(framework, family) is None


def test_the_library_cannot_be_changed(library: Library) -> None:
    for mapping in (library.ladders, library.gradings, library.scales, library.needs):
        with pytest.raises(TypeError, match="does not support item assignment"):
            mapping["x"] = None  # type: ignore[index]
    with pytest.raises(ValidationError, match="frozen"):
        library.ladders["code-review"].name = "x"
    assert library.checks is library.checks
    assert library.words("code-review", "code-review") is library.ladders["code-review"].words


def test_the_check_counts_them(folder: Path) -> None:
    problems, report = check(folder)
    assert problems == []
    lines = report.splitlines()
    assert "5 frameworks beside the role families" in lines
    assert (
        "Code review (code-review, ladder), version 1, /rungs assess review: "
        "2 levels, 4 behaviors, 4 steps"
    ) in lines
    assert (
        "AI engineers (ai-engineer, lowest), version 1, for agents: "
        "2 levels, 2 criteria, 2 questions about needs"
    ) in lines
    assert (
        "Data literacy (data-literacy, mean), version 1, /rungs assess data: 2 questions, 2 steps"
    ) in lines
    assert "A crosswalk with 1 relation" in lines
    assert lines[-1] == ("data-literacy: 10 steps are missing; nothing else fills in.")


def test_tips_of_a_scale_may_stand_in_a_file_of_their_own(folder: Path) -> None:
    text = (folder / DATA).read_text()
    inline = text[text.index("tips:") :]
    (folder / DATA).write_text(text.removesuffix(inline))
    (folder / "steps").mkdir()
    (folder / "steps/data-literacy.yaml").write_text("family: data-literacy\n" + inline)
    library = load_library(folder)
    assert library.step("data-literacy-source-ask", "data-literacy") is not None
    assert all(tip.family != "data-literacy" for tip in library.steps)


def test_a_ladder_has_no_file_of_tips(folder: Path, problems: Problems) -> None:
    (folder / "steps").mkdir()
    (folder / "steps/code-review.yaml").write_text("family: code-review\ntips: []\n")
    (found,) = problems()
    assert found == (
        "steps/code-review.yaml:1: 'family' is 'code-review', which has no questions on the scale of "
        "tiers. Write its practices in its own file."
    )


def test_a_table_of_needs_stands_beside_a_framework_for_agents(
    folder: Path, problems: Problems
) -> None:
    place = "frameworks/safe-sharing/needs.yaml"
    text = (folder / "frameworks/ai-engineer/needs.yaml").read_text()
    (folder / place).write_text(text.replace("ai-engineer", "safe-sharing"))
    (found,) = problems()
    assert found == (
        f"{place}:1: 'framework' is 'safe-sharing', which does not grade agents. "
        "Move this file beside one with 'subject: agent'."
    )


def test_a_table_of_needs_stands_beside_a_framework(folder: Path, problems: Problems) -> None:
    place = "frameworks/safe-sharing/needs.yaml"
    text = (folder / "frameworks/ai-engineer/needs.yaml").read_text()
    (folder / place).write_text(text.replace("ai-engineer", "safe-sharing"))
    (folder / "frameworks/safe-sharing/framework.yaml").unlink()
    (found,) = problems()
    assert found == (
        f"{place}:1: There is not a framework 'safe-sharing'. "
        "Write 'frameworks/safe-sharing/framework.yaml', or move this file."
    )


def test_the_answer_of_a_table_of_needs_fits_one_message(folder: Path, problems: Problems) -> None:
    place = "frameworks/ai-engineer/needs.yaml"
    table = yaml.safe_load((folder / place).read_text())
    users, data = table["questions"]
    tools = {**data, "id": "tools", "text": "Which of these does it use?", "needs": []}
    for question in (data, tools):
        for n in range(len(question["needs"]), 6):
            name = f"{question['id']}-{n}"
            need = {"id": name, "text": name, "level": 2, "because": "It begins at L2."}
            question["needs"].append(need)
    table["questions"] = [users, data, tools]
    pairs = [
        [one["id"], other["id"]]
        for first, second in combinations(table["questions"], 2)
        for one, other in product(first["needs"], second["needs"])
    ]
    says = "Which of both is right? " * 11 + "Ask."
    table["contradictions"] = [{"needs": pair, "says": says} for pair in pairs[:43]]
    (folder / place).write_text(yaml.safe_dump(table, sort_keys=False))
    (found,) = problems()
    assert found == (
        f"{place}:1: The answer for level 2 has 12366 characters in all. "
        "Use at most 12000: cut some lines."
    )


def test_only_two_files_are_read_beside_each_other(folder: Path, problems: Problems) -> None:
    (folder / "frameworks/code-review/levels.yaml").write_text("levels: []\n")
    (found,) = problems()
    assert found == (
        "frameworks/code-review/levels.yaml:1: Nothing is read from 'frameworks/code-review' but "
        "'framework.yaml' and 'needs.yaml'. Rename it, or move it to its place."
    )


def test_a_family_of_ones_own_gives_way_to_a_command_of_rungs(
    folder: Path, problems: Problems
) -> None:
    finance = Path(__file__).parent / "good/frameworks/role-families/finance.yaml"
    place = "frameworks/role-families/coding.yaml"
    (folder / place).parent.mkdir()
    text = finance.read_text().split("tips:")[0]
    text = text.replace("family: finance", "family: coding").replace("Finance", "Programming")
    (folder / place).write_text(text)
    (found,) = problems()
    assert found.startswith(
        f"{place}:1: 'family' is 'coding', already used at content/frameworks/ai-coding/"
    )
    assert found.endswith("Choose another.")


def test_a_framework_is_not_called_as_a_family(folder: Path, problems: Problems) -> None:
    place = "frameworks/sales/framework.yaml"
    (folder / place).parent.mkdir()
    text = (folder / REVIEW).read_text().replace("code-review", "sales")
    (folder / REVIEW).unlink()
    (folder / place).write_text(text)
    (found,) = problems()
    taken = "content/frameworks/role-families/sales.yaml"
    assert found.startswith(f"{place}:1: 'framework' is 'sales', already used at {taken}:")


def test_a_framework_that_comes_with_rungs_may_be_replaced(folder: Path) -> None:
    place = "frameworks/ai-coding/framework.yaml"
    text = (folder / REVIEW).read_text()
    (folder / REVIEW).unlink()
    (folder / place).parent.mkdir()
    (folder / place).write_text(text.replace("code-review", "ai-coding"))
    library = load_library(folder)
    assert library.ladders["ai-coding"].name == "Code review"
    assert "coding" not in library.checks


def test_what_is_left_out_is_nowhere_in_the_library(library: Library) -> None:
    less = library.without(
        frameworks=("ai-coding", "ai-engineer", "data-literacy", "unknown"), families=("sales",)
    )
    assert [*less.families] == [one for one in library.families if one != "sales"]
    assert [*less.checks] == ["review", "sharing"]
    assert (less.words("role-families", "sales"), less.agent_ladder) == (None, None)
    assert (less.step("x", "sales"), less.needs) == (None, {})
    assert less.crosswalk is None
    assert less.everything is library
    assert less.steps_for("engineering") is not None
    assert less.steps_for("engineering") == library.steps_for("engineering")
    assert less.questionnaire("design") is library.questionnaire("design")


def test_the_crosswalk_keeps_what_relates_the_others(library: Library) -> None:
    crosswalk = library.without(frameworks=("ai-engineer",), families=()).crosswalk
    assert crosswalk is not None
    assert [one.between for one in crosswalk.relations] == [("role-families", "ai-coding")]


def test_a_title_of_a_family_that_is_left_out_suggests_no_other(library: Library) -> None:
    assert library.family_by_title("Sales engineer") is not None
    without = library.without(frameworks=(), families=("sales",))
    assert without.family_by_title("Sales engineer") is None
    assert without.family_by_title("Software engineer") is not None


def test_one_family_is_always_left(library: Library) -> None:
    assert library.without(frameworks=(), families=tuple(library.families)) is library
    assert library.without(frameworks=(), families=("unknown",)) is library
