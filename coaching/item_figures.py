"""Figures of an item, from its answers: the share right, the discrimination, and how sure people were."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

FROM_ANSWERS = 30
"""With fewer answers, no figure of an item is shown: it would say little, and could be about one person."""

TOO_EASY = 0.95
"""From this share right on, an item does not separate people who know the skill from those who don't."""

GOOD = 0.9
"""Somebody with this share of the other items of a try right counts as good at the skill."""

MISSED = 0.6
"""When a smaller share of the good people has an item right, the item is flagged."""

FEW = 10
"""A flag about a part of the answers, such as the sure ones, takes this many of them."""

SUREST = 3
"""The third of the three answers to "How sure?"."""

Flag = Literal["too easy", "good people miss it", "its key may be wrong"]


@dataclass(frozen=True)
class ItemAnswer:
    """One answer to an item in a try, without the person; `sure` is 1 to 3.

    `chosen` is the place of the option in the content, and `variant` the family that the case was told in.
    `rest_right` of `rest` are the other answers of the same try that were right, and all of them.
    """

    is_right: bool
    sure: int
    chosen: int
    variant: str
    rest_right: int
    rest: int

    @property
    def share(self) -> float | None:
        """The share of the other answers that were right; None without another one."""
        return self.rest_right / self.rest if self.rest else None


@dataclass(frozen=True)
class ItemFigures:
    """The figures of one item. `discrimination` is None where all were right or wrong, or the rest is equal.

    `sureness` is the mean of 1 to 3, `sure_and_right` the share right of the sure answers.
    """

    answers: int
    right: float
    discrimination: float | None
    sureness: float
    sure_and_right: float | None
    flags: tuple[Flag, ...]


def figures_of(answers: Iterable[ItemAnswer]) -> ItemFigures | None:
    """Return the figures of these answers to one item; None for fewer than `FROM_ANSWERS`."""
    every = list(answers)
    if len(every) < FROM_ANSWERS:
        return None
    discrimination = _discrimination(every)
    sure = [one for one in every if one.sure == SUREST]
    return ItemFigures(
        answers=len(every),
        right=_share_right(every),
        discrimination=discrimination,
        sureness=sum(one.sure for one in every) / len(every),
        sure_and_right=_share_right(sure) if sure else None,
        flags=tuple(_flags(every, sure, discrimination)),
    )


def _share_right(answers: Sequence[ItemAnswer]) -> float:
    return sum(one.is_right for one in answers) / len(answers)


def _discrimination(answers: Sequence[ItemAnswer]) -> float | None:
    """The point-biserial correlation between having this item right and the rest of the try."""
    pairs = [(one.is_right, one.share) for one in answers if one.share is not None]
    right = [share for is_right, share in pairs if is_right]
    wrong = [share for is_right, share in pairs if not is_right]
    if not right or not wrong:
        return None
    mean = sum(share for _, share in pairs) / len(pairs)
    variance = sum((share - mean) ** 2 for _, share in pairs) / len(pairs)
    if variance < 1e-12:
        return None
    between = sum(right) / len(right) - sum(wrong) / len(wrong)
    return between / sqrt(variance) * sqrt(len(right) * len(wrong)) / len(pairs)


def _flags(
    answers: Sequence[ItemAnswer], sure: Sequence[ItemAnswer], discrimination: float | None
) -> Iterable[Flag]:
    if _share_right(answers) >= TOO_EASY:
        yield "too easy"
    good = [one for one in answers if one.share is not None and one.share >= GOOD]
    if len(good) >= FEW and _share_right(good) < MISSED:
        yield "good people miss it"
    is_sure_wrong = len(sure) >= FEW and _share_right(sure) < 0.5
    is_reversed = discrimination is not None and discrimination < 0
    if is_sure_wrong or is_reversed or (len(good) >= FEW and _prefers_another(good)):
        yield "its key may be wrong"


def _prefers_another(answers: Sequence[ItemAnswer]) -> bool:
    """Whether one wrong option was chosen more often than the right one."""
    wrong = Counter(one.chosen for one in answers if not one.is_right)
    return max(wrong.values(), default=0) > sum(one.is_right for one in answers)
