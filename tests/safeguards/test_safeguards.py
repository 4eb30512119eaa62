"""What admins set to protect members: who may, and that each of it holds."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.features.checkins.feature import FEATURE as CHECKINS
from bot.features.safeguards.feature import keep_less
from bot.features.safeguards.views import (
    MESSAGES,
    MINIMUM,
    OWNER,
    OWNER_WORDS,
    SAFEGUARDS,
    SWITCHED,
)
from playground.delivery.parcel import Parcel
from scheduler.batch import send_due
from scheduler.planner import plan_due
from storage import audit, checkins, holders
from storage.safeguards import DATA_OWNER
from storage.workspace_settings import ADMIN_ACT
from tests.admin_forms import fields, opens, sends
from tests.checkins.calendar import Season, assessed, pace_of, season
from tests.privacy.test_privacy import exported
from tests.slack.test_duplicate_deliveries import delivered
from tests.stage import BOTH, Person, Stage, shown
from tests.storage.lookups import messages_of
from tests.team_digest.channel import (
    GROWTH,
    LATER,
    MONDAY,
    SIX,
    SIX_LATER,
    WEEK,
    Growth,
    chart_of,
    growing,
)
from tests.team_digest.test_practice import tried

PEOPLE = "people* in this channel take part"


async def sets_up(person: Person, **values: Any) -> None:
    """Open the form and send it with these values."""
    await opens(person, SAFEGUARDS)
    await sends(person, **values)


@pytest.fixture
async def growth(stage_url: str) -> Any:
    async with growing(stage_url) as growth:
        yield growth


async def log_of(stage: Stage) -> list[dict[str, Any]]:
    """Return what the log has about changes by admins, oldest first."""
    async with stage.database.read() as session:
        rows = await audit.list_events(session, workspace_id=stage.playground.workspace.id)
    return [json.loads(row.about or "") for row in reversed(rows) if row.act == ADMIN_ACT]


async def test_only_admins_see_and_send_the_form(stage: Stage, ada: Person) -> None:
    noah = stage.person("noah")
    await opens(ada, SAFEGUARDS)
    assert ada.view is None
    await opens(noah, SAFEGUARDS)
    assert "Fewest people in a figure" in noah.view_text
    stage.playground.workspace.people[noah.id].admin = False
    await sends(noah, **{MINIMUM: "10"})
    assert await log_of(stage) == []


async def test_every_change_is_one_line_in_the_log_without_names(stage: Stage) -> None:
    noah, sofia = stage.person("noah"), stage.person("sofia")
    await sets_up(
        noah,
        **{MINIMUM: "10", OWNER: sofia.id, OWNER_WORDS: "Sofia's phone", SWITCHED: ["no_figures"]},
    )
    assert "*Saved.*" in noah.reads()
    assert await log_of(stage) == [
        {"setting": "min_group", "before": 0, "after": 10},
        {"setting": "data_owner_text", "before": "", "after": "in words"},
        {"setting": "no_figures", "before": False, "after": True},
        {"setting": DATA_OWNER, "before": "nobody", "after": "a member"},
    ]
    await sets_up(noah)
    assert "Nothing was changed." in noah.reads()
    assert len(await log_of(stage)) == 4


async def test_a_form_that_comes_again_takes_back_nothing_that_was_changed_since(
    stage: Stage,
) -> None:
    noah = stage.person("noah")
    await sets_up(noah, **{MINIMUM: "10"})
    first = delivered(stage.playground, "view_submission")
    await sets_up(noah, **{MINIMUM: "20"})
    told = len(noah.messages())
    copies = [Parcel("interactive", first.payload | {"copy": one}) for one in "ab"]
    await asyncio.gather(*map(stage.playground.service.courier.deliver, copies))
    await stage.settle()
    assert [one["after"] for one in await log_of(stage)] == [10, 20]
    assert len(noah.messages()) == told


async def test_members_read_what_is_set_and_who_answers(stage: Stage, ada: Person) -> None:
    noah, sofia = stage.person("noah"), stage.person("sofia")
    await ada.types("/rungs privacy")
    assert "In this workspace" not in ada.reads()
    every = [one["value"] for one in await _switches(noah)]
    await sends(
        noah,
        **{
            MINIMUM: "20",
            OWNER: sofia.id,
            OWNER_WORDS: "<!channel> & dpo@example.com",
            MESSAGES: "90",
            SWITCHED: every,
        },
    )
    await ada.types("/rungs privacy")
    page = ada.reads()
    assert f"Questions about this data go to <@{sofia.id}>: &lt;!channel&gt; &amp; dpo@" in page
    assert "need at least 20 of them" in page
    assert "Team digests name no one." in page
    assert "Team digests come without figures." in page
    assert "Check-ins are off until a member turns them on." in page
    assert "or why it did not: 90 days." in page


async def _switches(noah: Person) -> list[dict[str, Any]]:
    await opens(noah, SAFEGUARDS)
    return list(fields(noah)[SWITCHED]["options"])


async def test_whoever_answers_for_the_data_can_leave_it(stage: Stage) -> None:
    noah, sofia = stage.person("noah"), stage.person("sofia")
    await sets_up(noah, **{OWNER: sofia.id})
    await sofia.types("/rungs export")
    held = json.loads(exported(stage, sofia)[0])
    assert [row["role"] for row in held["settings"]["roles"]] == [DATA_OWNER]
    await sofia.types("/rungs forget")
    await sofia.clicks("Erase everything")
    async with stage.database.read() as session:
        assert await holders.named(session, sofia.key.workspace_id) == {}


async def test_a_bot_answers_for_nothing(stage: Stage) -> None:
    noah, omar = stage.person("noah"), stage.person("omar")
    stage.playground.workspace.people[omar.id].deactivated = True
    await sets_up(noah, **{OWNER: omar.id, MINIMUM: "10"})
    assert "Nothing was changed." in noah.reads()
    assert await log_of(stage) == []


async def test_the_minimum_is_only_raised_to_where_a_range_begins(stage: Stage) -> None:
    noah = stage.person("noah")
    await opens(noah, SAFEGUARDS)
    offered = [one["value"] for one in fields(noah)[MINIMUM]["options"]]
    assert offered == ["0", "10", "20", "50"]
    await sends(noah, **{MINIMUM: "0"})
    assert "Nothing was changed." in noah.reads()


@BOTH
async def test_a_raised_minimum_holds_at_once_and_a_lowered_one_from_the_next_week_on(
    growth: Growth,
) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    await sets_up(growth.noah, **{MINIMUM: "10"})
    first = await growth.digest(MONDAY)
    assert first
    assert "at least ten people" in first.text
    growth.clock.go(days=2)
    await sets_up(growth.noah, **{MINIMUM: "0"})
    assert "still keep what was stricter" in growth.noah.reads()
    running = await growth.digest(MONDAY + WEEK)
    assert running
    assert PEOPLE not in running.text
    following = await growth.digest(MONDAY + 2 * WEEK)
    assert following
    assert PEOPLE in following.text


@BOTH
async def test_digests_without_figures_have_the_experiment_alone(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    first = await growth.digest(MONDAY)
    assert first
    assert chart_of(first)
    await growth.assessed(SIX_LATER, number=LATER)
    await sets_up(growth.noah, **{SWITCHED: ["no_figures"]})
    second = await growth.digest(MONDAY + WEEK)
    assert second
    assert "*No figures.* Digests in this workspace come without them." in second.text
    assert "To try together this week" in second.text
    assert chart_of(second) is None
    assert "AI in parts of the work" not in second.text
    await growth.noah.types("/rungs team", where=GROWTH)
    assert "AI in parts of the work" not in growth.noah.reads(GROWTH)
    await growth.noah.types("/rungs team history", where=GROWTH)
    assert "come without figures" in growth.noah.reads(GROWTH)
    growth.clock.go(days=2)
    await sets_up(growth.noah, **{SWITCHED: []})
    running = await growth.digest(MONDAY + 2 * WEEK)
    assert running
    assert chart_of(running) is None
    following = await growth.digest(MONDAY + 3 * WEEK)
    assert following
    assert chart_of(following)
    assert PEOPLE in following.text


async def test_without_figures_a_channel_of_six_reads_like_one_of_two(growth: Growth) -> None:
    await growth.follows()
    await sets_up(growth.noah, **{SWITCHED: ["no_figures"]})
    texts = []
    for people, at in ((2, MONDAY), (6, MONDAY + WEEK)):
        await growth.assessed(SIX[:people], number=people)
        digest = await growth.digest(at)
        assert digest
        texts.append(shown(digest).split("*To try together")[0].split("\n", 1)[1])
    assert texts[0] == texts[1]


async def test_without_shout_outs_nobody_is_named(growth: Growth) -> None:
    await growth.assessed(SIX)
    await growth.follows()
    noah = growth.noah
    for handle, due, is_named in (("omar", MONDAY, True), ("lucia", MONDAY + WEEK, False)):
        growth.clock.at = due - timedelta(days=1)
        await tried(growth, handle)
        async with growth.stage.database.write() as session:
            key = growth.person(handle).key
            await checkins.save_sharing(session, key, shares=True, now=growth.clock())
        digest = await growth.digest(due)
        assert digest
        assert ("Shared with permission" in digest.text) is is_named
        await sets_up(noah, **{SWITCHED: ["no_shout_outs"]})
    await noah.types("/rungs checkin")
    assert "your workspace has turned them off" in noah.reads()
    assert "Turn on shout-outs" not in noah.reads()


@pytest.fixture
async def spring(stage_url: str) -> Any:
    async with season(stage_url) as ready:
        yield ready


async def works(stage: Stage) -> None:
    """Run the jobs for what is due, with the settings as another process reads them."""
    work = replace(stage.coach(CHECKINS.kinds), coaches=stage.bot.coaching.coaches)
    for job in (plan_due, send_due):
        while await job(work):
            pass
    await stage.settle()


async def test_without_reminders_an_open_self_check_is_not_recalled(spring: Season) -> None:
    ada, noah = spring.stage.person("ada"), spring.stage.person("noah")
    await ada.types("/rungs assess engineering")
    await ada.answers("A")
    await sets_up(noah, **{SWITCHED: ["no_reminders"]})
    before = len(ada.messages())
    await spring.until_due(ada, "reminder")
    await works(spring.stage)
    assert len(ada.messages()) == before
    async with spring.stage.database.read() as session:
        (row,) = await messages_of(session, ada.key)
    assert (row.kind, row.state, row.reason) == ("reminder", "skipped", "no_reminders")


async def test_without_reminders_nobody_is_invited_to_a_new_self_check(spring: Season) -> None:
    ada, noah = spring.stage.person("ada"), spring.stage.person("noah")
    await assessed(ada)
    await ada.types("/rungs checkin monthly")
    await sets_up(noah, **{SWITCHED: ["no_reminders"]})
    await spring.until_due(ada, "reassess")
    await works(spring.stage)
    async with spring.stage.database.read() as session:
        rows = [row for row in await messages_of(session, ada.key) if row.kind == "reassess"]
    assert [(row.state, row.reason) for row in rows] == [("skipped", "no_reminders")]


async def test_check_ins_are_off_until_a_member_turns_them_on(spring: Season) -> None:
    noah = spring.stage.person("noah")
    lucia, ada, omar = map(spring.stage.person, ("lucia", "ada", "omar"))
    await assessed(lucia)
    await omar.types("/rungs checkin weekly")
    await sets_up(noah, **{SWITCHED: ["checkins_off"]})
    await assessed(ada)
    assert "check-ins are off until you turn them on" in ada.reads()
    assert (await pace_of(ada)).cadence == "off"
    assert (await pace_of(lucia)).cadence == "fortnightly"
    await assessed(omar, family="sales")
    assert (await pace_of(omar)).cadence == "weekly"
    assert "until you turn them on" not in "".join(map(shown, omar.messages()))
    await ada.clicks("Turn on check-ins")
    assert (await pace_of(ada)).cadence == "fortnightly"
    await spring.comes(ada)
    await assessed(ada)
    assert sum("until you turn them on" in shown(m) for m in ada.messages()) == 0


async def test_whoever_had_begun_before_is_new_too_and_is_still_reminded(spring: Season) -> None:
    ada, noah = spring.stage.person("ada"), spring.stage.person("noah")
    await sets_up(noah, **{SWITCHED: ["checkins_off"]})
    await ada.types("/rungs assess engineering")
    assert "Continue your self-check" in await spring.comes(ada, "reminder")
    await sets_up(noah, **{SWITCHED: []})
    await ada.clicks("A")
    assert (await pace_of(ada)).cadence == "off"


async def test_messages_are_kept_for_less_time_but_for_those_that_later_ones_rest_on(
    spring: Season,
) -> None:
    ada, noah = spring.stage.person("ada"), spring.stage.person("noah")
    await assessed(ada)
    await spring.comes(ada)
    await ada.clicks("I'll try it")
    await spring.comes(ada)
    await sets_up(noah, **{MESSAGES: "30"})
    spring.calendar.turn(days=40)
    deps = replace(spring.stage.bot.deps, now=lambda: spring.calendar.now)
    assert await keep_less(deps) is False
    async with spring.stage.database.read() as session:
        left = await messages_of(session, ada.key)
    assert [(row.kind, row.answered_at) for row in left] == [("checkin", None)]
