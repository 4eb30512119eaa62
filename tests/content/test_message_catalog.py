"""Messages: every value is escaped, and an organization's messages replace built-in ones."""

import traceback
from pathlib import Path
from textwrap import indent

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError, TemplateNotFound

from coaching.safe_text import SafeText, escape
from content.library import MessageCatalog
from content.loader import check
from content.sources import new_name

OLD_NAMES = (Path(__file__).parent / "old_message_names.txt").read_text().split()
HOSTILE = '<!channel> & "x" *y*'


@pytest.fixture
def catalog(tmp_path: Path) -> MessageCatalog:
    return MessageCatalog(tmp_path)


def write(folder: Path, name: str, text: str) -> None:
    """Put a message into the file of its capability, its text from the second line on."""
    file, _, key = name.partition("/")
    path = folder / "messages" / f"{file}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as opened:
        opened.write(f"{key}: |2\n{indent(text, '  ')}\n")


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("Hello {{ name }}", 'Hello &lt;!channel&gt; &amp; "x" *y*'),
        ("{{ name|upper }}", '&lt;!CHANNEL&gt; &amp; "X" *Y*'),
        ("{% for n in names %}{{ n }} {% endfor %}", '&lt;!channel&gt; &amp; "x" *y* b'),
        ("{{ mention }} & you", "<@U1> & you"),
        ("{{ nothing }}.", "."),
        ("Tier {{ two }} or {{ half }}, {{ three }} questions", "Tier 2 or 1.5, 3 questions"),
        ("\n  {% if two %}\n  yes\n  {% endif %}\n\n", "yes"),
    ],
)
def test_values_are_shown_and_do_nothing(tmp_path: Path, template: str, shown: str) -> None:
    write(tmp_path, "acme/hello", template)
    text = MessageCatalog(tmp_path).render(
        "acme/hello",
        name=HOSTILE,
        names=[HOSTILE, "b"],
        mention=SafeText("<@U1>"),
        nothing=None,
        two=2.0,
        half=1.5,
        three=3,
    )
    assert text == shown
    assert isinstance(text, SafeText)


def test_a_rendered_text_is_not_escaped_twice(tmp_path: Path) -> None:
    write(tmp_path, "acme/inner", "{{ name }}")
    write(tmp_path, "acme/outer", "{{ text }} {% include 'acme/inner' %}")
    catalog = MessageCatalog(tmp_path)
    inner = catalog.render("acme/inner", name="a & b")
    assert catalog.render("acme/outer", text=inner, name="<") == "a &amp; b &lt;"


def test_escape_returns_safe_text() -> None:
    assert escape("<a> & b") == "&lt;a&gt; &amp; b"
    assert isinstance(escape("a"), SafeText)


def test_a_message_is_named_by_its_file_and_key(tmp_path: Path) -> None:
    write(tmp_path, "acme/low", "Low")
    write(tmp_path, "acme/high", "High")
    assert MessageCatalog(tmp_path).render("acme/low") == "Low"


def test_an_organization_replaces_one_message_and_keeps_the_others(tmp_path: Path) -> None:
    ours = MessageCatalog()
    write(tmp_path, "home/greeting", "Welcome at Acme.")
    theirs = MessageCatalog(tmp_path)
    assert theirs.render("home/greeting") == "Welcome at Acme."
    assert theirs.render("home/help") == ours.render("home/help")
    assert theirs.names == ours.names
    assert theirs.problems() == []


def test_a_value_that_was_not_given_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "acme/hello", "{{ name }}")
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        MessageCatalog(tmp_path).render("acme/hello")


def test_a_traceback_names_the_file_and_the_line(tmp_path: Path) -> None:
    write(tmp_path, "acme/first", "One\ntwo")
    write(tmp_path, "acme/hello", "Hello\n{{ name }}")
    with pytest.raises(UndefinedError) as caught:
        MessageCatalog(tmp_path).render("acme/hello")
    frames = traceback.extract_tb(caught.value.__traceback__)
    places = [(frame.filename, frame.lineno) for frame in frames]
    assert (str(tmp_path / "messages/acme.yaml"), 6) in places


def test_templates_reach_nothing_but_their_values(tmp_path: Path) -> None:
    write(tmp_path, "acme/hello", "{{ ''.__class__.__mro__ }}")
    with pytest.raises(SecurityError, match=r"acme.yaml:2: '.__mro__' is used here"):
        MessageCatalog(tmp_path).render("acme/hello")


