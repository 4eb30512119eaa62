"""Scripts of colleagues, who act through the same interface as people."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from playground import player
from playground.errors import NotThere
from playground.scripts import Clicks, Picks, Says, Script, Sees, Submits
from playground.server import Playground, running
from playground.state.messages import Message
from tests.playground.people import (
    ADA,
    GRACE,
    KENJI,
    Page,
    actions,
    button,
    client_of,
    option,
    until,
)
from tests.playground.request_url import request_url
from tests.playground.small_app import SmallApp, over_http

WHY = "Why"
"""What the small app calls the field of its window."""

TAKE_PART = Script(
    "Let the colleagues take part",
    (
        Says(ADA, "/rungs"),
        Clicks(ADA, ("Never there", "Ask")),
        Says(KENJI, "/rungs"),
        Clicks(KENJI, "Ask"),
        Says(GRACE, "Hello & welcome", where="growth"),
    ),
    once=True,
)


@asynccontextmanager
async def with_script(script: Script) -> AsyncIterator[tuple[Playground, SmallApp]]:
    """Run a workspace with the small app and one script."""
    async with (
        running(Playground(scripts={"it": script})) as playground,
        over_http(playground) as app,
    ):
        yield playground, app


async def test_colleagues_type_and_click_as_people_do() -> None:
    async with with_script(TAKE_PART) as (playground, app):
        played = await playground.play("it")
        await until(lambda: all(newest(playground, who).text == "Asked." for who in (ADA, KENJI)))
        await playground.quiet()
    assert sorted(played.done) == sorted([ADA, KENJI, GRACE])
    assert played.problems == {}
    clicks = [body for body in app.heard if body.get("type") == "block_actions"]
    assert {body["user"]["id"] for body in clicks} == {ADA, KENJI}
    said = [event["text"] for event in app.events("message") if event.get("user") == GRACE]
    assert said == ["Hello &amp; welcome"]


def newest(playground: Playground, user: str) -> Message:
    """Return the last message in a person's conversation with the app."""
    return playground.workspace.dm(user).lasting()[-1]


async def test_a_window_is_submitted_as_it_is_filled_in() -> None:
    script = Script("x", (Says(ADA, "/rungs"), Clicks(ADA, "Ask"), Submits(ADA)))
    async with with_script(script) as (playground, _):
        played = await playground.play("it")
    assert played.problems == {ADA: "Please complete this required field."}


async def test_who_finds_no_button_stops_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(player, "PATIENCE_SECONDS", 0.2)
    script = Script("x", (Clicks(ADA, "Nowhere"), Says(KENJI, "/rungs"), Submits(GRACE)))
    async with with_script(script) as (playground, _):
        played = await playground.play("it")
    assert played.done == [KENJI]
    assert played.problems[ADA] == "No message with Nowhere came."
    assert played.problems[GRACE] == "No window was open to submit."


async def test_the_same_card_is_not_clicked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "PATIENCE_SECONDS", 0.3)
    script = Script("x", (Clicks(ADA, "Wait"), Clicks(ADA, "Wait")))
    async with (
        running(Playground(scripts={"it": script})) as playground,
        request_url(playground) as url,
    ):
        card = [actions(button("Wait", action_id="wait"), block_id="row")]
        await client_of(playground).chat_postMessage(channel=ADA, text="x", blocks=card)
        played = await playground.play("it")
    assert played.problems == {ADA: "No message with Wait came."}
    assert sum("block_actions" in one.body for one in url.received) == 1


async def test_a_choice_in_a_list_is_made_by_its_words() -> None:
    select = {"type": "static_select", "action_id": "pick", "options": [option("Two", "2")]}
    script = Script("x", (Clicks(ADA, "Two"),))
    async with (
        running(Playground(scripts={"it": script})) as playground,
        request_url(playground) as url,
    ):
        card = [actions(select, block_id="row")]
        await client_of(playground).chat_postMessage(channel=ADA, text="x", blocks=card)
        await playground.play("it")
    chosen = url.received[-1].payload["actions"][0]["selected_option"]
    assert chosen["value"] == "2"


async def test_a_menu_is_known_by_the_words_beside_it_and_boxes_by_their_own() -> None:
    def menu(name: str) -> dict[str, Any]:
        options = [option("Alone", f"{name}1"), option("Never", f"{name}0")]
        select = {"type": "static_select", "action_id": name, "options": options}
        text = {"type": "mrkdwn", "text": f"*{name}.* I do this"}
        return {"type": "section", "block_id": name, "text": text, "accessory": select}

    boxes = {"type": "checkboxes", "action_id": "box", "options": [option("None of these", "0")]}
    script = Script(
        "x",
        (Picks(ADA, "B.", "Alone"), Clicks(ADA, "None of these"), Clicks(ADA, "Next")),
    )
    async with (
        running(Playground(scripts={"it": script})) as playground,
        request_url(playground) as url,
    ):
        foot = actions(boxes, button("Next", action_id="next"), block_id="row")
        await client_of(playground).chat_postMessage(
            channel=ADA, text="x", blocks=[menu("A"), menu("B"), foot]
        )
        played = await playground.play("it")
    assert played.problems == {}
    heard = url.received[-1].payload
    assert heard["actions"][0]["action_id"] == "next"
    held = heard["state"]["values"]
    assert held["A"]["A"]["selected_option"] is None
    assert held["B"]["B"]["selected_option"]["value"] == "B1"
    assert [one["value"] for one in held["row"]["box"]["selected_options"]] == ["0"]


