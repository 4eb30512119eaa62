"""An organization's folder is laid over the built-in content."""

from pathlib import Path

import pytest

from coaching.mean_score import Answer
from content.loader import load_library
from content.problems import ContentProblems

FINANCE = "frameworks/role-families/finance.yaml"
CHOICES = "Choose one of customer-service, design, engineering, finance, general, marketing, sales."


def as_sales(folder: Path) -> None:
    """The folder's family takes the place of the built-in sales family."""
    text = (folder / FINANCE).read_text().split("tips:")[0]
    text = text.replace("family: finance", "family: sales").replace("name: Finance", "name: Sales")
    (folder / FINANCE).rename(folder / FINANCE.replace("finance", "sales")).write_text(text)


def messages(folder: Path) -> list[str]:
    with pytest.raises(ContentProblems) as refused:
        load_library(folder)
    return [str(problem).replace(f"{folder}", "acme") for problem in refused.value.problems]


def test_a_new_family_is_one_file(folder: Path) -> None:
    library = load_library(folder)
    names = list(library.families)
    assert names.index("finance") == names.index("design") + 1
    finance = library.family("finance")
    assert finance is not None
    assert finance.questions[1].answers[2] == Answer(
        level=2.0,
        text="I added the missing fact to the prompt, and ran it once more.",
        keep="The habit of repairing the prompt stays useful.",
    )
    assert finance.describes[2.5] == "written briefs that AI follows, with checks after each run"
    assert [level.warnings for level in finance.levels][1] == (
        "A fluent explanation can rest on a wrong number.",
    )


@pytest.mark.parametrize(
    ("title", "family", "words"),
    [
        ("Backend engineer", "engineering", "engineer"),
        ("Senior Full-Stack Developer", "engineering", "full stack"),
        ("Content marketer", "marketing", "marketer"),
        ("Customer service lead", "customer-service", "customer service"),
        ("Technical Support Engineer", "customer-service", "technical support"),
        ("Account manager", "sales", "account manager"),
        ("SALES ENGINEER (EMEA)", "sales", "sales engineer"),
        ("Brand designer", "design", "brand designer"),
        ("Group controller", "finance", "controller"),
        ("Head of Sales & Marketing", None, None),
        ("Salesforce administrator", None, None),
        ("<!channel>", None, None),
        ("", None, None),
    ],
)
def test_a_job_title_suggests_a_family_or_none(
    folder: Path, title: str, family: str | None, words: str | None
) -> None:
    text = (folder / FINANCE).read_text()
    (folder / FINANCE).write_text(text.replace("pattern:", "titles: [controller]\npattern:", 1))
    match = load_library(folder).family_by_title(title)
    assert (match and match.family.id, match and match.words) == (family, words)


@pytest.mark.parametrize("title", ["Brand designer", "Finance lead", "Cost controller"])
def test_words_of_titles_are_those_of_an_organizations_own_family(folder: Path, title: str) -> None:
    text = (folder / FINANCE).read_text()
    titles = "titles: [brand designer, controller]\npattern:"
    (folder / FINANCE).write_text(text.replace("pattern:", titles, 1))
    match = load_library(folder).family_by_title(title)
    assert match
    assert match.family.id == "finance"


def test_two_families_of_an_organization_cannot_have_the_same_words(folder: Path) -> None:
    text = (folder / FINANCE).read_text().replace("pattern:", "titles: [controller]\npattern:", 1)
    (folder / FINANCE).write_text(text)
    second = text.replace("family: finance", "family: treasury").replace(
        "id: finance", "id: treasury"
    )
    (folder / FINANCE).with_name("treasury.yaml").write_text(second.replace("Finance", "Treasury"))
    with pytest.raises(ContentProblems, match="and a title can suggest only one family"):
        load_library(folder)


def test_a_ladder_is_offered_to_the_families_that_it_names_or_that_name_it(folder: Path) -> None:
    def offered(family: str | None) -> list[str]:
        return [check.framework for check in load_library(folder).checks_for(family)]

    assert offered("engineering") == ["ai-coding"]
    assert offered("marketing") == offered(None) == offered("finance") == []
    text = (folder / FINANCE).read_text()
    (folder / FINANCE).write_text(text.replace("pattern:", "ladders: [ai-coding]\npattern:", 1))
    assert offered("finance") == ["ai-coding"]


