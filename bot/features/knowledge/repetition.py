"""When a question comes back for practice: the one module that uses the library fsrs.

FSRS estimates from each answer how long somebody will remember, and brings the question back when the chance
of remembering has fallen to nine in ten. It has no learning steps here and no random part, so the same
answers always lead to the same dates.
"""

from dataclasses import dataclass
from datetime import datetime

from fsrs import Card, Rating, Scheduler, State

LONGEST_DAYS = 90
"""A question comes back after so many days at the latest."""

SCHEDULER = Scheduler(
    learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS, enable_fuzzing=False
)


@dataclass(frozen=True)
class Memory:
    """What is known of how well somebody remembers, and when the question comes back."""

    stability: float
    difficulty: float
    reviewed_at: datetime
    due_at: datetime


def after_answer(before: Memory | None, *, is_right: bool, sure: int, now: datetime) -> Memory:
    """Return the memory after an answer; `before` is None for a question that was not asked before.

    A wrong answer counts as forgotten. A right one counts as hard, good or easy by how sure somebody was.
    """
    card = Card(card_id=0, due=now)
    if before:
        card = Card(
            card_id=0,
            state=State.Review,
            stability=before.stability,
            difficulty=before.difficulty,
            due=before.due_at,
            last_review=before.reviewed_at,
        )
    right = {1: Rating.Hard, 2: Rating.Good, 3: Rating.Easy}
    rating = right[sure] if is_right else Rating.Again
    reviewed, _ = SCHEDULER.review_card(card, rating, now)
    if reviewed.stability is None or reviewed.difficulty is None:
        raise ValueError("fsrs returned a card without a memory after a review.")
    return Memory(reviewed.stability, reviewed.difficulty, now, reviewed.due)
