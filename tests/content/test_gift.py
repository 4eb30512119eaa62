"""Items as GIFT: what another platform reads from it is what stands in the content."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.items import Ground, Item, Option, Skill
from content.gift import gift_of
from content.loader import load_library
from tests.content.gift_reader import Answer, Question, read

SHARP = [
    "~",
    "=",
    "#",
    "{",
    "}",
    ":",
    "::",
    "\\",
    "\\n",
    "%50%",
    "[html]",
    "//",
    "->",
    "\n",
    "a",
    " ",
]


def questions(skill: Skill) -> list[Question]:
    """What a platform reads when all is well."""
    return [
        Question(
            category=f"Rungs/{skill.title.replace('/', '//')}",
            name=item.id,
            text=f"{item.case}\n\n{item.question}",
            answers=tuple(Answer(one.text, one.right, one.why) for one in item.options),
        )
        for item in skill.items
    ]


def test_every_item_reads_as_it_was_written() -> None:
    skills = load_library().knowledge.skills.values()
    read_back = read(gift_of(skills))
    assert read_back == [question for skill in skills for question in questions(skill)]
    assert len(read_back) > 250


WORDS = st.lists(st.sampled_from(SHARP), min_size=1, max_size=12).map("".join)
TEXT = WORDS.map(str.strip).filter(bool)
LINE = TEXT.map(lambda text: text.replace("\n", "")).filter(lambda text: text.strip() == text != "")


@settings(max_examples=200, deadline=None)
@given(case=TEXT, question=LINE, texts=st.lists(LINE, min_size=6, max_size=6), title=LINE)
def test_no_sign_of_an_item_is_read_as_a_mark(
    case: str, question: str, texts: list[str], title: str
) -> None:
    options = tuple(
        Option(text, why, right=place == 1)
        for place, (text, why) in enumerate(zip(texts[::2], texts[1::2], strict=True))
    )
    ground = Ground("steps/sales.yaml", "a", "b")
    item = Item("reading-one", "reading", "choose", ground, case, question, options)
    skill = Skill("reading", "Reading", title, (item, replace(item, id="reading-two")))
    assert read(gift_of([skill])) == questions(skill)


def test_a_skill_without_items_is_left_out() -> None:
    assert gift_of([Skill("reading", "Reading", "You read.")]) == ""