def test_the_questionnaire_carries_the_words_that_are_shown(folder: Path) -> None:
    library = load_library(folder)
    questionnaire = library.questionnaire("finance")
    assert questionnaire.version == f"{library.framework.version}.1"
    assert questionnaire.family_name == "Finance"
    assert questionnaire.tier(1).describes == "AI on single steps, with every number checked by you"
    assert questionnaire.tier(1).name == "AI-Assisted"
    assert questionnaire.text_of("start", 0.5) == library.framework.none_label


def test_a_new_family_gets_its_own_tips_then_lessons_then_general_tips(folder: Path) -> None:
    library = load_library(folder)
    tips = library.steps_for("finance")
    own = [tip for tip in tips if tip.family == "finance"]
    lessons = [tip for tip in tips if tip.series]
    general = [tip for tip in tips if tip.family is None and not tip.series]
    assert [*own, *lessons, *general] == list(tips)
    assert [tip.id for tip in own] == ["finance-start-save-prompt"]
    assert {tip.from_tier for tip in general} == {0.5, 1, 1.5, 2, 2.5, 3}
    assert all(tip.example is None for tip in lessons)


def test_lessons_come_with_the_example_of_the_family(folder: Path) -> None:
    library = load_library(folder)
    lesson = next(tip for tip in library.steps_for("sales") if tip.series)
    series = next(series for series in library.series if series.name == lesson.series)
    assert (lesson.lesson, lesson.lessons) == (1, len(series.lessons))
    assert lesson.example == series.lessons[0].examples["sales"]
    assert library.step(lesson.id, "sales") == lesson
    assert library.step(lesson.id, "finance") != lesson


def test_unknown_names_give_nothing(folder: Path) -> None:
    library = load_library(folder)
    assert library.family("legal") is None
    assert library.step("finance-start-save-prompt", "sales") is None
    assert library.step("finance-start-save-prompt", "legal") is None


def test_tips_may_stand_in_a_file_of_their_own(folder: Path) -> None:
    family = (folder / FINANCE).read_text()
    inline = family[family.index("tips:") :]
    (folder / "steps").mkdir()
    (folder / "steps/finance.yaml").write_text("family: finance\n" + inline)
    (folder / FINANCE).write_text(family.removesuffix(inline))
    assert load_library(folder).step("finance-start-save-prompt", "finance") is not None


def steps_of_finance(folder: Path) -> str:
    """The steps of the folder's family, taken out of its file, as a file of their own."""
    family = (folder / FINANCE).read_text()
    inline = family[family.index("tips:") :]
    (folder / FINANCE).write_text(family.removesuffix(inline))
    return "family: finance\n" + inline


def test_the_former_folder_of_steps_still_loads(folder: Path) -> None:
    text = steps_of_finance(folder)
    (folder / "tips/series").mkdir(parents=True)
    (folder / "tips/finance.yaml").write_text(text)
    series = (Path(__file__).parent / "wrong/series/number-skipped.yaml").read_text()
    (folder / "tips/series/closing-the-month.yaml").write_text(
        series.replace("number: 3", "number: 2")
    )
    library = load_library(folder)
    assert library.step("finance-start-save-prompt", "finance") is not None
    assert library.step("closing-mark", "finance") is not None


def test_a_file_in_the_former_folder_replaces_the_built_in_one(folder: Path) -> None:
    as_sales(folder)
    (folder / "tips").mkdir()
    (folder / "tips/sales.yaml").write_text("family: sales\ntips: []\n")
    assert [step for step in load_library(folder).steps if step.family == "sales"] == []


def test_both_folders_of_steps_load(folder: Path) -> None:
    text = steps_of_finance(folder)
    for place in ("steps", "tips"):
        (folder / place).mkdir()
        (folder / place / "finance.yaml").write_text(text.replace("save-prompt", f"in-{place}"))
    library = load_library(folder)
    own = [step.id for step in library.steps_for("finance") if step.family == "finance"]
    assert own == ["finance-start-in-steps", "finance-start-in-tips"]


def test_a_step_in_both_folders_is_a_problem(folder: Path) -> None:
    text = steps_of_finance(folder)
    for place in ("steps", "tips"):
        (folder / place).mkdir()
        (folder / place / "finance.yaml").write_text(text)
    assert messages(folder) == [
        (
            "acme/tips/finance.yaml:3: 'id' is 'finance-start-save-prompt', already used at "
            "acme/steps/finance.yaml:3. Choose another."
        )
    ]


