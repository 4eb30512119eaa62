"""What members say in their own words, and what is not understood: a sentence and three buttons."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app import REGISTRY
from content.files import built_in_intents
from content.loader import load_content, load_library
from content.problems import ContentProblems
from storage.steps import steps
from tests.checkins.calendar import assessed
from tests.help.places import chosen_step, mid_check
from tests.stage import Person, labels, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_UNDERSTOOD = "Rungs didn't understand that, but one of these may be what you meant."
ENGLISH = "Rungs speaks English, so write in English or choose one of these."
NEW = ["Start the self-check", "See the map", "Who sees what"]


def is_short(person: Person, where: str | None = None) -> bool:
    """Return whether the newest answer is a line or two with one row of at most three buttons."""
    message = person.messages(where)[-1]
    rows = labels(message)
    return message.text.count("\n") == 0 and len(rows) <= 1 and all(len(row) <= 3 for row in rows)


async def test_every_meaning_of_the_phrases_is_declared() -> None:
    assert built_in_intents() == set(REGISTRY.intents)


async def test_no_phrase_is_the_word_of_a_command() -> None:
    load_library(reserved=REGISTRY.command_words)


async def test_a_phrase_of_an_organization_that_is_a_command_is_refused(tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    own = tmp_path / "phrases/acme.yaml"
    own.write_text("intents:\n  - means: hello\n    phrases:\n      - Map\n      - check-in\n")
    with pytest.raises(ContentProblems) as refused:
        load_content(tmp_path, REGISTRY.command_words)
    assert [str(problem).removeprefix(str(own)) for problem in refused.value.problems] == [
        ":4: 'map' is a command's word. Remove it.",
        ":5: 'check-in' is a command's word. Remove it.",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "the weather is nice and I would like some cake",
        "I can't stop using it",
        "🎉",
        "?",
        "/rungs the weather is nice",
        "team work makes the dream work in our team",
    ],
)
async def test_three_buttons_for_somebody_new(newcomer: Person, typed: str) -> None:
    await newcomer.types(typed)
    said = "Rungs doesn't know" if typed.startswith("/rungs") else NOT_UNDERSTOOD
    assert newcomer.reads().startswith(said)
    assert labels(newcomer.card) == [NEW]
    assert is_short(newcomer)


async def test_the_buttons_fit_where_the_member_stands(newcomer: Person) -> None:
    await mid_check(newcomer)
    await newcomer.types("lorem ipsum sit")
    assert newcomer.reads().startswith(NOT_UNDERSTOOD)
    assert labels(newcomer.card)[0] == [
        "Continue the self-check",
        "Who sees what",
        "Show all commands",
    ]
    await newcomer.clicks("Continue the self-check")
    await newcomer.answers("AA")
    await newcomer.types("lorem ipsum sit")
    assert labels(newcomer.card)[0] == ["Next step", "My results", "Show all commands"]
    await newcomer.clicks("I'll try it")
    await newcomer.types("lorem ipsum sit")
    fitting = newcomer.card
    assert labels(fitting)[0] == ["My step", "My results", "Show all commands"]
    for label in labels(fitting)[0]:
        assert (await newcomer.clicks(label, on=fitting)).ok
    await newcomer.types("stop")
    await newcomer.types("lorem ipsum sit")
    assert labels(newcomer.card)[0] == ["My step", "My results", "Message settings"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("hello", "Hi. A few short questions show where you stand"),
        ("Hi there!", "Hi."),
        ("good morning Rungs", "Hi."),
        ("thanks", "You're welcome."),
        ("Thank you so much!!", "You're welcome."),
        ("ok", "All right."),
        ("never mind", "All right."),
        ("forget it", "All right."),
        ("What is my level?", "You have no result yet"),
        ("what’s my tier", "You have no result yet"),
        ("WHERE DO I STAND?", "You have no result yet"),
        ("my results", "You have no result yet"),
        ("show me my results please", "You have no result yet"),
        ("hi, what's my level?", "You have no result yet"),
        ("What is my level? I forgot.", "You have no result yet"),
        ("is this anonymous?", "It's private but not anonymous"),
        ("Who sees this?", "Nobody else in Slack sees your answers"),
        ("can my manager see my results", "Nobody else in Slack sees your answers"),
        ("Is this anonymous? I don't want trouble.", "It's private but not anonymous"),
        ("What do you mean?", "Rungs is a coach for using AI in your own work."),
        ("what is this", "Rungs is a coach for using AI in your own work."),
        ("why am I getting these messages?", "Rungs is a coach for using AI in your own work."),
        ("/rungs what is my level?", "You have no result yet"),
        ("/rungs who sees this", "Nobody else in Slack sees your answers"),
        ("I'm done", "A next step comes from your own answers."),
        ("how often do you write to me?", "Check-ins begin after your first self-check."),
    ],
)
async def test_small_talk_gets_what_was_meant(newcomer: Person, typed: str, answer: str) -> None:
    await newcomer.opens_home("messages")
    await newcomer.types(typed)
    assert answer in newcomer.reads()
    assert NOT_UNDERSTOOD not in newcomer.reads()
    assert "/rungs assess [family" not in newcomer.reads()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("start the self-check", "closest to your work"),
        ("take it again", "closest to your work"),
        ("assess me please", "closest to your work"),
        ("see the map", "The map shows"),
        ("show all commands", "Here's what you can type"),
        ("message settings", "Check-ins"),
        ("fewer of these", "Check-ins"),
        ("change my role family", "Choose the family closest to your work."),
        ("how did this come about?", "You have no result yet"),
        ("finish later", "All right."),
    ],
)
async def test_the_label_of_a_button_is_understood_when_it_is_typed(
    newcomer: Person, typed: str, answer: str
) -> None:
    await newcomer.opens_home("messages")
    await newcomer.types(typed)
    assert answer in newcomer.reads()
    assert "There is no" not in newcomer.reads()


async def test_words_about_the_step_show_it_and_change_nothing(newcomer: Person) -> None:
    await mid_check(newcomer)
    await newcomer.types("continue the self-check")
    await newcomer.clicks("Continue")
    await newcomer.answers("AA")
    title = await chosen_step(newcomer)
    for typed in ("my step", "What is my step?", "show another", "not for me", "Partly", "not yet"):
        await newcomer.types(typed)
        assert f"*{title}*" in newcomer.reads()
        assert labels(newcomer.card) == [["Done", "Show another", "Not for me"]]
    assert await outcomes(newcomer) == []
    await newcomer.types("lorem ipsum sit")
    assert labels(newcomer.card)[0][-1] == "Show all commands"  # nothing is paused


async def test_what_do_you_mean_explains_what_is_open(newcomer: Person) -> None:
    await mid_check(newcomer)
    await newcomer.types("what do you mean?")
    assert newcomer.reads().startswith("Your self-check (Engineering) asks about things you did")
    await newcomer.clicks("Continue the self-check")
    await newcomer.answers("AA")
    await newcomer.types("I don't understand")
    assert newcomer.reads().startswith("Your answers showed where you stand")
    title = await chosen_step(newcomer)
    await newcomer.types("what does that mean?")
    assert newcomer.reads().startswith(f'"{title}" is one small thing to try')
    assert "It's done when " in newcomer.reads()
    assert '".' not in newcomer.reads()
    await newcomer.types("hello")
    assert newcomer.reads().startswith(f'Hi. Your step is "{title}".')


async def test_done_finishes_the_step_that_they_chose(newcomer: Person) -> None:
    await assessed(newcomer)
    await newcomer.types("done")
    assert newcomer.reads().startswith("Did you finish the step ")  # it was offered, and not chosen
    assert await outcomes(newcomer) == []
    title = await chosen_step(newcomer)
    await newcomer.types("I'm done!")
    assert f"*Done: {title}.*" in newcomer.reads()
    assert await outcomes(newcomer) == ["done"]
    await newcomer.types("done")
    assert newcomer.reads().startswith("You have no open step.")
    assert await outcomes(newcomer) == ["done"]


async def test_done_amid_a_self_check_asks_first(newcomer: Person) -> None:
    await assessed(newcomer)
    title = await chosen_step(newcomer)
    await newcomer.types("/rungs assess marketing")
    await newcomer.answers("A")
    await newcomer.types("done")
    assert newcomer.reads().startswith(f'Did you finish the step "{title}"?')
    assert await outcomes(newcomer) == []
    await newcomer.clicks("Yes, it is done")
    assert await outcomes(newcomer) == ["done"]


@pytest.mark.parametrize(
    "typed",
    [
        "I am done with the report, can somebody look?",
        "the build is done",
        "are we done here with the migration",
    ],
)
async def test_done_in_a_sentence_about_work_marks_nothing(newcomer: Person, typed: str) -> None:
    await assessed(newcomer)
    await chosen_step(newcomer)
    await newcomer.types(typed)
    assert await outcomes(newcomer) == []


async def outcomes(person: Person) -> Sequence[str]:
    """Return what this person said about their steps."""
    async with person.stage.database.read() as session:
        return [one.outcome for one in await steps.list_practices(session, person.key)]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("assess.", "closest to your work"),
        ("ASSESS", "closest to your work"),
        ("“assess”", "closest to your work"),
        ("please assess", "closest to your work"),
        ("assess please", "closest to your work"),
        ("assess “engineering”.", "Engineering"),
        ("*assess* engineering!", "Engineering"),
        ("ME.", "You have no result yet"),
        ("me?", "You have no result yet"),
        ("‘help’", "Here's what you can type"),
        ("/rungs ME.", "You have no result yet"),
        ("/rungs “help”", "Here's what you can type"),
        ("/rungs assess marketing.", "Marketing"),
        ("/rungs checkin weekly.", "*Saved.*"),
        ("(privacy)", "Who sees what"),
    ],
)
async def test_phones_and_capitals_are_understood(
    newcomer: Person, typed: str, answer: str
) -> None:
    await newcomer.types(typed)
    assert answer in newcomer.reads()


@pytest.mark.parametrize(
    "typed",
    [
        "¿Qué es esto?",
        "hola",
        "bonjour, comment ça va ?",
        "Kannst du mir bitte helfen?",
        "Was ist das hier?",
        "não quero mais mensagens",
        "привет",
        "что это такое?",
        "这是什么？",
        "これは何ですか",
        "ما هذا؟",
        "/rungs ¿Qué es esto?",
    ],
)
async def test_other_languages_are_told_that_rungs_speaks_english(
    newcomer: Person, typed: str
) -> None:
    await newcomer.types(typed)
    assert newcomer.reads().startswith(ENGLISH)
    assert labels(newcomer.card) == [NEW]


@pytest.mark.parametrize(
    "typed",
    [
        "José and Zoë shipped the façade today",
        "We use π in the formula",
        "the café in Köln is open",
    ],
)
async def test_english_with_foreign_names_is_english(newcomer: Person, typed: str) -> None:
    await newcomer.types(typed)
    assert newcomer.reads().startswith(NOT_UNDERSTOOD)


async def test_somebody_new_who_says_hello_is_welcomed_once(newcomer: Person) -> None:
    await newcomer.types("hello")
    assert len(newcomer.messages()) == 1
    assert "Welcome to Rungs" in shown(newcomer.messages()[0])
