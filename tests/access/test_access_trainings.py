"""Coordinators confirm trainings: one by one, or by a list that is checked line by line first."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.features.access.coordinator_views import (
    CONFIRM_OPEN,
    DAY,
    LINES,
    LIST_OPEN,
    LIST_TAKE,
    PERSON,
    TRAINING,
    WITHDRAW_OPEN,
    Preview,
)
from bot.slack.installation import SCOPES
from coaching.access.training_list import TrainingLine, parse_list
from tests.access.office import BASICS, POLICY, SAFETY, Office, presses, writes
from tests.shared_stage import newcomer_of
from tests.stage import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

TODAY = date(2026, 3, 2)


@pytest.fixture
def sofia(office: Office) -> Person:
    """A coordinator."""
    return office.person("sofia")


async def fills(
    person: Person, who: str, *, training: str = SAFETY, day: date | None = None
) -> None:
    """Send the open form about one person."""
    option: dict[str, Any] = next(
        one
        for block in person.view.blocks
        for one in (block.get("element") or {}).get("options", ())
        if one["value"] == training
    )
    state: dict[str, Any] = {
        PERSON: {PERSON: {"type": "users_select", "selected_user": who}},
        TRAINING: {TRAINING: {"type": "static_select", "selected_option": option}},
    }
    if day is not None:
        state[DAY] = {DAY: {"type": "datepicker", "selected_date": day.isoformat()}}
    await person.stage.playground.submit(person.id, person.view.id, state)
    await person.stage.settle()


async def confirms(person: Person, who: str, day: date = TODAY) -> None:
    """Open the form to confirm a training, and send it."""
    await person.types("/rungs access trainings")
    await person.clicks("Confirm one")
    await fills(person, who, day=day)


async def test_one_is_confirmed_and_withdrawn(
    office: Office, newcomer: Person, sofia: Person
) -> None:
    await sofia.types("/rungs access trainings")
    assert "• *Safety &lt;first&gt;* (`safety`): What to keep in mind." in sofia.reads()
    await confirms(sofia, newcomer.id)
    assert f"*Confirmed:* <@{newcomer.id}> completed “Safety &lt;first&gt;”" in sofia.reads()
    assert await office.completed(newcomer) == {SAFETY: TODAY}
    await confirms(sofia, newcomer.id, TODAY - timedelta(days=1))
    assert "so nothing was changed." in sofia.reads()
    assert await office.completed(newcomer) == {SAFETY: TODAY}
    await sofia.clicks("Withdraw one")
    await fills(sofia, newcomer.id)
    assert f"isn't confirmed for <@{newcomer.id}> anymore." in sofia.reads()
    assert await office.completed(newcomer) == {}
    await sofia.clicks("Withdraw one")
    await fills(sofia, newcomer.id)
    assert "isn't confirmed for" in sofia.reads()


async def test_what_cannot_be_confirmed_is_refused(
    office: Office, newcomer: Person, sofia: Person
) -> None:
    await confirms(sofia, sofia.id)
    assert "Nobody confirms their own training." in sofia.reads()
    await confirms(sofia, newcomer.id, TODAY + timedelta(days=1))
    assert "Tuesday, March 3 hasn't come yet." in sofia.reads()
    await confirms(sofia, newcomer.id, date(1826, 3, 2))
    assert "is too long ago." in sofia.reads()
    await confirms(sofia, office.person("sam").id)
    assert "isn't an active member of this workspace." in sofia.reads()
    await sofia.clicks("Withdraw one")
    await fills(sofia, sofia.id)
    assert "Nobody confirms their own training." in sofia.reads()
    for person in (sofia, newcomer, office.person("sam")):
        assert await office.completed(person) == {}


async def test_only_coordinators_confirm(office: Office, newcomer: Person, sofia: Person) -> None:
    other = newcomer_of(office.stage)
    value = f"{other.id},{SAFETY},20260302"
    await newcomer.types("/rungs access trainings")
    assert "You don't confirm trainings right now." in newcomer.reads()
    for action in (CONFIRM_OPEN, WITHDRAW_OPEN, LIST_OPEN, LIST_TAKE):
        await presses(newcomer, action, value)
        assert "You don't confirm trainings right now." in newcomer.reads()
        assert newcomer.view is None
    # One whose role ends while their form is open.
    await sofia.types("/rungs access trainings")
    await sofia.clicks("Confirm one")
    await office.names("training_coordinator", "omar")
    await fills(sofia, other.id, day=TODAY)
    assert "You don't confirm trainings right now." in sofia.reads()
    await presses(sofia, LIST_TAKE, value)
    assert "You don't confirm trainings right now." in sofia.reads()
    await office.names("training_coordinator", "sofia")
    assert await office.completed(other) == {}


async def test_a_list_is_shown_line_by_line_before_it_is_saved(
    office: Office, newcomer: Person, sofia: Person
) -> None:
    service = office.stage.playground.service
    service.granted = frozenset({*SCOPES, "users:read.email"})
    workspace = office.stage.playground.workspace
    (pretender,) = workspace.add_people(1, channel=workspace.channel("growth").id)
    pretender.handle, pretender.email = "nobody@example.com", "somebody@example.com"
    await sofia.types("/rungs access trainings")
    await sofia.clicks("Paste a list")
    lines = [
        f"{newcomer.id}, {SAFETY}, 2026-03-01",
        "Omar@example.com;basics;2026-02-28",
        '"@kenji"\tbasics\t2026-02-27',
        f"{sofia.id},basics,2026-02-27",
        "sam@example.com,basics,2026-02-27",
        "nobody@example.com,basics,2026-02-27",
        "U0NOBODY,basics,2026-02-27",
        "",
        "omar@example.com,juggling,2026-02-27",
        "omar@example.com,basics,27.2.2026",
        "omar@example.com,basics,2026-03-03",
        f"<@{newcomer.id}>,{SAFETY},2026-03-01",
        "`omar` *basics*",
    ]
    await writes(sofia, "\n".join(lines), LINES)
    text = sofia.reads()
    assert "*Three lines can be confirmed.* Nothing is saved yet. Nine lines can't:" in text
    for number, problem in (
        (4, "nobody confirms their own training"),
        (5, "this person is a guest"),
        (6, "no member has this name, address or ID"),
        (7, "no member has this name, address or ID"),
        (9, "there's no training with this id"),
        (10, "the day isn't a date like 2026-03-02"),
        (11, "this day hasn't come yet"),
        (12, "an earlier line says the same"),
        (13, "three parts are expected"),
    ):
        assert any(f"Line {number}," in one and problem in one for one in text.splitlines()), number
    assert f"• <@{newcomer.id}>: “Safety &lt;first&gt;”, Sunday, March 1" in text
    assert await office.completed(newcomer) == {}
    preview = sofia.card
    await sofia.clicks("Confirm 3")
    assert "*Confirmed: three lines.*" in sofia.reads()
    assert await office.completed(newcomer) == {SAFETY: date(2026, 3, 1)}
    assert await office.completed(office.person("omar")) == {BASICS: date(2026, 2, 28)}
    assert await office.completed(office.person("kenji")) == {BASICS: date(2026, 2, 27)}
    button = {"type": "button", "text": {"type": "plain_text", "text": "Confirm 3"}}
    value = f"{newcomer.id},{SAFETY},20260301"
    await sofia.clicks_element(preview, "again", {**button, "action_id": LIST_TAKE, "value": value})
    await office.stage.settle()
    assert "Confirmed already, for that day or a later one: one line." in sofia.reads()
    service.granted = frozenset(SCOPES)


async def test_lines_that_cannot_be_read_are_offered_again(
    office: Office, newcomer: Person, sofia: Person
) -> None:
    await sofia.types("/rungs access trainings")
    await sofia.clicks("Paste a list")
    await writes(sofia, f"omar@example.com, safety, 2026-03-01\n{newcomer.id},safety", LINES)
    assert "*No line can be confirmed.* Nothing was saved. Two lines can't:" in sofia.reads()
    assert "Rungs may not look up email addresses here" in sofia.reads()
    await sofia.clicks("Correct it")
    (field,) = (block["element"] for block in sofia.view.blocks if "element" in block)
    kept = f"omar@example.com, safety, 2026-03-01\n{newcomer.id},safety"
    assert field["initial_value"] == kept
    await writes(sofia, " \n", LINES)
    assert "The list has no line in it." in sofia.reads()


async def test_a_forged_list_is_taken_no_further_than_a_typed_one(
    office: Office, newcomer: Person, sofia: Person
) -> None:
    value = "\n".join(
        [
            f"{sofia.id},{SAFETY},20260301",
            f"{newcomer.id},juggling,20260301",
            f"{newcomer.id},{SAFETY},20990101",
            f"{newcomer.id},{SAFETY},x",
            f"<!channel>,{SAFETY},20260301",
        ]
    )
    await presses(sofia, LIST_TAKE, value)
    assert "Not saved, because the person or the training is gone: five lines." in sofia.reads()
    assert await office.completed(sofia) == {}
    assert await office.completed(newcomer) == {}


async def test_a_long_list_is_cut_where_a_button_is_full() -> None:
    text = "\n".join(f"U{number:05},safety,2026-03-01" for number in range(90))
    lines = parse_list(text, POLICY.trainings, today=TODAY)
    preview = Preview.of(lines)
    assert len(preview.good) == 86
    assert {one.problem for one in preview.bad} == {"long"}
    assert sum(len(f"{one.person},{one.training},20260301\n") for one in preview.good) <= 2000


async def test_a_list_of_slips_fits_a_card(office: Office, sofia: Person) -> None:
    await sofia.types("/rungs access trainings")
    await sofia.clicks("Paste a list")
    await writes(sofia, "&\n" * 1000, LINES)
    assert "*No line can be confirmed.*" in sofia.reads()
    assert "• And 9" in sofia.reads()
    await sofia.clicks("Correct it")
    assert sofia.view_text.startswith("Paste a list")
    await sofia.closes()


@pytest.mark.parametrize(
    "text", ['"', "a,b", "a,b,c,d", ",,", "a,safety,", "a\x00b,safety,2026-03-01x", "x" * 5000]
)
async def test_no_line_breaks_the_list(text: str) -> None:
    (line,) = parse_list(text, POLICY.trainings, today=TODAY)
    assert isinstance(line, TrainingLine)
    assert line.problem in ("form", "date")
