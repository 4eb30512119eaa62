"""Months of check-ins: from the result to answers, fewer check-ins, a pause, and resuming."""

from collections.abc import AsyncIterator
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from storage.steps import steps
from tests.checkins.calendar import Season, assessed, running_weeks, season
from tests.self_check.ladder import MIXED, climbs
from tests.self_check.test_result import title
from tests.stage import BOTH, Person, buttons, labels, shown


@pytest.fixture
async def spring(stage_url: str) -> AsyncIterator[Season]:
    async with season(stage_url) as ready:
        yield ready


@pytest.fixture
async def ada(spring: Season) -> Person:
    person = spring.stage.person("ada")
    await assessed(person)
    return person


async def answer(person: Person, label: str) -> None:
    await person.clicks(label, on=person.card)


def tip_title(person: Person) -> str:
    """Return the title of the step in the newest message."""
    return person.reads().split("*")[1] if "*" in person.reads() else ""


async def test_a_check_in_asks_about_the_step_and_done_brings_the_next(
    spring: Season, ada: Person
) -> None:
    await ada.clicks("I'll try it")
    said = await spring.comes(ada)
    assert said.startswith('How did "')
    assert "You chose it" in said
    assert labels(ada.card) == [["Done", "Partly", "Not yet", "Not for me"], ["Fewer of these"]]
    assert "because you finished a self-check" in said
    await answer(ada, "Done")
    assert "*Done: " in ada.reads()
    assert "Next check-in: " in ada.reads()
    assert "I'll try it" in str(labels(ada.card))
    async with spring.stage.database.read() as session:
        (said_of,) = await steps.list_practices(session, ada.key)
    assert said_of.outcome == "done"


@BOTH
async def test_check_ins_come_every_second_week_and_no_tip_repeats(
    spring: Season, ada: Person
) -> None:
    dates, asked = [], []
    for count in range(1, 7):
        await ada.clicks("I'll try it")
        said = await spring.comes(ada)
        dates.append(await spring.local(ada))
        asked.append(said.split('"')[1])
        await answer(ada, "Done")
        assert ("That makes five steps. The last five:" in ada.reads()) is (count == 5)
    gaps = {(after - before).days for before, after in pairwise(dates)}
    assert gaps == {14}
    assert len(set(asked)) == 6


@BOTH
async def test_silence_is_never_mentioned_then_slower_then_a_pause(
    spring: Season, ada: Person
) -> None:
    said, dates = [], []
    for _ in range(6):
        said.append(await spring.comes(ada))
        dates.append(await spring.local(ada))
    assert all(one.startswith("Here's one ") for one in said[:5])
    assert "Check-ins now come every fourth " in said[3]
    assert "Check-ins now" not in said[1] + said[2] + said[4]
    assert said[5].startswith("Check-ins are paused.")
    gaps = [(after - before).days for before, after in pairwise(dates)]
    assert gaps == [14, 14, 14, 28, 28]
    plan = await spring.planned(ada)
    assert plan.next_due_at is None
    posted = len(ada.messages())
    spring.calendar.turn(days=120)
    await spring.work()
    assert len(ada.messages()) == posted


@BOTH
async def test_silence_never_takes_the_chosen_step_away(spring: Season, ada: Person) -> None:
    await ada.clicks("I'll try it")
    said = [await spring.comes(ada) for _ in range(6)]
    chosen = said[0].split('"')[1]
    assert said[0].startswith(f'How did "{chosen}" go? You chose it')
    for one in said[1:5]:
        assert one.startswith(f'"{chosen}" is still your step. How is it going?')
        assert "Done when: " in one
    assert "Check-ins now come every fourth " in said[3]
    assert "Check-ins now" not in said[1] + said[2] + said[4]
    await answer(ada, "Resume")
    assert f"*{chosen}*" in ada.reads()
    assert ["Done", "Show another", "Not for me"] in labels(ada.card)


