"""Small frameworks of each way of scoring, and everything that can be answered in them."""

from itertools import pairwise

from hypothesis import strategies as st

from coaching.assessment import BelowFirst
from coaching.ladder_score import BEHAVIOR_CHOICES, Behavior, Ladder, LadderLevel
from coaching.min_score import BELOW_FIRST, Criteria, Criterion, CriterionLevel, GradeLevel
from coaching.required_level import Contradiction, Need, NeedQuestion, Needs

BEFORE = BelowFirst("Before the first", "Your answers describe the time before the first level.")


def ladder(*behaviors: int) -> Ladder:
    """A ladder with so many behaviors at each level, lowest first."""
    return Ladder(
        framework="sailing",
        version="1",
        family="sailing",
        title="Sailing",
        about="Sailing, step by step.",
        stem="How do you do each of these today?",
        choices=("Not yet", "With help", "On my own", "I teach it"),
        before=BEFORE,
        levels=tuple(
            LadderLevel(
                level=level,
                id=f"level-{level}",
                name=f"Level {level}",
                objective="Sail.",
                describes="You sail.",
                role="Sailor.",
                behaviors=tuple(
                    Behavior(f"b{level}-{number}", f"knot {number}", "I tie it.", ("A knot.",))
                    for number in range(count)
                ),
            )
            for level, count in enumerate(behaviors, start=1)
        ),
    )


def criteria(*, count: int, levels: int) -> Criteria:
    """So many criteria, each described at so many levels."""
    return Criteria(
        framework="boats",
        version="1",
        family="boats",
        title="Boats",
        about="Which boat it is.",
        not_tried="Not tried",
        below_first="Less than A",
        before=BEFORE,
        levels=tuple(
            GradeLevel(level, f"L{level}", f"Boat {level}", "It floats.")
            for level in range(1, levels + 1)
        ),
        criteria=tuple(
            Criterion(
                id=f"c{number}",
                name=f"Criterion {number}",
                topic=f"part {number}",
                question="What do you see?",
                levels=tuple(
                    CriterionLevel(level, f"It holds {level}.", "Try more.")
                    for level in range(1, levels + 1)
                ),
            )
            for number in range(count)
        ),
    )


def needs(*levels: tuple[int, ...]) -> Needs:
    """Questions with needs of these levels; the first of each does not fit the last of the one after it."""
    questions = tuple(
        NeedQuestion(
            id=f"q{number}",
            topic=f"topic {number}",
            text="What is true?",
            multiple=True,
            needs=tuple(
                Need(f"n{number}-{place}", f"Need {place}", level, "It takes that.")
                for place, level in enumerate(given)
            ),
        )
        for number, given in enumerate(levels)
    )
    pairs = pairwise(questions)
    return Needs(
        framework="boats",
        version="1",
        family="need",
        title="Which boat?",
        about="Which boat a journey needs.",
        none_label="None of these",
        questions=questions,
        contradictions=tuple(
            Contradiction((one.needs[0].id, other.needs[-1].id), "These do not fit together.")
            for one, other in pairs
        ),
    )


LADDERS = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(lambda counts: ladder(*counts))
CRITERIA = st.builds(criteria, count=st.integers(1, 7), levels=st.integers(1, 4))
NEEDS = st.lists(
    st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple), min_size=1, max_size=5
).map(lambda levels: needs(*levels))


@st.composite
def ladder_answered(draw: st.DrawFn) -> tuple[Ladder, dict[str, float]]:
    """A ladder with an answer to every behavior."""
    words = draw(LADDERS)
    items = [item for card in words.cards for item in card.items]
    return words, {item: draw(st.sampled_from(BEHAVIOR_CHOICES)) for item in items}


@st.composite
def criteria_answered(draw: st.DrawFn) -> tuple[Criteria, dict[str, float]]:
    """Criteria with an answer to each, "not tried" and "less than the first level" among them."""
    words = draw(CRITERIA)
    levels = st.sampled_from([0.0, BELOW_FIRST, *map(float, range(1, len(words.levels) + 1))])
    return words, {one.id: draw(levels) for one in words.criteria}


@st.composite
def needs_answered(draw: st.DrawFn) -> tuple[Needs, dict[str, float]]:
    """A project of which every need is known to be true or not."""
    words = draw(NEEDS)
    items = [item for card in words.cards for item in card.items]
    return words, {item: float(draw(st.booleans())) for item in items}
