"""Which steps fit answers, for each scoring; and the topics of the items."""

from hypothesis import given
from hypothesis import strategies as st

from coaching.ladder_score import BEHAVIOR_CHOICES, is_behavior_held, ladder_standing
from coaching.mean_score import Answer, Question, Questionnaire
from coaching.steps import StepContent, fitting_steps
from tests.coaching.ladders import criteria, ladder

WORDS = ladder(3, 3, 3)
ITEMS = tuple(behavior.id for level in WORDS.levels for behavior in level.behaviors)
FAMILY = WORDS.framework


def step(question: str | None, *, family: str | None = FAMILY, level: float = 1.0) -> StepContent:
    return StepContent(
        id=f"step-{family}-{question}",
        family=family,
        question=question,
        from_tier=level,
        title="Try it",
        minutes=5,
        when="When.",
        why="Why.",
        done_when="done",
        data="none",
        reviewed="2026-11-20",
    )


STEPS = [
    step(None, family=None),
    *(step(item) for item in reversed(ITEMS)),
    step(ITEMS[0], family="other"),
]


def climbed(numbers: list[float]) -> dict[str, float]:
    """The answers as they are asked: level by level, until one is not held."""
    answers: dict[str, float] = {}
    while card := WORDS.next_card(answers):
        answers |= {item: numbers[ITEMS.index(item)] for item in card.items}
    return answers


ANSWERS = st.lists(st.sampled_from(BEHAVIOR_CHOICES), min_size=len(ITEMS), max_size=len(ITEMS)).map(
    climbed
)


@given(ANSWERS)
def test_what_is_missing_comes_first_and_then_the_weakest_of_what_is_held(
    answers: dict[str, float],
) -> None:
    found = [one.question for one in fitting_steps(STEPS, WORDS, answers)]
    missing = list(ladder_standing(WORDS, answers).missing)
    assert found[: len(missing)] == missing
    held = found[len(missing) :]
    assert all(item and is_behavior_held(answers, item) for item in held)
    levels = [answers[item] for item in held if item]
    assert levels == sorted(levels)
    assert sorted(filter(None, found)) == sorted(answers)


@given(ANSWERS, st.sampled_from(ITEMS))
def test_the_behavior_that_was_chosen_comes_before_all(
    answers: dict[str, float], focus: str
) -> None:
    found = [one.question for one in fitting_steps(STEPS, WORDS, answers, focus=focus)]
    assert (found[0] == focus) == (focus in answers)


def test_a_practice_that_left_the_content_is_passed_over() -> None:
    answers = dict.fromkeys(ITEMS[:3], 0.0)
    found = fitting_steps([step(item) for item in ITEMS[1:]], WORDS, answers)
    assert [one.question for one in found] == list(ITEMS[1:3])


def test_steps_on_the_scale_come_from_the_lowest_answer() -> None:
    answer = Answer(1.0, "I do.", "Keep it.")
    words = Questionnaire(
        framework="role-families",
        version="1",
        family="sales",
        family_name="Sales",
        none_label="None",
        tiers=(),
        questions=tuple(
            Question(name, f"topic {name}", "What?", (answer,)) for name in ("start", "share")
        ),
    )
    steps = [step("start", family="sales", level=2.0), step("share", family="sales", level=1.0)]
    found = fitting_steps(steps, words, {"start": 2.0, "share": 1.0})
    assert [one.question for one in found] == ["share", "start"]
    assert words.topics == {"start": "topic start", "share": "topic share"}


def test_every_item_has_its_topic() -> None:
    assert list(WORDS.topics) == list(ITEMS)
    assert WORDS.topics["b2-1"] == "knot 1"
    graded = criteria(count=3, levels=2)
    assert graded.topics == {one.id: one.topic for one in graded.criteria}
