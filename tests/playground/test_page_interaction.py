"""Clicks, choices, modals and the Home tab, with a small Bolt app on the other end."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect
from slack_bolt.async_app import AsyncApp

from tests.playground.page_stage import (
    ADA,
    Stage,
    button,
    new_app,
    option,
    plain,
    row,
    staged,
    words,
)

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
Heard = list[dict[str, Any]]
REFRESHED = "import('/page/refresh.js').then(({ refreshAll }) => refreshAll())"

CONFIRM = {
    "title": plain("Erase it all?"),
    "text": {"type": "mrkdwn", "text": "This *cannot* be undone."},
    "confirm": plain("Erase"),
    "deny": plain("Keep"),
}


def listening(app: AsyncApp) -> Heard:
    """Let the app note every action and do nothing else."""
    heard: Heard = []

    @app.action(re.compile(".*"))
    async def acted(ack, body) -> None:  # type: ignore[no-untyped-def]
        heard.append({**body["actions"][0], "state": body.get("state", {}).get("values")})
        await ack()

    return heard


async def test_click_moves_the_card_on_and_the_keyboard_stays(browser: Browser) -> None:
    app = new_app()

    @app.action("next")
    async def next_chosen(ack, body, client) -> None:  # type: ignore[no-untyped-def]
        await ack()
        number = int(body["actions"][0]["value"]) + 1
        blocks = card(number)
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**where, text=f"Question {number}", blocks=blocks)

    async with staged(browser, app=app) as stage:
        item = stage.message(await stage.post(card(1), text="Question 1"))
        await item.get_by_role("button", name="Next").focus()
        for number in (2, 3, 4):
            await stage.page.keyboard.press("Enter")
            await expect(item).to_contain_text(f"Question {number}")
            await expect(item.get_by_role("button", name="Next")).to_be_focused()
        assert stage.visit.complaints == []


def card(number: int) -> list[dict[str, Any]]:
    """A card with a number and two buttons."""
    buttons = row(
        button("Other", "other"),
        button("Next", "next", value=str(number)),
        block_id=f"card-{number}",
    )
    return [words(f"Question {number}"), buttons]


async def test_held_key_answers_one_card(browser: Browser) -> None:
    app, clicks = new_app(), []

    @app.action("next")
    async def next_chosen(ack, body, client) -> None:  # type: ignore[no-untyped-def]
        clicks.append(body["actions"][0]["value"])
        await ack()
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        number = int(body["actions"][0]["value"]) + 1
        await client.chat_update(**where, text=f"Question {number}", blocks=card(number))

    async with staged(browser, app=app) as stage:
        item, keyboard = stage.message(await stage.post(card(1))), stage.page.keyboard
        await item.get_by_role("button", name="Next").focus()
        await keyboard.down("Enter")
        await expect(item).to_contain_text("Question 2")
        await keyboard.down("Enter")
        await keyboard.up("Enter")
        # The page asks for messages in order: once this one is there, a click would have been sent.
        await expect(stage.message(await stage.post(text="Marker"))).to_be_visible()
        assert [url for url in stage.visit.requests if url.endswith("/play/action")] == [
            f"{stage.playground.address}/play/action"
        ]
        await keyboard.press("Enter")
        await expect(item).to_contain_text("Question 3")
        assert clicks == ["1", "2"]


async def test_choice_goes_back_when_the_question_is_denied(browser: Browser) -> None:
    app = new_app()
    heard = listening(app)
    choice = {
        "type": "static_select",
        "action_id": "family",
        "placeholder": plain("Family"),
        "options": [option("Sales", "sales"), option("Design", "design")],
        "initial_option": option("Sales", "sales"),
        "confirm": CONFIRM,
    }
    async with staged(browser, app=app) as stage:
        item = stage.message(await stage.post([row(choice)]))
        await item.get_by_label("Family").select_option("Design")
        await stage.page.get_by_role("dialog").get_by_role("button", name="Keep").click()
        await expect(item.get_by_label("Family")).to_have_value("sales")
        assert heard == []


async def test_refused_click_shows_what_slack_shows_and_can_be_repeated(shared: Stage) -> None:
    item = shared.message(await shared.post([row(button("Go", "go"))]))
    for count in (1, 2):
        await item.get_by_role("button", name="Go").click()
        await expect(shared.page.locator(".message.ephemeral")).to_have_count(count)
    await expect(shared.page.locator(".message.ephemeral").last).to_contain_text(
        "This app could not be reached."
    )
    await expect(item.get_by_role("button", name="Go")).not_to_have_attribute("aria-busy", "true")


async def test_a_date_says_what_it_is_for(shared: Stage) -> None:
    day = {"type": "datepicker", "action_id": "until", "placeholder": plain("Pause until")}
    item = shared.message(await shared.post([row(day)]))
    await expect(item.get_by_text("Pause until")).to_be_visible()
    await expect(item.get_by_label("Pause until")).to_have_attribute("type", "date")


async def test_button_is_busy_until_the_app_answers_and_takes_one_click(browser: Browser) -> None:
    app, clicks, may_answer = new_app(), [], asyncio.Event()

    @app.action("slow")
    async def clicked(ack) -> None:  # type: ignore[no-untyped-def]
        clicks.append(1)
        await may_answer.wait()
        await ack()

    async with staged(browser, app=app) as stage:
        slow = stage.message(await stage.post([row(button("Slow", "slow"))])).get_by_text("Slow")
        await slow.click()
        await expect(slow).to_have_attribute("aria-busy", "true")
        await slow.click()
        may_answer.set()
        await expect(slow).not_to_have_attribute("aria-busy", "true")
        assert clicks == [1]


async def test_confirm_asks_first(browser: Browser) -> None:
    app = new_app()
    heard = listening(app)
    async with staged(browser, app=app) as stage:
        page = stage.page
        item = stage.message(await stage.post([row(button("Forget", "forget", confirm=CONFIRM))]))
        await item.get_by_role("button", name="Forget").click()
        dialog = page.get_by_role("dialog", name="Erase it all?")
        await expect(dialog).to_contain_text("This cannot be undone.")
        await dialog.get_by_role("button", name="Keep").click()
        await expect(dialog).to_have_count(0)
        await item.get_by_role("button", name="Forget").click()
        await page.keyboard.press("Escape")
        assert heard == []
        await item.get_by_role("button", name="Forget").click()
        await dialog.get_by_role("button", name="Erase").click()
        await expect(item.get_by_role("button", name="Forget")).to_be_focused()
        await stage.playground.quiet()
        assert [one["action_id"] for one in heard] == ["forget"]


async def test_choices_reach_the_app_as_slack_sends_them(browser: Browser) -> None:
    app = new_app()
    heard = listening(app)
    family = {
        "type": "static_select",
        "action_id": "family",
        "placeholder": plain("Family"),
        "options": [option("Sales", "sales"), option("Design", "design")],
    }
    days = {
        "type": "checkboxes",
        "action_id": "days",
        "options": [option("Monday", "1"), option("Friday", "5")],
    }
    many = {
        **family,
        "type": "multi_static_select",
        "action_id": "many",
        "placeholder": plain("Many"),
    }
    async with staged(browser, app=app) as stage:
        item = stage.message(await stage.post([row(family, days, many)]))
        await item.get_by_label("Family").select_option("Design")
        await item.get_by_role("checkbox", name="Friday").check()
        await item.locator("summary").click()
        await item.locator(".multi-list").get_by_role("checkbox", name="Sales").check()
        await item.locator("summary").click()
        await expect(item.locator("[aria-busy=true]")).to_have_count(0)
        await stage.playground.quiet()
        chosen = {one["action_id"]: one for one in heard}
        assert chosen["family"]["selected_option"]["value"] == "design"
        assert [one["value"] for one in chosen["days"]["selected_options"]] == ["5"]
        assert [one["value"] for one in chosen["many"]["selected_options"]] == ["sales"]
        assert chosen["days"]["state"]["row"]["family"]["selected_option"]["value"] == "design"


async def test_home_is_shown_and_its_buttons_work(browser: Browser) -> None:
    app = new_app()

    @app.event("app_home_opened")
    async def opened(event, client) -> None:  # type: ignore[no-untyped-def]
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=home("Welcome"))

    @app.action("start")
    async def started(ack, body, client) -> None:  # type: ignore[no-untyped-def]
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view=home("Started"))

    async with staged(browser, app=app) as stage:
        page = stage.page
        await page.get_by_role("tab", name="Messages").press("ArrowLeft")
        await expect(page.get_by_role("tab", name="Home")).to_be_focused()
        view = page.get_by_role("tabpanel", name="Home")
        await expect(view).to_contain_text("Welcome")
        await view.get_by_role("button", name="Start").click()
        await expect(view).to_contain_text("Started")
        await expect(view.get_by_role("button", name="Start")).to_be_focused()
        assert ADA in stage.playground.workspace.homes


async def test_the_keyboard_stays_where_it_went_while_a_tab_was_still_loading(
    browser: Browser,
) -> None:
    async with staged(browser) as stage:
        page, go_on = stage.page, asyncio.Event()

        async def slow(route: Route) -> None:
            await go_on.wait()
            await route.fulfill(json={"ok": True})

        await stage.slack.views_publish(user_id=ADA, view=home("Welcome"))
        await page.route("**/play/home", slow)
        await page.get_by_role("tab", name="Home").click()
        start = page.get_by_role("tabpanel", name="Home").get_by_role("button", name="Start")
        await start.focus()
        async with page.expect_response("**/play/home"):
            go_on.set()
        await page.evaluate(REFRESHED)
        await expect(start).to_be_focused()


async def test_slack_address_leads_to_the_same_place_on_the_page(browser: Browser) -> None:
    app = new_app()
    heard = listening(app)
    async with staged(browser, app=app) as stage:
        page, where = stage.page, f"slack://app?team=T0&id={stage.playground.workspace.app.id}"
        there = row(button("Go to messages", "there", url=f"{where}&tab=messages"))
        await stage.slack.views_publish(user_id=ADA, view={"type": "home", "blocks": [there]})
        item = stage.message(await stage.post([words(f"Look at <{where}&amp;tab=home|your Home>")]))
        await item.get_by_role("button", name="your Home").click()
        await expect(page.get_by_role("tab", name="Home")).to_have_attribute(
            "aria-selected", "true"
        )
        await page.get_by_role("button", name="Go to messages").click()
        await expect(item).to_be_visible()
        assert [one["action_id"] for one in heard] == ["there"]


def home(line: str) -> dict[str, Any]:
    """A Home view with a line and a button."""
    return {"type": "home", "blocks": [words(line), row(button("Start", "start"))]}
