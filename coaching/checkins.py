"""How often check-ins come and which form the next one has, depending on how many were left unanswered.

A member who ignores check-ins hears less: half as often after three in a row, not at all after five.
"""

from typing import Literal

from coaching.timing import Rule

Cadence = Literal["weekly", "fortnightly", "monthly", "off"]
"""How often a member has asked for check-ins."""

CheckinForm = Literal["ask", "offer", "slower", "pause"]

ASK: CheckinForm = "ask"
"""Asks how the step went that the member chose."""

OFFER: CheckinForm = "offer"
"""Offers a step to a member who is trying none, without mentioning the unanswered check-ins."""

SLOWER: CheckinForm = "slower"
"""Asks or offers, and says that check-ins now come half as often."""

PAUSE: CheckinForm = "pause"
"""Says that check-ins are paused, with a button to resume."""

IGNORED_SLOWER = 3
"""After this many ignored check-ins in a row they come half as often."""

IGNORED_PAUSED = 5
"""After this many ignored check-ins in a row they are paused."""

_SLOWER: dict[Rule, Rule] = {
    "weekly": "fortnightly",
    "fortnightly": "monthly",
    "monthly": "bimonthly",
}


def effective_rule(cadence: Cadence, ignored: int) -> Rule | None:
    """Return the rule by which check-ins are planned; None when they are off or paused.

    `ignored` counts the unanswered ones before the check-in from which the next is planned. So the sixth,
    which says that check-ins are paused, is still planned, and none after it.
    """
    if cadence == "off" or ignored >= IGNORED_PAUSED:
        return None
    return _SLOWER[cadence] if ignored >= IGNORED_SLOWER else cadence


def checkin_form(*, ignored_before: int, is_trying: bool) -> CheckinForm:
    """Return the form of the next check-in after this many unanswered ones.

    `is_trying` says that the member chose a step and has not said yet how it went.
    """
    if ignored_before >= IGNORED_PAUSED:
        return PAUSE
    if ignored_before == IGNORED_SLOWER:
        return SLOWER
    return ASK if is_trying else OFFER
