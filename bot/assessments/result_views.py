"""Results in words and pictures: a place on its scale, with the one before, and a grade by criteria."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.pages import Chart, line_chart
from bot.slack.phrases import who
from coaching.assessment import Answers, Words
from coaching.ladder_score import Ladder
from coaching.mean_score import TIERS, Questionnaire
from coaching.min_score import Criteria, MinStanding, grade_name, min_standing, shortfall
from coaching.safe_text import Render, SafeText, escape

NOW, LAST = "●", "○"
BETWEEN_MARKS = " — "
NO_BREAK = "\N{NO-BREAK SPACE}"
"""Keeps a sign beside its mark where a phone breaks the line."""


@dataclass(frozen=True)
class Scale:
    """The places of a scale, lowest first: their numbers, their short names, and what a place is called."""

    numbers: Sequence[float]
    marks: Sequence[str]
    unit: str

    @property
    def top(self) -> float:
        return self.numbers[-1]


def scale_of(words: Words) -> Scale:
    """Return the scale of these words; LookupError when a result in them has no place on one."""
    match words:
        case Questionnaire():
            return Scale(TIERS, [f"{tier:g}" for tier in TIERS], "Tier")
        case Ladder():
            levels = [level.level for level in words.levels]
            return Scale([0, *levels], [words.before.name, *map(str, levels)], "Level")
        case Criteria():
            signs = [level.sign for level in words.levels]
            numbers = [0, *(level.level for level in words.levels)]
            return Scale(numbers, [words.before.name, *signs], "Level")
    raise LookupError(f"Words of scoring {words.scoring!r} have no scale.")


def place_name(words: Words, number: float, answers: Answers | None = None) -> str:
    """Return the place as it stands in a sentence, such as "tier 2, AI-Integrated".

    With the `answers`, a level over criteria says which level most of them reach.
    """
    if isinstance(words, Criteria) and answers is not None:
        return grade_name(words, answers)
    short = short_place_name(words, number)
    match words:
        case Questionnaire():
            return f"{short}, {words.tier(number).name}"
        case Ladder() if number:
            return f"{short}, {words.name_of(int(number))}"
    return short


def short_place_name(words: Words, number: float) -> str:
    """Return the place without its name where it has a number, such as "tier 2"."""
    match words:
        case Questionnaire():
            return f"tier {number:g}"
        case Ladder() if number:
            return f"level {number:g}"
        case Ladder() | Criteria():
            return words.name_of(int(number))
    raise LookupError(f"Words of scoring {words.scoring!r} have no scale.")


def scale_picture(render: Render, words: Words, here: float, last: float | None) -> str:
    """Return the scale in one line, with signs at this result and at the last one, and what they mean.

    It is made of words and signs that need no columns, because Slack's letters differ in width.
    """
    scale = scale_of(words)
    marks = []
    for number, name in zip(scale.numbers, map(escape, scale.marks), strict=True):
        if number == here:
            marks.append(f"*{NOW} {name}*")
        else:
            marks.append(f"{LAST} {name}" if number == last else name)
    moved = last != here and last in scale.numbers
    key = render("assessments/scale_key", same=here == last, moved=moved)
    line = f"{BETWEEN_MARKS.join(marks)}{NO_BREAK * 2} {key}"
    return line.replace(f"{NOW} ", f"{NOW}{NO_BREAK}").replace(f"{LAST} ", f"{LAST}{NO_BREAK}")


def path_chart(
    words: Words, title: str, results: Sequence[float], *, categories: Sequence[str]
) -> Chart:
    """Return a line chart of results, oldest first."""
    scale = scale_of(words)
    y = f"{scale.unit}: {scale.marks[0]} to {scale.marks[-1]}"
    lines = [(scale.unit, results)]
    return line_chart(title, lines, categories=categories, y=y, top=scale.top)


@dataclass(frozen=True)
class GradeView:
    """A grade with its words; `links` maps criterion ids to addresses of evidence."""

    id: str
    words: Criteria
    answers: Mapping[str, float]
    links: Mapping[str, str]
    model: str
    by: str | None
    at: datetime

    @property
    def standing(self) -> MinStanding:
        return min_standing(self.words, self.answers)

    @property
    def name(self) -> str:
        """Return the grade in words, as `grade_name` does."""
        return grade_name(self.words, self.answers)

    @property
    def who(self) -> SafeText:
        return who(self.by)

    @property
    def holding(self) -> str:
        """Return what holds the level back; empty where the name says it, and at the top."""
        upcoming = self.standing.next_level
        if upcoming is None or self.standing.partial:
            return ""
        return shortfall(self.words, self.answers, upcoming)
