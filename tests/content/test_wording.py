"""Messages: words with every value escaped, and an organization's own laid over ours."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError, TemplateNotFound

from content.wording import Ours, Wording, escape

HOSTILE = '<!channel> & "x" *y*'


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    return Wording(tmp_path)


def write(folder: Path, name: str, text: str) -> None:
    path = folder / "messages" / f"{name}.j2"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("Hello {{ name }}", 'Hello &lt;!channel&gt; &amp; "x" *y*'),
        ("{{ name|upper }}", '&lt;!CHANNEL&gt; &amp; "X" *Y*'),
        ("{% for n in [name, 'b'] %}{{ n }} {% endfor %}", '&lt;!channel&gt; &amp; "x" *y* b'),
        ("{{ mention }} & you", "<@U1> & you"),
        ("{{ nothing }}.", "."),
        ("Tier {{ two }} or {{ half }}, {{ three }} questions", "Tier 2 or 1.5, 3 questions"),
        ("\n  {% if two %}\n  yes\n  {% endif %}\n\n", "yes"),
    ],
)
def test_values_are_shown_and_do_nothing(tmp_path: Path, template: str, shown: str) -> None:
    write(tmp_path, "hello", template)
    said = Wording(tmp_path).say(
        "hello", name=HOSTILE, mention=Ours("<@U1>"), nothing=None, two=2.0, half=1.5, three=3
    )
    assert said == shown
    assert isinstance(said, Ours)


def test_what_was_said_once_is_not_escaped_twice(tmp_path: Path) -> None:
    write(tmp_path, "inner", "{{ name }}")
    write(tmp_path, "outer", "{{ text }} {% include 'inner' %} {% include 'inner.j2' %}")
    wording = Wording(tmp_path)
    inner = wording.say("inner", name="a & b")
    assert wording.say("outer", text=inner, name="<") == "a &amp; b &lt; &lt;"


def test_escape_gives_text_that_is_ours() -> None:
    assert escape("<a> & b") == "&lt;a&gt; &amp; b"
    assert isinstance(escape("a"), Ours)


def test_a_message_in_a_folder_is_called_by_its_path(tmp_path: Path) -> None:
    write(tmp_path, "result/low", "Low")
    assert Wording(tmp_path).say("result/low") == "Low"


def test_an_organization_replaces_one_message_and_keeps_the_others(tmp_path: Path) -> None:
    ours = Wording()
    write(tmp_path, "greeting", "Welcome at Acme.")
    theirs = Wording(tmp_path)
    assert theirs.say("greeting") == "Welcome at Acme."
    assert theirs.names == ours.names
    assert theirs.problems() == []


def test_a_value_that_was_not_given_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "hello", "{{ name }}")
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        Wording(tmp_path).say("hello")


def test_templates_reach_nothing_but_their_values(tmp_path: Path) -> None:
    write(tmp_path, "hello", "{{ ''.__class__.__mro__ }}")
    with pytest.raises(SecurityError):
        Wording(tmp_path).say("hello")


def test_an_unknown_message_is_an_error(wording: Wording) -> None:
    with pytest.raises(TemplateNotFound):
        wording.say("helo")


def test_the_built_in_messages_have_no_problems() -> None:
    wording = Wording()
    assert wording.names
    assert wording.problems() == []


def test_problems_name_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, "greeting", "fine\n{% set x = 1 %}")
    write(tmp_path, "tip", "{% include 'greeting' %}\n{{ x")
    assert [(Path(p.file).name, p.line) for p in Wording(tmp_path).problems()] == [
        ("greeting.j2", 2),
        ("tip.j2", 2),
    ]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = Wording(tmp_path / "gone").problems()
    assert problem.message.startswith("This folder of content does not exist.")


def test_a_message_may_use_the_values_of_the_one_it_replaces(tmp_path: Path) -> None:
    write(tmp_path, "tip", "{{ tip.title }}{% for word in tip.why %}{{ loop.index }}{% endfor %}")
    assert Wording(tmp_path).problems() == []


def test_a_value_that_the_bot_does_not_give_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "tip", "Try this:\n{{ tipp.title }}")
    write(tmp_path, "greeting", "Hello {{ name }}")
    greeting, tip = Wording(tmp_path).problems()
    assert (tip.line, tip.message) == (2, "This message has no value 'tipp'. Did you mean 'tip'?")
    assert greeting.message == (
        "This message has no value 'name'. It shows none: write the words alone."
    )


def test_a_message_that_nothing_says_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "greting", "Welcome.")
    (problem,) = Wording(tmp_path).problems()
    assert problem.message == (
        "No message is called 'greting', so nothing says it. Did you mean 'greeting'?"
    )


def test_a_message_may_be_made_of_parts(tmp_path: Path) -> None:
    write(tmp_path, "acme/closing", "Your team at Acme")
    write(tmp_path, "greeting", "Welcome. {% include 'acme/closing' %}")
    wording = Wording(tmp_path)
    assert wording.problems() == []
    assert wording.say("greeting") == "Welcome. Your team at Acme"


def test_parts_that_go_in_a_circle_are_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "acme/closing", "{% include 'greeting' %}")
    write(tmp_path, "greeting", "Welcome. {% include 'acme/closing' %}")
    found = Wording(tmp_path).problems()
    assert [problem.line for problem in found] == [1, 1]
    assert "includes itself through its includes. Take one of them out." in found[0].message