async def test_a_window_is_filled_in_by_what_its_fields_are_called() -> None:
    filled = Submits(ADA, {WHY: "Because"})
    script = Script("x", (Says(ADA, "/rungs"), Clicks(ADA, "Ask"), filled))
    async with with_script(script) as (playground, app):
        played = await playground.play("it")
    assert played.problems == {}
    sent = next(body for body in app.heard if body.get("type") == "view_submission")
    assert sent["view"]["state"]["values"]["why"]["text"]["value"] == "Because"


async def test_who_waits_for_others_goes_on_when_they_came_so_far() -> None:
    after = (Sees(KENJI, "Asked."), Says(KENJI, "Seen"))
    async with with_script(Script("x", after)) as (playground, app):
        waiting = asyncio.create_task(playground.play("it"))
        await client_of(playground).chat_postMessage(channel=KENJI, text="Not yet")
        await playground.quiet()
        assert KENJI not in {event["user"] for event in app.events("message")}
        await client_of(playground).chat_postMessage(channel=KENJI, text="Asked.")
        played = await waiting
        await until(lambda: KENJI in {event["user"] for event in app.events("message")})
    assert played.done == [KENJI]


async def test_who_waits_in_vain_says_for_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player, "COMPANY_SECONDS", 0.1)
    async with with_script(Script("x", (Sees(KENJI, "Never"),))) as (playground, _):
        played = await playground.play("it")
    assert played.problems == {KENJI: "Nothing about Never came."}


async def test_a_script_for_once_is_offered_until_everybody_was_written_to() -> None:
    once = Script("x", tuple(Says(who, "/rungs") for who in (ADA, KENJI, GRACE)), once=True)
    async with with_script(once) as (playground, _):
        troupe = playground.troupe
        await playground.command(ADA, playground.workspace.dm(ADA).id, "/rungs")
        assert list(troupe.offered()) == ["it"]
        await playground.play("it", besides=GRACE)
        await until(lambda: not troupe.offered())
        assert not troupe.offered(GRACE)


async def test_nobody_plays_the_person_who_looks_on() -> None:
    async with with_script(TAKE_PART) as (playground, app):
        played = await playground.play("it", besides=KENJI)
        await playground.quiet()
    assert sorted(played.done) == sorted([ADA, GRACE])
    acted = {body.get("user_id") or body.get("user", {}).get("id") for body in app.heard}
    assert KENJI not in acted


async def test_a_part_that_others_wait_for_is_taken_by_the_understudy() -> None:
    acts = (Says(ADA, f"I am <@{ADA}>", where="growth"), Sees(KENJI, f"<@{ADA}>", where="growth"))
    script = Script("{count} of us", acts, understudy=GRACE)
    as_ada = script.besides(ADA)
    assert as_ada.acts == (
        Says(GRACE, f"I am <@{GRACE}>", where="growth"),
        Sees(KENJI, f"<@{GRACE}>", where="growth"),
    )
    assert as_ada.label == "2 of us"
    assert script.besides(None).cast == script.besides("U0NOAHBERG0").cast == [ADA, KENJI]
    alone = Script("{count} of us", acts)
    assert alone.besides(ADA).cast == [KENJI]
    assert alone.besides(ADA).label == "1 of us"


async def test_a_label_counts_who_would_act(page: Page, playground: Playground) -> None:
    playground.troupe.scripts = {"it": replace(TAKE_PART, label="Let {count} colleagues take part")}
    for user, count in (("U0NOAHBERG0", 3), (KENJI, 2)):
        (offered,) = (await page.get("stage", user=user))["scripts"]
        assert offered == {"name": "it", "label": f"Let {count} colleagues take part"}


async def test_where_nobody_has_anything_to_answer_one_sentence_says_so_at_once(
    page: Page, playground: Playground
) -> None:
    answers = tuple(Clicks(who, "Done") for who in (ADA, KENJI, GRACE))
    nobody = "Nobody has a check-in to answer yet."
    playground.troupe.scripts = {"it": Script("Have them answer", answers, nobody=nobody)}
    started = time.monotonic()
    assert (await page.post("script", name="it", user=ADA))["said"] == nobody
    assert time.monotonic() - started < player.PATIENCE_SECONDS / 2
    card = [actions(button("Done", action_id="done"), block_id="row")]
    await client_of(playground).chat_postMessage(channel=KENJI, text="x", blocks=card)
    async with request_url(playground):
        said = (await page.post("script", name="it", user=ADA))["said"]
    assert said == "1 of 2 colleagues took part. The others had nothing to answer."


async def test_of_many_who_did_not_get_to_the_end_one_is_named(
    page: Page, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "PATIENCE_SECONDS", 0.1)
    clicks = tuple(Clicks(who, "Done") for who in (ADA, KENJI, GRACE))
    playground.troupe.scripts = {"it": Script("Have them", clicks)}
    assert (await page.post("script", name="it"))["said"] == (
        "0 of 3 colleagues took part. Ada Okafor stopped: No message with Done came. "
        "2 others stopped too."
    )


async def test_unknown_scripts_and_places_are_named() -> None:
    async with with_script(Script("x", (Says(ADA, "x", where="nowhere"),))) as (playground, _):
        assert (await playground.play("it")).problems == {ADA: "There is no channel #nowhere."}
        with pytest.raises(NotThere, match="no script other"):
            await playground.play("other")