def test_an_unknown_message_is_an_error(catalog: MessageCatalog) -> None:
    with pytest.raises(TemplateNotFound):
        catalog.render("home/greting")


def test_the_built_in_messages_have_no_problems() -> None:
    catalog = MessageCatalog()
    assert catalog.names
    assert catalog.problems() == []


def test_problems_name_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, "home/greeting", "fine\n{% set x = 1 %}")
    write(tmp_path, "steps/done", "Done.")
    write(tmp_path, "steps/step", "{% include 'home/greeting' %}\n{{ x")
    assert [(Path(p.file).name, p.line) for p in MessageCatalog(tmp_path).problems()] == [
        ("home.yaml", 3),
        ("steps.yaml", 5),
    ]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = MessageCatalog(tmp_path / "gone").problems()
    assert problem.message.startswith("This folder of content does not exist.")


def test_a_message_may_use_the_values_of_the_one_it_replaces(tmp_path: Path) -> None:
    write(
        tmp_path,
        "steps/step",
        "{{ tip.title|upper }}{% if tip.lesson == 1 %}: {{ done_when }}{% endif %}",
    )
    template = "{% for day, shares in days %}{{ loop.index }} {{ day }}{% endfor %}"
    write(tmp_path, "team_digest/history", template)
    assert MessageCatalog(tmp_path).problems() == []


def test_the_example_of_a_step_may_stand_in_a_sentence_as_in_earlier_versions(
    tmp_path: Path,
) -> None:
    write(tmp_path, "steps/step", "{% if tip.example %}For example: {{ tip.example }}{% endif %}")
    assert MessageCatalog(tmp_path).problems() == []


def test_a_value_that_the_bot_does_not_give_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "steps/step", "Try this:\n{{ tipp.title }}")
    write(tmp_path, "home/first", "Hello {{ name }}")
    greeting, tip = MessageCatalog(tmp_path).problems()
    assert (tip.line, tip.message) == (3, "This message has no value 'tipp'. Did you mean 'tip'?")
    assert greeting.message == (
        "This message has no value 'name'. It shows none: write the words alone."
    )


def test_a_message_that_nothing_shows_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "home/greting", "Welcome.")
    (problem,) = MessageCatalog(tmp_path).problems()
    assert (problem.line, problem.message) == (
        1,
        "No message is called 'home/greting', so nothing shows it. Did you mean 'home/greeting'?",
    )


def test_a_message_may_be_made_of_parts(tmp_path: Path) -> None:
    write(tmp_path, "acme/closing", "Your team at Acme")
    write(tmp_path, "home/greeting", "Welcome. {% include 'acme/closing' %}")
    catalog = MessageCatalog(tmp_path)
    assert catalog.problems() == []
    assert catalog.render("home/greeting") == "Welcome. Your team at Acme"


def test_messages_that_include_each_other_are_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "acme/closing", "{% include 'home/greeting' %}")
    write(tmp_path, "home/greeting", "Welcome. {% include 'acme/closing' %}")
    found = MessageCatalog(tmp_path).problems()
    assert [problem.line for problem in found] == [1, 1]
    assert "includes itself through its includes. Remove one of them." in found[0].message


def test_a_file_that_is_not_yaml_leaves_the_built_in_messages(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages/home.yaml").write_text("greeting: 'Welcome\n")
    catalog = MessageCatalog(tmp_path)
    assert catalog.names == MessageCatalog().names
    assert "This is not valid YAML" in catalog.problems()[0].message


@pytest.mark.parametrize(
    ("place", "advice"),
    [
        ("messages/checkin/unknown_pace.j2", "to the key unknown_pace in messages/checkins.yaml."),
        ("messages/tip.j2", "to the key step in messages/steps.yaml."),
        ("messages/agent/need_rule.j2", "to the key rule in messages/required_level.yaml."),
        ("messages/acme/closing.j2", "to the key closing of a file in 'messages'."),
    ],
)
def test_a_message_in_a_file_of_its_own_is_told_its_new_place(
    tmp_path: Path, place: str, advice: str
) -> None:
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_text("Welcome.")
    (problem,) = check(tmp_path)[0]
    assert problem.file == f"{tmp_path}/{place}"
    assert problem.message == f"Messages are now in YAML. Move its text {advice}"


def test_every_old_name_leads_to_a_message() -> None:
    names = MessageCatalog().names
    assert [old for old in OLD_NAMES if new_name(old) not in names] == []
