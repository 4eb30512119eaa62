"""Which form the next check-in has, depending on how many were left unanswered."""

from typing import Literal

from coaching.timing import IGNORED_PAUSED, IGNORED_SLOWER

CheckinForm = Literal["ask", "offer", "slower", "pause"]

ASK: CheckinForm = "ask"
"""Asks how the step went that the member chose."""

OFFER: CheckinForm = "offer"
"""Offers a step to a member who is trying none, without mentioning the unanswered check-ins."""

SLOWER: CheckinForm = "slower"
"""Asks or offers, and says that check-ins now come half as often."""

PAUSE: CheckinForm = "pause"
"""Says that check-ins are paused, with a button to resume."""


def checkin_form(*, ignored_before: int, is_trying: bool) -> CheckinForm:
    """Return the form of the next check-in after this many unanswered ones.

    `is_trying` says that the member chose a step and has not said yet how it went.
    """
    if ignored_before >= IGNORED_PAUSED:
        return PAUSE
    if ignored_before == IGNORED_SLOWER:
        return SLOWER
    return ASK if is_trying else OFFER
