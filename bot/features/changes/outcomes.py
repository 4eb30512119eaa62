"""What became of sending a change to a receiver, and when to try again."""

from dataclasses import dataclass
from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Outcome:
    """Whether a receiver took a change: when not, the `problem`, in a word.

    With `is_down` the problem is the receiver's, whatever it is sent; otherwise it is about this change.
    """

    problem: str = ""
    is_down: bool = False

    @property
    def is_taken(self) -> bool:
        """Whether the change is done with."""
        return not self.problem


TAKEN = Outcome()

UNFINISHED = "unfinished"
"""The problem when there is more to do than one turn has time for."""

NO_PROFILES = "no_profiles"
"""The problem when Slack does not say who people are."""


def down(problem: str) -> Outcome:
    """Return the outcome of a receiver that takes nothing now."""
    return Outcome(problem, is_down=True)


OF_THE_RECEIVER = frozenset({401, 403, 404, 405, 407, 408, 410, 425, 429})
"""Answers of the 400s that are not about what was sent."""


def of_status(status: int) -> Outcome:
    """Return what an HTTP status means. A redirect is a problem: nothing follows it."""
    if 200 <= status < 300:
        return TAKEN
    is_about_change = 400 <= status < 500 and status not in OF_THE_RECEIVER
    return Outcome(str(status), is_down=not is_about_change)


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries in a row: twice as long each time, up to an hour."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 20)), LONGEST_PAUSE)
