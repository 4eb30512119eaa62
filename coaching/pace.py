"""How often the coach comes, and what it says, when nobody answers."""

from typing import Literal

from coaching.timing import Rule

Cadence = Literal["weekly", "fortnightly", "monthly", "off"]
"""How often a member wants to hear from the coach."""

Form = Literal["ask", "offer", "slower", "pause"]

ASK: Form = "ask"
"""How did the last step go?"""

OFFER: Form = "offer"
"""A step to try, without a question and without a word about the silence."""

SLOWER: Form = "slower"
"""An offer, and that messages now come half as often."""

PAUSE: Form = "pause"
"""That messages are paused, with one tap to resume."""

IGNORED_SLOWER = 3
"""After so many ignored messages in a row they come half as often."""

IGNORED_PAUSED = 5
"""After so many ignored messages in a row they are paused."""

_SLOWER: dict[Rule, Rule] = {
    "weekly": "fortnightly",
    "fortnightly": "monthly",
    "monthly": "bimonthly",
}


def effective_rule(cadence: Cadence, ignored: int) -> Rule | None:
    """The rule by which check-ins really come; None when they are off or paused.

    `ignored` counts the unanswered ones before the check-in that is planned from: the sixth, which says that
    messages are paused, still comes, and none after it.
    """
    if cadence == "off" or ignored >= IGNORED_PAUSED:
        return None
    return _SLOWER[cadence] if ignored >= IGNORED_SLOWER else cadence


def fitting_form(*, ignored_before: int, has_step: bool, last_answered: bool) -> Form:
    """What the next check-in is, after so many unanswered ones.

    `has_step`: the member has a step to be asked about. `last_answered`: how that step went has been said.
    """
    if ignored_before >= IGNORED_PAUSED:
        return PAUSE
    if ignored_before == IGNORED_SLOWER:
        return SLOWER
    return ASK if ignored_before == 0 and has_step and not last_answered else OFFER
