"""YAML that would change its meaning is refused, with its line and what to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.strict_yaml import read_yaml


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: b\nc: No\n", 2, "YAML reads No as yes or no. Write 'No' in quotes."),
        ("c: yes\n", 1, "YAML reads yes as yes or no. Write 'yes' in quotes."),
        ("c: [a, on]\n", 1, "YAML reads on as yes or no. Write 'on' in quotes."),
        ("on: c\n", 1, "YAML reads on as yes or no. Write 'on' in quotes."),
        ("c: True\n", 1, "YAML reads True as yes or no. Write 'True' in quotes."),
        ("c: 1:30\n", 1, "YAML reads 1:30 as a number. Write '1:30' in quotes."),
        ("c: 012\n", 1, "YAML reads 012 as a number. Write '012' in quotes."),
        ("c: 1_000\n", 1, "YAML reads 1_000 as a number. Write '1_000' in quotes."),
        ("c: .inf\n", 1, "YAML reads .inf as a number. Write '.inf' in quotes."),
        ("c: 2026-11-20\n", 1, "YAML reads 2026-11-20 as a date. Write '2026-11-20' in quotes."),
        ("c: ~\n", 1, "YAML reads ~ as nothing. Write '~' in quotes."),
        ("c: null\n", 1, "YAML reads null as nothing. Write 'null' in quotes."),
        ("c:\nd: e\n", 1, "'c' has no value. Write one after it, or delete the line."),
        ("c:\n  - \n", 2, "'c' has no value. Write one after it, or delete the line."),
        ("a: b\nc: d\na: e\n", 3, "The key 'a' is here twice, first on line 1. Keep one."),
        ("a: &x b\n", 1, "'&x' names a place to refer to. Delete it; write texts out."),
        ("a: *x\n", 1, "'*x' refers to another place. Write the text out here."),
        ("<<: b\n", 1, "YAML reads << as a merge. Write '<<' in quotes."),
        ("a: !x b\n", 1, "There is a tag, '!x'. Delete it, or put the text in quotes."),
        (
            "a: b\n---\nc: d\n",
            2,
            "A second document starts here. Write one document in a file, without '---'.",
        ),
        ("? [a]\n: b\n", 1, "A key is a list or a group of keys. Write one word before ':'."),
        ("[" * 90, 1, "This is nested too deeply. Check the indentation of this line."),
        ("\n", 1, "The file is empty. Write its content, or delete the file."),
    ],
)
def test_values_that_yaml_would_change_are_refused(text: str, line: int, message: str) -> None:
    assert read_yaml(text).problems == ((line, message),)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: b: c\n", "Put a text that contains ': ' in quotes."),
        ("a: `b`\n", "Put the text in quotes, and indent with spaces."),
        ("a:\n\t- b\n", "Put the text in quotes, and indent with spaces."),
        ("a: [b\n", "Check quotes and indentation here and on the line above."),
    ],
)
def test_a_syntax_error_comes_with_a_hint(text: str, hint: str) -> None:
    ((_, message),) = read_yaml(text).problems
    assert message.startswith("This is not valid YAML: ")
    assert message.endswith(hint)


def test_all_problems_of_a_file_are_reported() -> None:
    found = read_yaml("a: No\nb:\n  - 012\n  - fine\na: on\n").problems
    assert [line for line, _ in found] == [1, 3, 5, 5]


def test_quoted_words_and_plain_numbers_keep_their_meaning() -> None:
    text = "a: 'No'\nb: \"012\"\nc: 2\nd: 2.5\ne: -1\nf: >-\n  two\n  lines\ng: 1.5.2\nh: Nobody\n"
    document = read_yaml(text)
    assert document.problems == ()
    assert document.data == {
        "a": "No",
        "b": "012",
        "c": 2,
        "d": 2.5,
        "e": -1,
        "f": "two lines",
        "g": "1.5.2",
        "h": "Nobody",
    }


def test_true_and_false_are_read_as_truth_values() -> None:
    document = read_yaml("a: true\nb: [false, 'false']\ntrue: c\n")
    assert document.problems == ()
    assert document.data == {"a": True, "b": [False, "false"], "true": "c"}


def test_every_value_has_its_line() -> None:
    document = read_yaml("a: 1\nb:\n  - c: 1\n    d: >-\n      long\n      text\n  - e\n")
    places = [("a",), ("b", 0, "d"), ("b", 1), ("b", 0, "missing")]
    assert [document.line(place) for place in places] == [1, 4, 7, 3]


@given(st.text(alphabet=st.sampled_from("ab: -\n'\"[]{}&*!|>?%#,0\t~<é\x00"), max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    document = read_yaml(text)
    assert document.problems or document.data is not None
    assert all(1 <= line <= text.count("\n") + 1 for line, _ in document.problems)
