"""The life cycle of modals and Home tabs: triggers, stacks, hashes, answers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import JSONResponse

from playground.person.outcome import TROUBLE
from playground.server import Playground, running
from playground.state.views import View
from tests.playground.people import (
    ADA,
    KENJI,
    actions,
    button,
    client_of,
    error_of,
    home,
    modal,
    option,
    section,
    still_clock,
    text_input,
)
from tests.playground.request_url import RequestUrl, request_url

CARD = [actions(button(action_id="go"), block_id="row")]


class Scene:
    """Ada, a card with a button, and an app that answers what the test says."""

    def __init__(self, playground: Playground, app: RequestUrl, card: dict[str, Any]) -> None:
        self.playground = playground
        self.app = app
        self.slack = client_of(playground)
        self.card = {"type": "message", "channel": card["channel"], "ts": card["ts"]}

    async def trigger(self, *, in_view: str | None = None) -> str:
        """Click, on the card or in a modal, and return the trigger id."""
        container = self.card if in_view is None else {"type": "view", "view_id": in_view}
        await self.playground.act(ADA, container, "row", "go")
        return str(self.app.received[-1].payload["trigger_id"])

    async def open(self, *blocks: dict[str, Any], **more: Any) -> View:
        """Open a modal for Ada."""
        view = modal(*(blocks or CARD), **more)
        await self.slack.views_open(trigger_id=await self.trigger(), view=view)
        return self.stack[-1]

    async def submit(self, answer: dict[str, Any] | None = None) -> Any:
        """Submit the visible modal; the app answers as given."""
        self.app.answers = [JSONResponse(answer)] if answer is not None else []
        return await self.playground.submit(ADA, self.stack[-1].id, None)

    @property
    def stack(self) -> list[View]:
        """Ada's modals."""
        return self.playground.workspace.modal_stack(ADA)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """A scene with a clock that stands still."""
    async with running(Playground(clock=still_clock())) as playground:
        card = await client_of(playground).chat_postMessage(channel=ADA, text="x", blocks=CARD)
        async with request_url(playground) as app:
            yield Scene(playground, app, {"channel": card["channel"], "ts": card["ts"]})


async def test_a_trigger_lives_three_seconds_and_works_once(scene: Scene) -> None:
    first = await scene.trigger()
    scene.playground.clock.advance(3.0)
    assert (await scene.slack.views_open(trigger_id=first, view=modal()))["ok"]
    again = scene.slack.views_open(trigger_id=first, view=modal())
    assert await error_of(again) == "exchanged_trigger_id"
    late = await scene.trigger()
    scene.playground.clock.advance(3.1)
    assert (
        await error_of(scene.slack.views_open(trigger_id=late, view=modal()))
        == "expired_trigger_id"
    )
    assert (
        await error_of(scene.slack.views_open(trigger_id="1.2", view=modal()))
        == "invalid_trigger_id"
    )


async def test_modals_stack_three_deep(scene: Scene) -> None:
    await scene.open()
    for _ in range(2):
        trigger = await scene.trigger(in_view=scene.stack[-1].id)
        await scene.slack.views_push(trigger_id=trigger, view=modal(*CARD))
    assert [view.previous for view in scene.stack] == [None, scene.stack[0].id, scene.stack[1].id]
    trigger = await scene.trigger(in_view=scene.stack[-1].id)
    fourth = scene.slack.views_push(trigger_id=trigger, view=modal())
    assert await error_of(fourth) == "push_limit_reached"


async def test_pushing_needs_a_click_in_a_modal(scene: Scene) -> None:
    outside = scene.slack.views_push(trigger_id=await scene.trigger(), view=modal())
    assert await error_of(outside) == "not_found"