@BOTH
async def test_a_chosen_step_goes_through_two_ladders_and_three_weeks(stage_url: str) -> None:
    async with running_weeks(stage_url) as weeks:
        ada = weeks.stage.person("ada")
        await ada.types("/rungs assess coding")
        await climbs(ada, MIXED)
        chosen, result = title(ada), ada.card
        await ada.types("/rungs checkin weekly")
        await ada.clicks("I'll try it", on=result)
        promised = shown(result).split("Next check-in: ")[1].splitlines()[0]
        await assessed(ada, "AAA", family="marketing")
        waiting, in_line = ada.card, title(ada)
        assert f'This step waits in line.* You are trying "{chosen}"' in shown(waiting)
        for reply in ("Not yet", None, "Partly"):
            said = await weeks.comes(ada)
            assert chosen in said.splitlines()[0]
            assert labels(ada.card)[0] == ["Done", "Partly", "Not yet", "Not for me"]
            due = weeks.calendar.now.astimezone(ZoneInfo("Africa/Lagos"))
            day, about = promised.rstrip(".").split(", around ")
            assert f"{due:%A, %B} {due.day}" in day
            hour, minute = map(int, about.split(":"))
            assert abs(due.hour * 60 + due.minute - hour * 60 - minute) <= 15
            if reply:
                await answer(ada, reply)
            await ada.types("/rungs checkin")
            promised = ada.reads().split("Next check-in: ")[1].splitlines()[0]
        await ada.types("/rungs step")
        assert title(ada) == chosen
        await answer(ada, "Done")
        await answer(ada, "Next step")
        assert title(ada) == in_line
        assert labels(ada.card)[0][0] == "I'll try it"
        await weeks.comes(ada)
        assert ada.reads().startswith("Here's one ")


async def test_each_offer_after_silence_is_another_tip(spring: Season, ada: Person) -> None:
    titles = []
    for _ in range(4):
        await spring.comes(ada)
        titles.append(ada.card.text.split("*")[1] if "*" in ada.card.text else ada.card.text)
    assert len(set(titles)) == 4


async def test_one_tap_resumes_after_a_pause(spring: Season, ada: Person) -> None:
    for _ in range(6):
        await spring.comes(ada)
    spring.calendar.turn(days=40)
    await answer(ada, "Resume")
    assert ada.reads().startswith("*Welcome back.*")
    assert "I'll try it" in str(labels(ada.card))
    assert "Next check-in: " in ada.reads()
    await ada.clicks("I'll try it", on=ada.card)
    assert (await spring.comes(ada)).startswith('How did "')
    for _ in range(5):
        await spring.comes(ada)
    await answer(ada, "Resume")
    assert ada.reads().startswith("*Welcome back.* The step you chose is still yours.")


async def test_an_answer_brings_the_chosen_cadence_back(spring: Season, ada: Person) -> None:
    for _ in range(4):
        await spring.comes(ada)
    assert "Check-ins now come every fourth " in ada.reads()
    await answer(ada, "I'll try it")
    first = await spring.local(ada)
    await spring.comes(ada)
    assert (await spring.local(ada) - first).days == 14


async def test_a_series_shows_its_place_and_goes_on(spring: Season) -> None:
    omar = spring.stage.person("omar")
    await assessed(omar, "CCC", family="sales")
    seen = []
    for _ in range(5):
        await omar.clicks("I'll try it")
        said = await spring.comes(omar)
        if "lesson" in said:
            seen.append(said[said.index("lesson ") :].split(".")[0])
        await answer(omar, "Done")
    assert seen[:3] == ["lesson 1 of 10", "lesson 2 of 10", "lesson 3 of 10"]


@BOTH
async def test_ninety_days_later_a_new_self_check_is_offered(spring: Season, ada: Person) -> None:
    await ada.clicks("I'll try it")
    await spring.comes(ada)
    await answer(ada, "Done")
    said = await spring.comes(ada, "reassess")
    assert said.startswith("Take a new self-check: three questions")
    assert "Since then you finished one step: one about " in said
    assert "tier" not in said
    await ada.clicks("Start the self-check")
    assert "Engineering · 1 of 3" in ada.reads()


@BOTH
async def test_one_reminder_ever(spring: Season) -> None:
    mei = spring.stage.person("omar")
    await mei.types("/rungs assess sales")
    await mei.answers("A")
    said = await spring.comes(mei, "reminder")
    assert said.startswith("Continue your self-check: Sales, one of three answered.")
    await mei.clicks("No, thanks")
    assert "No more reminders" in mei.reads()
    await mei.types("/rungs assess")
    plan = await spring.planned(mei, "reminder")
    assert plan.next_due_at is None


async def test_who_finishes_gets_no_reminder(spring: Season) -> None:
    omar = spring.stage.person("omar")
    await omar.types("/rungs assess sales")
    assert (await spring.planned(omar, "reminder")).next_due_at is not None
    await omar.answers("ABC")
    plan = await spring.planned(omar, "reminder")
    assert plan.next_due_at is None


async def test_the_reminder_continues_where_it_stopped(spring: Season) -> None:
    omar = spring.stage.person("omar")
    await omar.types("/rungs assess sales")
    await omar.answers("A")
    await spring.comes(omar, "reminder")
    await omar.clicks("Continue")
    assert "Sales · 2 of 3" in omar.reads()
    await omar.answers("BC")
    assert "Your self-check" in omar.reads()
    assert [e["text"]["text"] for _, e in buttons(omar.card)]
