"""Stop, pause and resume in a member's own words: done at once, said in one line, and undone by a button."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
import pytest_asyncio

from bot.slack.phrases import day_words
from storage import checkins
from storage.checkins import CHECKIN, REASSESS, REMINDER
from storage.outbox import schedules
from tests.checkins.calendar import Season, assessed, pace_of, season, sets
from tests.shared_stage import newcomer_of
from tests.stage import Person, labels, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

STOPPED = "*Stopped.* Rungs won't message you on its own anymore."
QUESTION = "Do you want to stop all messages that Rungs sends on its own, or pause them until "


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def spring(long_url: str) -> AsyncIterator[Season]:
    """A season that the tests of this file share, each with a member of its own."""
    async with season(long_url) as ready:
        yield ready


@pytest_asyncio.fixture(loop_scope="module")
async def ada(spring: Season) -> Person:
    person = newcomer_of(spring.stage)
    await assessed(person)
    return person


async def is_planned(spring: Season, person: Person) -> bool:
    """Return whether a check-in or an invitation is planned."""
    workspace, user = person.key.workspace_id, person.key.user_id
    async with spring.stage.database.read() as session:
        plans = [
            await schedules.get(session, workspace, kind, user) for kind in (CHECKIN, REASSESS)
        ]
    return any(plan and plan.next_due_at for plan in plans)


async def paused_until(spring: Season, person: Person, day: date) -> str:
    told = day_words(day, today=await spring.local(person))
    return f"*Paused.* Nothing will be sent before {told}."


@pytest.mark.parametrize(
    "typed",
    [
        "stop",
        "STOP.",
        "/rungs stop",
        "/rungs stop messaging me",
        "/rungs checkin stop messaging me",
        "stop messaging me",
        "Please stop messaging me!",
        "Can you stop sending me these messages?",
        "I don’t want any more messages",
        "unsubscribe",
        "“Unsubscribe”",
        "unsubscribe me please",
        "no more messages",
        "/rungs no more messages",
        "No more messages, thanks",
        "don't message me again",
        "turn it off",
        "opt out",
        "leave me alone",
    ],
)
async def test_stop_ends_all_messages_at_once(spring: Season, ada: Person, typed: str) -> None:
    before = len(ada.messages())
    await ada.types(typed)
    assert ada.reads().startswith(STOPPED)
    assert len(ada.messages()) == before + 1
    assert "\n" not in ada.card.text
    assert labels(ada.card) == [["Undo"]]
    assert (await pace_of(ada)).cadence == "off"
    assert not await is_planned(spring, ada)


async def test_nothing_comes_after_stop(spring: Season) -> None:
    """Neither of what was due when they said it: check-in, invitation and reminder."""
    omar, lena = newcomer_of(spring.stage), newcomer_of(spring.stage)
    await assessed(omar)
    await lena.types("/rungs assess engineering")
    plans = [(omar, CHECKIN), (omar, REASSESS), (lena, REMINDER)]
    due = [(await spring.planned(person, kind)).next_due_at for person, kind in plans]
    await omar.types("stop")
    await lena.types("unsubscribe")
    read = [len(one.messages()) for one in (omar, lena)]
    start = spring.calendar.now
    try:
        for moment in sorted(one for one in due if one):
            spring.calendar.now = moment + timedelta(seconds=1)
            await spring.work()
    finally:
        spring.calendar.now = start
    assert None not in due
    assert [len(one.messages()) for one in (omar, lena)] == read


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("pause for two weeks", 14),
        ("/rungs pause for two weeks", 14),
        ("pause", 14),
        ("not now", 14),
        ("Not now, thanks.", 14),
        ("/rungs not now", 14),
        ("pause for a while", 14),
        ("snooze for 3 days", 3),
        ("pause until tomorrow", 1),
        ("not today", 1),
        ("snooze until Monday", 7),  # today is a Monday
        ("/rungs snooze until Monday", 7),
        ("snooze until friday", 4),
        ("not until next week, please", 7),
        ("next week", 7),
        ("pause for a month", 31),
        ("pause until March 20", 18),
        ("pause until Friday, March 20th", 18),
        ("I'm on vacation until 20 March", 18),
        ("mute through Friday", 5),
        ("remind me on Thursday", 3),
        ("stop for two weeks", 14),
        ("no messages until the 15th", 13),
        ("/rungs checkin pause for 5 days", 5),
    ],
)
async def test_a_pause_lasts_as_long_as_they_say(
    spring: Season, ada: Person, typed: str, days: int
) -> None:
    await ada.types(typed)
    until = await spring.local(ada) + timedelta(days=days)
    assert ada.reads().startswith(await paused_until(spring, ada, until))
    assert labels(ada.card) == [["Undo"]]
    assert (await pace_of(ada)).snoozed_until == until
    assert (await spring.planned(ada)).next_on >= until  # type: ignore[operator]


async def test_the_day_is_that_of_the_members_zone(spring: Season, ada: Person) -> None:
    # It is Monday at 13:00 in UTC, and Tuesday in Auckland.
    await spring.stage.playground.move_to_zone(ada.id, "Pacific/Auckland")
    await spring.stage.settle()
    await ada.types("pause until tomorrow")
    assert (await pace_of(ada)).snoozed_until == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("pause until the release", '"until the release" as a day'),
        ("pause until 12/8", '"until 12/8" as a day'),
        ("snooze for <!channel> & co", '"for channel co" as a day'),
        ("pause until yesterday", "couldn't read"),
        ("resume until never", '"until never" as a day'),
        ("/rungs resume until the release", '"until the release" as a day'),
        ("pause until February 30", "That day isn't in the future."),
        ("pause until 2020-01-01", "That day isn't in the future."),
        ("pause until March 1", "That day isn't in the future."),
        ("pause for 20 years", "That's more than a year away."),
    ],
)
async def test_a_time_that_cannot_be_read_is_asked_for(
    spring: Season, ada: Person, typed: str, why: str
) -> None:
    before = await pace_of(ada)
    await ada.types(typed)
    assert why in ada.reads()
    assert "othing was changed" in ada.reads()
    assert (await pace_of(ada)).snoozed_until == before.snoozed_until
    assert labels(ada.card) == [["Pause for 1 week", "Pause for 2 weeks"]]
    await ada.clicks("Pause for 1 week")
    until = await spring.local(ada) + timedelta(weeks=1)
    assert ada.reads().startswith(await paused_until(spring, ada, until))
    assert labels(ada.card) == [["Undo"]]


async def test_the_calendar_of_the_question_pauses_too(spring: Season, ada: Person) -> None:
    await ada.types("pause until the release")
    await sets(ada, "pace_break:until", {"selected_date": "2026-03-25"})
    assert ada.reads().startswith(await paused_until(spring, ada, date(2026, 3, 25)))
    await ada.types("until March 27")
    assert ada.reads().startswith(await paused_until(spring, ada, date(2026, 3, 27)))


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("stop or pause", 14),
        ("pause or stop?", 14),
        ("/rungs stop, or pause for 5 days", 5),
        ("Stop. Not now.", 14),
        ("how do I unsubscribe?", 14),
        ("Please stop messaging me. It is a bit much for me at the moment.", 14),
    ],
)
async def test_where_both_occur_two_buttons_ask(
    spring: Season, ada: Person, typed: str, days: int
) -> None:
    await ada.types(typed)
    until = await spring.local(ada) + timedelta(days=days)
    when = day_words(until, today=await spring.local(ada))
    assert ada.reads().startswith(f"{QUESTION}{when}?")
    asked = ada.card
    assert labels(asked) == [["Stop all messages", f"Pause until {when}"]]
    assert await is_planned(spring, ada)
    await ada.clicks(f"Pause until {when}", on=asked)
    assert ada.reads().startswith(await paused_until(spring, ada, until))
    await ada.types("pause or stop")
    await ada.clicks("Stop all messages")
    assert ada.reads().startswith(STOPPED)


@pytest.mark.parametrize(
    "typed",
    [
        "I can't stop using it",
        "I can’t stop",
        "don't stop",
        "we had to stop the release until Monday",
        "stop the deployment",
        "stop using passive voice in prompts",
        "stop by tomorrow",
        "I paused the campaign for two weeks",
        "the meeting is on Monday",
        "> stop",
        "no",
        "may",
        "stop @ada",
        "don't unsubscribe me",
        "not for me",
        "actually not",
        "how do you stop hallucinations",
        "does unsubscribe work",
    ],
)
async def test_other_sentences_change_nothing(ada: Person, typed: str) -> None:
    before = await pace_of(ada)
    await ada.types(typed)
    assert await pace_of(ada) == before
    assert "Stopped" not in ada.reads()
    assert QUESTION not in ada.reads()


async def test_undo_puts_back_exactly_what_stood_before(spring: Season, ada: Person) -> None:
    await ada.types("/rungs checkin weekly")
    await sets(ada, "pace_weekday", {"selected_option": "3"})
    await ada.types("pause until March 20")
    async with spring.stage.database.write() as session:
        await checkins.pause(session, ada.key, now=spring.calendar.now)
    for typed in ("stop", "pause for three days", "resume", "stop for a week"):
        before = await pace_of(ada)
        await ada.types(typed)
        assert (await pace_of(ada)).snoozed_until != before.snoozed_until or typed == "stop"
        await ada.clicks("Undo", on=ada.card)
        assert ada.reads().startswith("*Undone.*")
        assert "Undo" not in str(ada.card.blocks).replace("Undone", "")
        after = await pace_of(ada)
        assert after.model_dump(exclude={"heard_at"}) == before.model_dump(exclude={"heard_at"})


async def test_undo_of_stop_plans_the_same_day_again(spring: Season, ada: Person) -> None:
    planned = (await spring.planned(ada)).next_on
    await ada.types("unsubscribe")
    await ada.clicks("Undo")
    assert ada.reads().startswith("*Undone.* Check-ins come every other ")
    assert (await spring.planned(ada)).next_on == planned


async def test_undo_of_an_earlier_version_and_an_unknown_one(ada: Person) -> None:
    await ada.types("pause until March 20")
    card = ada.card
    (block,) = (block for block in card.blocks if block["type"] == "actions")
    for value, cadence in (("monthly", "monthly"), ("daily", "monthly"), ("off|x||", "monthly")):
        element = {**block["elements"][0], "value": value}
        await ada.clicks_element(card, block["block_id"], element)
        await ada.stage.settle()
        pace = await pace_of(ada)
        assert (pace.cadence, pace.snoozed_until) == (cadence, date(2026, 3, 20))


async def test_resume_brings_back_what_they_had(spring: Season, ada: Person) -> None:
    await ada.types("/rungs checkin weekly")
    await ada.types("stop")
    await ada.types("resume")
    assert ada.reads().startswith("*Resumed.* Next check-in: ")
    assert labels(ada.card) == [["Undo"]]
    assert (await pace_of(ada)).cadence == "weekly"
    await ada.clicks("Undo")
    assert (await pace_of(ada)).cadence == "off"
    await ada.types("/rungs resume on March 20")
    assert ada.reads().startswith(await paused_until(spring, ada, date(2026, 3, 20)))
    pace = await pace_of(ada)
    assert (pace.cadence, pace.snoozed_until) == ("weekly", date(2026, 3, 20))
    await ada.types("I'm back")
    assert (await pace_of(ada)).snoozed_until is None
    await ada.types("resume")
    assert ada.reads().startswith("Next check-in: ")
    assert labels(ada.card) == [["Message settings"]]


async def test_what_is_off_stays_off_and_says_so(ada: Person) -> None:
    await ada.types("stop")
    for typed in ("stop", "pause for two weeks"):
        await ada.types(typed)
        assert ada.reads().startswith("Check-ins are off, so Rungs won't message you on its own.")
        assert labels(ada.card) == [["Resume", "Message settings"]]
        assert (await pace_of(ada)).cadence == "off"
    await ada.clicks("Resume")
    assert (await pace_of(ada)).cadence == "fortnightly"


async def test_before_a_result_the_words_work_too(spring: Season) -> None:
    lena = newcomer_of(spring.stage)
    await lena.types("stop")
    assert lena.reads().startswith(STOPPED)
    assert "Welcome" not in " ".join(shown(one) for one in lena.messages())
    await assessed(lena)
    assert not await is_planned(spring, lena)
    await lena.types("resume")
    assert lena.reads().startswith("*Resumed.* Next check-in: ")
    assert await is_planned(spring, lena)


async def test_in_a_channel_one_person_reads_it_and_can_undo(ada: Person) -> None:
    await ada.types("/rungs stop messaging me", where=ada.channel)
    told = ada.messages(ada.channel)[-1]
    assert told.only_for == ada.id
    assert shown(told).startswith(STOPPED)
    await ada.clicks("Undo", on=told)
    assert ada.reads(ada.channel).startswith("*Undone.* Check-ins come every other ")
    assert (await pace_of(ada)).cadence == "fortnightly"


async def test_an_unknown_pace_shows_the_settings(ada: Person) -> None:
    await ada.types("/rungs checkin <hourly>")
    assert ada.reads().startswith("`&lt;hourly&gt;` isn't one of the choices below.")
