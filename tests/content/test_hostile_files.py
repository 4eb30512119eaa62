"""A file of any size and shape, and messages that include each other, are checked in a moment."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.content.conftest import FINANCE, Problems
from tests.organization import CONTENT

GOOD_FAMILY = (CONTENT / "good" / FINANCE).read_text()
STEPS = "family: finance\ntips:\n"
SIZE = 900_000
MOMENT = 3.0
"""Seconds of work, on a busy computer. Each of these took at least five, or never ended."""


@pytest.fixture(autouse=True)
def moment() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < MOMENT


def experiment(key: str, value: str) -> str:
    words = f"{{id: team-x, stands: [any], families: [any], title: Try x, {key}: [{value}]}}"
    return f"experiments:\n  - {words}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STEPS + "- x\n" * (SIZE // 4), "503: More than 500 entries are in one list"),
        (STEPS + "- {}\n" * (SIZE // 5), "503: More than 500 entries are in one list"),
        (STEPS + "-\n" * (SIZE // 2), "3: 'tips' has no value."),
        (STEPS + "- [" + "[{}]," * 499 + "]\n" + "- [[{}]]\n" * 499, "3: Entry 1 of 'tips' is a"),
        (STEPS + ("- [" + "x," * 499 + "]\n") * 499, "22: This file has more than 10000 values."),
        ("".join(f"k{n}: x\n" for n in range(80_000)), "501: More than 500 entries are in one"),
        ("k: x\n" * (SIZE // 5), "2: The key 'k' is here twice, first on line 1."),
        ("".join(f"%TAG !a{n}! x\n" for n in range(60_000)), "1: A line begins with '%'."),
        ("".join(f"k{n}: &a{n} x\n" for n in range(50_000)), "1: '&a0' names a place to refer to."),
        ("a: &a x\n" + "b: *a\n" * 80_000, "1: '&a' names a place to refer to."),
        ("family: " + "[" * SIZE, "1: This is nested too deeply."),
        ("- " * (SIZE // 2), "1: This is nested too deeply."),
        ("a: " + "1:" * (SIZE // 2) + "1\n", "1: YAML reads 1:1:1:"),
        ("? " + "k" * SIZE + "\n: x\n", "1: The key 'family' is missing."),
    ],
    ids=str.split(
        "words maps empty rows values keys twice tags anchors aliases flow block clock key"
    ),
)
def test_a_file_of_any_shape_is_checked_in_a_moment(
    folder: Path, problems: Problems, text: str, expected: str
) -> None:
    (folder / "steps").mkdir()
    (folder / "steps/finance.yaml").write_text(text)
    found = problems()
    assert found[0].startswith(f"steps/finance.yaml:{expected}")
    assert len(found) <= 101


@pytest.mark.parametrize("key", ["stands", "families"])
def test_a_list_of_repeated_words_is_checked_in_a_moment(
    folder: Path, problems: Problems, key: str
) -> None:
    (folder / "teams").mkdir()
    (folder / "teams/acme.yaml").write_text(experiment(key, "any," * (SIZE // 5)))
    assert any("More than 500 entries" in problem for problem in problems())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("covers: People", "covers: " + ".' " * (SIZE // 3) + "People", "'covers' has 9"),
        ("- id: start", "- id: " + "a-" * (SIZE // 2) + "!", "'id' has 900001 characters."),
        ("order: 60", "order: " + "9_" * (SIZE // 2) + "x", "'order' is '9_9_9_9_"),
    ],
)
def test_a_long_line_is_checked_in_a_moment(
    folder: Path, problems: Problems, old: str, new: str, expected: str
) -> None:
    (folder / FINANCE).write_text(GOOD_FAMILY.replace(old, new))
    assert expected in problems()[0]


def test_two_long_words_that_are_alike_are_compared_in_a_moment(
    folder: Path, problems: Problems
) -> None:
    word = "".join(chr(97 + (n * n + n // 7) % 26) for n in range(SIZE // 2))
    (folder / FINANCE).write_text(GOOD_FAMILY.replace("id: start", f"id: {word}"))
    assert f"'{word[:40]}" not in problems()[0]


def test_only_the_first_problems_of_a_file_are_told(folder: Path, problems: Problems) -> None:
    (folder / "steps").mkdir()
    (folder / "steps/finance.yaml").write_text(STEPS + "- {}\n" * 400)
    found = problems()
    assert len(found) == 101
    assert found[-1].endswith("There are more problems in this file. Fix the ones above first.")


@pytest.fixture
def write(folder: Path) -> Callable[[str, str], None]:
    def into(file: str, text: str) -> None:
        (folder / "messages").mkdir(exist_ok=True)
        (folder / f"messages/{file}.yaml").write_text(text)

    return into


Write = Callable[[str, str], None]


def part(name: object) -> str:
    return "{% include 'acme/" + str(name) + "' %}"


def test_includes_that_double_at_each_level_are_named(write: Write, problems: Problems) -> None:
    parts = [f'p{n}: "{part(f"p{n + 1}")}{part(f"p{n + 1}")}"' for n in range(40)]
    write("acme", "\n".join([*parts, "p40: x"]))
    write("home", f'greeting: "{part("p0")}"\n')
    assert (
        "messages/home.yaml:1: Its includes are more than 5 deep. Write some of the texts out."
        in (problems())
    )


def test_many_includes_are_named(write: Write, problems: Problems) -> None:
    rows = [f'p{n}: "{part(f"p{n + 1}") * 20}"' for n in range(4)]
    write("acme", "\n".join([*rows, "p4: ''"]))
    write("home", f'greeting: "{part("p0")}"\n')
    found = problems()
    assert any("Use at most 12000: repeat and include less." in problem for problem in found)


def test_includes_in_branches_are_counted_too(write: Write, problems: Problems) -> None:
    rows = [
        f'p{n}: "{{% if 1 == 2 %}}{part(f"p{n + 1}")}'
        + f"{{% elif 1 == 2 %}}{part(f'p{n + 1}')}" * 99
        + '{% endif %}"'
        for n in range(4)
    ]
    write("acme", "\n".join([*rows, "p4: ''"]))
    write("home", f'greeting: "{part("p0")}"\n')
    assert problems() == [
        "messages/home.yaml:1: More than 100 messages are included. Write some of the texts out."
    ]


def test_a_file_of_many_messages_is_named(write: Write, problems: Problems) -> None:
    write("acme", "".join(f"m{n}: x\n" for n in range(60_000)))
    (found,) = problems()
    assert found.startswith(
        "messages/acme.yaml:501: More than 500 entries are in one list or group"
    )


def test_a_part_shows_only_what_the_message_around_it_gets(
    write: Write, problems: Problems
) -> None:
    write("acme", 'p: "{{ tip.title }}{{ name }}"\n')
    write("steps", f'step: "{part("p")}"\n')
    assert problems() == [
        "messages/acme.yaml:1: This message has no value 'name'. Choose one of done_when, example, tip."
    ]