def test_a_series_in_both_folders_is_a_problem(folder: Path) -> None:
    series = (Path(__file__).parent / "wrong/series/number-skipped.yaml").read_text()
    series = series.replace("number: 3", "number: 2")
    for place in ("steps", "tips"):
        (folder / place / "series").mkdir(parents=True)
        text = series.replace("closing-list", f"list-{place}").replace("closing-mark", f"m-{place}")
        (folder / place / "series/closing-the-month.yaml").write_text(text)
    assert messages(folder) == [
        (
            "acme/tips/series/closing-the-month.yaml:2: 'series' is 'closing-the-month', already used at "
            "acme/steps/series/closing-the-month.yaml:2. Choose another."
        )
    ]


def test_a_file_of_the_same_path_replaces_the_built_in_one(folder: Path) -> None:
    as_sales(folder)
    tips = "family: sales\ntips: []\n"
    (folder / "steps").mkdir()
    (folder / "steps/sales.yaml").write_text(tips)
    library = load_library(folder)
    assert [question.id for question in library.families["sales"].questions] == ["start", "errors"]
    assert [tip for tip in library.steps if tip.family == "sales"] == []


def test_replacing_a_family_alone_names_the_tips_that_no_longer_fit(folder: Path) -> None:
    as_sales(folder)
    found = messages(folder)
    assert all(message.startswith("content/steps/sales.yaml:") for message in found)
    assert "which sales does not have. Choose one of errors, start." in found[0]


def test_all_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    text = (folder / FINANCE).read_text()
    text = text.replace("order: 60", "order: first").replace("depth: floor", "depht: floor")
    (folder / FINANCE).write_text(text)
    (folder / "steps").mkdir()
    (folder / "steps/legal.yaml").write_text("family: legal\ntips: []\n")
    assert messages(folder) == [
        f"acme/{FINANCE}:1: The key 'depth' is missing. Add it.",
        f"acme/{FINANCE}:3: 'order' is 'first'. Write a whole number, without quotes.",
        f"acme/{FINANCE}:10: The key 'depht' is not known here. Did you mean 'depth'?",
        f"acme/steps/legal.yaml:1: 'family' is 'legal', which is not a family. {CHOICES}",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "1: The file is empty. Write its content, or delete the file."),
        (b"# notes\n", "1: The file is empty. Write its content, or delete the file."),
        (
            b"family: finance\nname: Bj\xf6rn\n",
            "2: This is not UTF-8 text. Save the file as UTF-8.",
        ),
        (b"x" * 1_000_001, "1: The file is larger than 1000000 bytes. Split it."),
        (b"- a\n", "1: The file is a list. Write keys with their values, each on its own line."),
        (
            b"family: f\x07\n",
            "1: There is a character that cannot be shown. Delete it, and type it again.",
        ),
    ],
)
def test_a_file_that_is_no_content_is_named(folder: Path, content: bytes, expected: str) -> None:
    (folder / FINANCE).write_bytes(content)
    assert messages(folder) == [f"acme/{FINANCE}:{expected}"]


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "steps").mkdir()
    (folder / "steps/finance.yaml").symlink_to(folder / "gone")
    (found,) = messages(folder)
    assert found == (
        "acme/steps/finance.yaml:1: The file cannot be read (no such file or directory). "
        "Check that it is there and open to this user."
    )


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("tip/finance.yaml", "Nothing is read from 'tip'. Did you mean 'tips'?"),
        ("finance.yaml", "Nothing is read from the top of this folder. Choose one of "),
        ("steps/finance.yml", "The name ends in '.yml'. Rename it to end in '.yaml'."),
        ("steps/finance.json", "This is not a content file. Use '.yaml' for content and "),
        ("steps/greeting.j2", "Messages are now in YAML. Move its text to the key greeting of a "),
    ],
)
def test_a_file_in_an_unknown_place_is_named(folder: Path, place: str, expected: str) -> None:
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_text("family: finance\n")
    (found,) = messages(folder)
    assert found.startswith(f"acme/{place}:1: {expected}")


def test_notes_and_hidden_files_are_left_alone(folder: Path) -> None:
    (folder / "README.md").write_text("Ours.")
    (folder / ".git").mkdir()
    (folder / ".git/config.yaml").write_text("x: [")
    (folder / "steps").mkdir()
    (folder / "steps/.finance.yaml.swp").write_text("x")
    assert "finance" in load_library(folder).families


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (found,) = messages(tmp_path / "acme")
    assert found == (
        "acme:1: This folder of content does not exist. "
        "Correct RUNGS_CONTENT, or create the folder."
    )


def test_a_file_instead_of_a_folder_is_named(folder: Path) -> None:
    (found,) = messages(folder / FINANCE)
    assert found.endswith("This folder of content is a file. Name the folder that holds it.")
