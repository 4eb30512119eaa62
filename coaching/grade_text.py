"""A grade in words: its level, and the level that most criteria reach with the criteria that do not."""

from coaching.assessment import Answers
from coaching.english import joined, number_word, part_word
from coaching.min_score import (
    BELOW_FIRST,
    NOT_TRIED,
    Criteria,
    PartialLevel,
    min_standing,
    reached_levels,
)


def grade_name(words: Criteria, answers: Answers) -> str:
    """Return the grade as it stands in a list or a sentence.

    It is "L2 Secure Builder", followed by "(L3 on six of seven; performance at L2)" where one criterion alone
    is below L3. Without a level it is "L2 on six of seven; testing not tried", or "No level yet; two of seven
    tried" where most were not tried.
    """
    standing = min_standing(words, answers)
    name = words.name_of(standing.level)
    if standing.partial:
        held = held_name(words, answers, standing.partial.level)
        return f"{name} ({held})" if standing.level else held
    return name if standing.level else f"{name}; {_tried(words, answers)}"


def held_name(words: Criteria, answers: Answers, level: int) -> str:
    """Return on how many criteria a level is held and which miss it, as in `grade_name`."""
    held = held_count(words, answers, level)
    on = f"{sign_of(words, level)} on {part_word(held)} of {number_word(len(words.criteria))}"
    return f"{on}; {shortfall(words, answers, level)}" if held < len(words.criteria) else on


def held_count(words: Criteria, answers: Answers, level: int) -> int:
    """Return how many criteria reach this level."""
    return sum(reached >= level for reached in reached_levels(words, answers).values())


def shortfall(words: Criteria, answers: Answers, level: int) -> str:
    """Return the criteria that miss this level: "performance and security at L2; testing not tried"."""
    topics: dict[float, list[str]] = {}
    for item, reached in reached_levels(words, answers).items():
        if reached < level:
            topics.setdefault(reached, []).append(words.topics[item])
    places = sorted(topics, reverse=True)
    return "; ".join(f"{joined(topics[at])} {_place(words, at)}" for at in places)


def answer_text(words: Criteria, criterion_id: str, level: float) -> str:
    """Return the description of a criterion at the level that it reached."""
    criterion = words.criterion(criterion_id)
    reached = criterion.at(level) if criterion else None
    if reached:
        return f"{sign_of(words, reached.level)}. {reached.describes}"
    return words.not_tried if level == NOT_TRIED else f"Tried, {_place(words, level)}"


def partial_level(words: Criteria, answers: Answers) -> PartialLevel | None:
    """Return the level that most criteria reach, where there is no grade for all of them."""
    standing = min_standing(words, answers)
    return None if standing.level else standing.partial


def sign_of(words: Criteria, level: int) -> str:
    """Return the short sign of a level ("L2"), or its number in words that do not have it."""
    found = words.level(level)
    return found.sign if found else f"level {level}"


def _tried(words: Criteria, answers: Answers) -> str:
    """Return how many criteria were tried; where all were, which of them are below the first level."""
    reached = reached_levels(words, answers)
    tried = sum(level != NOT_TRIED for level in reached.values())
    if tried == len(reached):
        return shortfall(words, answers, words.levels[0].level)
    return f"{part_word(tried)} of {number_word(len(reached))} tried"


def _place(words: Criteria, level: float) -> str:
    if level == NOT_TRIED:
        return "not tried"
    first = words.levels[0]
    return f"below {first.sign}" if level == BELOW_FIRST else f"at {sign_of(words, int(level))}"