async def test_a_stale_hash_conflicts(scene: Scene) -> None:
    view = await scene.open(external_id="mine")
    old = view.hash
    updated = await scene.slack.views_update(view_id=view.id, hash=old, view=modal())
    assert updated["view"]["hash"] != old
    stale = scene.slack.views_update(view_id=view.id, hash=old, view=modal())
    assert await error_of(stale) == "hash_conflict"
    published = await scene.slack.views_publish(user_id=ADA, view=home())
    await scene.slack.views_publish(
        user_id=ADA, view=home(section()), hash=published["view"]["hash"]
    )
    stale = scene.slack.views_publish(user_id=ADA, view=home(), hash=published["view"]["hash"])
    assert await error_of(stale) == "hash_conflict"


async def test_names_of_views_are_unique_in_the_team(scene: Scene) -> None:
    await scene.slack.views_publish(user_id=KENJI, view=home(external_id="mine"))
    taken = scene.slack.views_open(trigger_id=await scene.trigger(), view=modal(external_id="mine"))
    assert await error_of(taken) == "duplicate_external_id"


async def test_a_closed_modal_cannot_be_changed(scene: Scene) -> None:
    view = await scene.open(external_id="mine", notify_on_close=True)
    assert (await scene.slack.views_update(external_id="mine", view=modal(external_id="mine")))[
        "ok"
    ]
    await scene.slack.views_update(view_id=view.id, view=modal(notify_on_close=True))
    await scene.playground.close(ADA, view.id)
    assert await error_of(scene.slack.views_update(view_id=view.id, view=modal())) == "not_found"
    closed = scene.app.received[-1].payload
    assert (closed["type"], closed["is_cleared"], closed["view"]["id"]) == (
        "view_closed",
        False,
        view.id,
    )


async def test_closing_is_silent_unless_asked_for(scene: Scene) -> None:
    view = await scene.open()
    heard = len(scene.app.received)
    await scene.playground.close(ADA, view.id)
    assert len(scene.app.received) == heard


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        (None, []),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal(callback_id="new")}, ["new"]),
        ({"response_action": "push", "view": modal(callback_id="new")}, ["", "new"]),
    ],
    ids=["close", "clear", "update", "push"],
)
async def test_what_an_answer_does_to_the_modal(
    scene: Scene, answer: dict[str, Any] | None, titles: list[str]
) -> None:
    await scene.open()
    outcome = await scene.submit(answer)
    assert outcome.ok
    assert [str(view.content.get("callback_id") or "") for view in scene.stack] == titles


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"row": "not an input"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": modal(title=None)},
        {"response_action": "dance"},
    ],
    ids=["not an input", "no errors", "wrong view", "unknown"],
)
async def test_a_wrong_answer_is_trouble(scene: Scene, answer: dict[str, Any]) -> None:
    view = await scene.open()
    assert (await scene.submit(answer)).shown == TROUBLE
    assert scene.stack == [view]


async def test_state_holds_what_was_entered_and_where_it_started(scene: Scene) -> None:
    choice = {
        "type": "radio_buttons",
        "action_id": "pick",
        "options": [option("One", "1"), option("Two", "2")],
        "initial_option": option("Two", "2"),
    }
    view = await scene.open(text_input(optional=True), actions(choice, block_id="choice"))
    await scene.playground.submit(ADA, view.id, {"why": {"text": {"value": "é"}}})
    values = scene.app.received[-1].payload["view"]["state"]["values"]
    assert values["why"]["text"] == {"type": "plain_text_input", "value": "é"}
    assert values["choice"]["pick"]["selected_option"]["value"] == "2"


async def test_inputs_are_silent_unless_they_dispatch(scene: Scene) -> None:
    view = await scene.open(text_input("quiet"), text_input("loud", dispatch_action=True))
    container = {"type": "view", "view_id": view.id}
    heard = len(scene.app.received)
    await scene.playground.act(ADA, container, "quiet", "text", chosen={"value": "a"})
    assert len(scene.app.received) == heard
    await scene.playground.act(ADA, container, "loud", "text", chosen={"value": "b"})
    payload = scene.app.received[-1].payload
    assert payload["actions"][0]["value"] == "b"
    assert payload["view"]["state"]["values"]["quiet"]["text"]["value"] == "a"
