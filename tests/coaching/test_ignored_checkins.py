"""How often check-ins come when they are not answered, and which form they have."""

import pytest

from coaching.timing import WEEKS, Cadence, CheckinForm, Rule, checkin_form, effective_rule


@pytest.mark.parametrize(
    ("cadence", "answering", "slower"),
    [
        ("weekly", "weekly", "fortnightly"),
        ("fortnightly", "fortnightly", "monthly"),
        ("monthly", "monthly", "bimonthly"),
        ("off", None, None),
    ],
)
def test_three_ignored_messages_halve_the_cadence_and_five_end_it(
    cadence: Cadence, answering: Rule | None, slower: Rule | None
) -> None:
    rules = [effective_rule(cadence, ignored) for ignored in range(7)]
    assert rules == [answering] * 3 + [slower] * 2 + [None] * 2


@pytest.mark.parametrize("cadence", ["weekly", "fortnightly", "monthly"])
def test_slower_is_half_as_often(cadence: Cadence) -> None:
    before, after = effective_rule(cadence, 2), effective_rule(cadence, 3)
    assert before is not None
    assert after is not None
    assert WEEKS[after] == 2 * WEEKS[before]


@pytest.mark.parametrize(
    ("ignored", "trying", "form"),
    [
        (0, True, "ask"),
        (0, False, "offer"),
        (1, True, "ask"),
        (2, False, "offer"),
        (3, True, "slower"),
        (3, False, "slower"),
        (4, True, "ask"),
        (5, True, "pause"),
        (9, False, "pause"),
    ],
)
def test_the_form_after_each_number_of_ignored_checkins(
    ignored: int, form: CheckinForm, *, trying: bool
) -> None:
    assert checkin_form(ignored_before=ignored, is_trying=trying) == form


@pytest.mark.parametrize("cadence", ["weekly", "fortnightly", "monthly"])
def test_the_announced_change_is_the_one_that_is_planned(cadence: Cadence) -> None:
    """The check-in that announces a change is the last one at the old cadence, or the last one of all."""
    said = [checkin_form(ignored_before=ignored, is_trying=True) for ignored in range(6)]
    rules = [effective_rule(cadence, ignored) for ignored in range(6)]
    assert rules.index(effective_rule(cadence, 3)) == said.index("slower")
    assert rules.index(None) == said.index("pause")
