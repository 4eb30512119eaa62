"""`rungs content check` names all problems at once, and what it says to write fits the field."""

from collections.abc import Callable
from pathlib import Path

import pytest

FINANCE = "frameworks/role-families/finance.yaml"
KINDS = Path(__file__).parent / "kinds"

Problems = Callable[[], list[str]]

STEPS = """\
family: finance
tips:
  - id: finance-strat-save
    question: strat
    from: 1
    title: Save one prompt
    minutes: 5
    when: When you finish your next comment, copy the prompt into your notes.
    why: The same comment comes back next month.
    done_when: the prompt is in your notes
    data: none
    reviewed: '2026-11-20'
"""
KEEP = "The habit of finishing with your own eyes stays useful."


@pytest.fixture
def change(folder: Path) -> Callable[[str, str], None]:
    """Replaces a text in the organization's family, which has to be there."""

    def replace(old: str, new: str) -> None:
        text = (folder / FINANCE).read_text()
        assert old in text
        (folder / FINANCE).write_text(text.replace(old, new, 1))

    return replace


Change = Callable[[str, str], None]


def test_a_name_that_is_too_long_hides_no_missing_answer(
    change: Change, problems: Problems
) -> None:
    change("name: Finance", "name: Finance and controlling worldwide")
    change(
        "      - level: 1\n        text: I corrected the numbers by hand and finished the work "
        f"myself.\n        keep: {KEEP}\n",
        "",
    )
    assert problems() == [
        f"{FINANCE}:4: 'name' has 33 characters. Use at most 24.",
        (
            f"{FINANCE}:71: 'answers' is for 1.5, 2, 2.5, 3. Write one entry each, in order: "
            "1, 1.5, 2, 2.5, 3."
        ),
    ]


def test_a_value_of_the_wrong_type_hides_no_answer_that_is_there_twice(
    change: Change, problems: Problems
) -> None:
    change("order: 60", "order: first")
    change(
        "I corrected the numbers by hand and noted what AI had missed.",
        "I corrected the numbers by hand and finished the work myself.",
    )
    assert problems() == [
        f"{FINANCE}:3: 'order' is 'first'. Write a whole number, without quotes.",
        f"{FINANCE}:76: 'text' is the same as on line 73. Write five different answers.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("depth: floor", "depht: floor", 2),
        ("name: Finance", "name: Finance!", 1),
        ("pattern:\n", "pattern: x\nold_pattern:\n", 2),
        ("covers: People who plan, book, and explain the numbers.", "covers:", 1),
        ("order: 60", "order: No", 1),
        ("    figures: []\n", "", 1),
        ("  - tier: 3\n", "  - tire: 3\n", 2),
        ("    topic: starting an explanation\n", "", 1),
        ("family: finance", "family: [finance]", 1),
    ],
)
def test_a_family_with_problems_hides_none_of_the_problems_beside_it(
    folder: Path, change: Change, problems: Problems, old: str, new: str, told: int
) -> None:
    change(old, new)
    (folder / "steps").mkdir()
    (folder / "steps/finance.yaml").write_text(STEPS)
    found = problems()
    beside = "'question' is 'strat', which finance does not have. Did you mean 'start'?"
    if "family" not in old:
        assert found.pop() == f"steps/finance.yaml:4: {beside}"
    assert len(found) == told
    assert all(problem.startswith(FINANCE) for problem in found)


def test_too_few_entries_and_a_wrong_entry_come_together(
    change: Change, problems: Problems, folder: Path
) -> None:
    text = (folder / FINANCE).read_text()
    second = text[text.index("  - id: errors") : text.index("tips:")]
    change(second, "")
    change("topic: starting an explanation", "topic: 5")
    assert problems() == [
        f"{FINANCE}:48: 'questions' is a list of 1. Use 2 or more.",
        f"{FINANCE}:50: 'topic' is 5. Write a text in quotes: '5'.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  - id: start\n", "  - id: Start Here\n", "49: 'id' is 'Start Here'."),
        ("      - level: 2.5\n", "      - level: '2.5'\n", "62: 'level' is '2.5'."),
        ("  - tier: 1.5\n", "  - tier: 1.4\n", "16: 'tier' is 1.4."),
        ("    question: start\n", "    question:\n", "89: 'question' has no value."),
        ("    from: 1\n", "    from: one\n", "90: 'from' is 'one'."),
        ("  - level: 2\n", "  - level: two\n", "33: 'level' is 'two'."),
    ],
)
def test_one_slip_causes_one_problem(
    change: Change, problems: Problems, old: str, new: str, message: str
) -> None:
    change(old, new)
    (problem,) = problems()
    assert problem.startswith(f"{FINANCE}:{message}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "data: internal",
            "data: No",
            "'data' is No. Choose one of none, public, internal, customer.",
        ),
        (
            "data: internal",
            "data:",
            "'data' has no value. Choose one of none, public, internal, customer.",
        ),
        (
            "data: internal",
            "data: 5",
            "'data' is 5. Choose one of none, public, internal, customer.",
        ),
        (
            "covers: People who plan, book, and explain the numbers.",
            "covers:",
            "'covers' has no value. Write what it covers.",
        ),
        (
            "covers: People who plan, book, and explain the numbers.",
            "covers: ' '",
            "'covers' is empty. Write what it covers.",
        ),
        (
            "covers: People who plan, book, and explain the numbers.",
            "covers: [People]",
            "'covers' is a list. Write a text.",
        ),
        ("name: Finance", "name: on", "YAML reads on as yes or no. Write 'on' in quotes."),
        ("depth: floor", "depth: off", "'depth' is off. Choose one of deep, floor."),
        ("order: 60", "order:", "'order' has no value. Write a whole number."),
        ("order: 60", "order: 060", "'order' is 060. Write a whole number in plain digits."),
        ("order: 60", "order: yes", "'order' is yes. Write a whole number in plain digits."),
        ("order: 60", "order: '60'", "'order' is '60'. Write a whole number, without quotes."),
        ("version: '1'", "version: 1.5", "'version' is 1.5. Write a text in quotes: '1.5'."),
        ("    from: 1\n", "    from:\n", "'from' has no value. Write a number."),
        ("    from: 1\n", "    from: 1.2\n", "'from' is 1.2. Choose one of 0.5, 1, 1.5, 2, 2.5."),
        ("minutes: 5", "minutes: 60", "'minutes' is 60. Use 15 or less."),
        ("minutes: 5", "minutes: 1", "'minutes' is 1. Use 2 or more."),
        (
            "figures: []",
            "figures:",
            "'figures' has no value. Write a list, each entry starting with '- ', or [] for none.",
        ),
        (
            "figures: []",
            "figures: none",
            "'figures' is 'none'. Write a list, each entry starting with '- '.",
        ),
        (
            "reviewed: '2026-11-20'",
            "reviewed:",
            (
                "'reviewed' has no value. Write the day of the last review in quotes, such as "
                "'2026-11-20'."
            ),
        ),
        (
            "      - You check every number by hand.",
            "      -",
            "Entry 2 of 'looks_like' has no value. Write a text, or delete the line.",
        ),
        (
            "    shift: You begin to save what works.",
            "    shift: You begin to save what works.\n    operation:",
            (
                "'operation' has no value. Write keys with their values, each on its own line, or "
                "delete the line."
            ),
        ),
    ],
)
def test_what_to_write_fits_the_field(
    change: Change, problems: Problems, old: str, new: str, message: str
) -> None:
    change(old, new)
    (problem,) = problems()
    assert problem.split(": ", 1)[1] == message


@pytest.mark.parametrize(
    ("place", "old", "new", "message"),
    [
        (
            "frameworks/ai-engineer/needs.yaml",
            "multiple: false",
            "multiple: No",
            "'multiple' is No. Write true or false, without quotes.",
        ),
        (
            "frameworks/ai-engineer/framework.yaml",
            "    equivalent: ",
            "    equivalent:\n    # ",
            (
                "'equivalent' has no value. Write the experience of a person it compares to, or "
                "delete the line."
            ),
        ),
        (
            "frameworks/code-review/framework.yaml",
            "kind: ladder",
            "kind: on",
            "'kind' is on. Choose one of ladder, lowest, mean.",
        ),
        (
            "frameworks/code-review/framework.yaml",
            "choices: [Not yet, With help, On my own, I teach it]",
            "choices:",
            "'choices' has no value. Write a list, each entry starting with '- '.",
        ),
    ],
)
def test_what_to_write_fits_the_field_of_a_framework(
    folder: Path, problems: Problems, place: str, old: str, new: str, message: str
) -> None:
    for file in KINDS.glob(f"{Path(place).parent}/*.yaml"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).with_name(file.name).write_text(file.read_text())
    text = (folder / place).read_text()
    assert old in text
    (folder / place).write_text(text.replace(old, new, 1))
    found = [problem.split(": ", 1)[1] for problem in problems()]
    assert found == [message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  - id: closing-list", "  - id:", "'id' has no value. Write a short id"),
        ("    number: 1\n", "    number: '1'\n", "'number' is '1'. Write a whole number"),
        ("    examples:", "    examples: x\n    x:", "'examples' is 'x'. Write keys with"),
    ],
)
def test_what_to_write_fits_the_field_of_a_series(
    folder: Path, problems: Problems, old: str, new: str, message: str
) -> None:
    wrong = Path(__file__).parent / "wrong/series/number-skipped.yaml"
    place = folder / "steps/series/closing-the-month.yaml"
    place.parent.mkdir(parents=True)
    text = wrong.read_text()
    assert old in text
    place.write_text(text.replace(old, new, 1))
    assert message in problems()[0]
