"""Modals: every input, errors, the stack, Escape, and what was typed before an update."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from slack_bolt.async_app import AsyncApp

from tests.playground.page_stage import button, new_app, option, plain, row, staged, words

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
OPTIONS = [option("Mornings", "am"), option("Afternoons", "pm")]


def field(name: str, kind: str, *, optional: bool = True, **more: Any) -> dict[str, Any]:
    """An input block whose label and ids are its name."""
    element = {"type": kind, "action_id": name, **more}
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name),
        "optional": optional,
        "element": element,
    }


FIELDS = [
    field("Name", "plain_text_input", optional=False),
    field("Notes", "plain_text_input", multiline=True),
    field("Count", "number_input", is_decimal_allowed=False, min_value="1", max_value="9"),
    field("Mail", "email_text_input"),
    field("Site", "url_text_input"),
    field("Day", "datepicker"),
    field("Hour", "timepicker"),
    field("Moment", "datetimepicker"),
    field("When", "radio_buttons", options=OPTIONS),
    field("Which", "checkboxes", options=OPTIONS),
    field("One", "static_select", options=OPTIONS),
    field("Many", "multi_static_select", options=OPTIONS),
    field("Colleague", "users_select"),
]


def modal(*blocks: dict[str, Any], title: str = "Settings", submit: bool = True) -> dict[str, Any]:
    """A modal view."""
    view = {
        "type": "modal",
        "callback_id": "settings",
        "title": plain(title),
        "blocks": list(blocks),
    }
    return {**view, "submit": plain("Save")} if submit else view


def opening(app: AsyncApp, *blocks: dict[str, Any]) -> None:
    """Let a button with the action_id "open" open a modal."""

    @app.action("open")
    async def opened(ack, body, client) -> None:  # type: ignore[no-untyped-def]
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*blocks))


async def test_every_input_reaches_the_app(browser: Browser) -> None:
    app, sent = new_app(), []
    opening(app, *FIELDS)

    @app.view("settings")
    async def saved(ack, view) -> None:  # type: ignore[no-untyped-def]
        sent.append(view["state"]["values"])
        await ack()

    async with staged(browser, app=app) as stage:
        page = stage.page
        await stage.post([row(button("Open", "open"))])
        await page.get_by_role("button", name="Open", exact=True).click()
        dialog = page.get_by_role("dialog", name="Settings")
        await expect(dialog.get_by_label("Name")).to_be_focused()
        await fill(page)
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_have_count(0)
        await expect(page.get_by_role("button", name="Open", exact=True)).to_be_focused()
    values = {name: next(iter(sent[0][name].values())) for name in sent[0]}
    assert values["Name"]["value"] == "Ada"
    assert values["Notes"]["value"] == "one\ntwo"
    assert values["Count"]["value"] == "3"
    assert values["Day"]["selected_date"] == "2026-12-01"
    assert values["Hour"]["selected_time"] == "09:30"
    assert values["Moment"]["selected_date_time"] == 1796112000
    assert values["When"]["selected_option"]["value"] == "pm"
    assert [one["value"] for one in values["Which"]["selected_options"]] == ["am"]
    assert values["One"]["selected_option"]["value"] == "am"
    assert [one["value"] for one in values["Many"]["selected_options"]] == ["pm"]
    assert values["Colleague"]["selected_user"] == "U0GRACELEE0"


async def fill(page: Page) -> None:
    """Enter something into every field of the open modal."""
    dialog = page.get_by_role("dialog")
    typed = {"Name": "Ada", "Notes": "one\ntwo", "Count": "3", "Mail": "ada@example.com"}
    dates = {
        "Day": "2026-12-01",
        "Hour": "09:30",
        "Moment": "2026-12-01T09:00",
        "Site": "https://example.com",
    }
    for label, value in {**typed, **dates}.items():
        await dialog.get_by_label(label).fill(value)
    await dialog.get_by_role("radio", name="Afternoons").check()
    await dialog.get_by_role("group", name="Which").get_by_label("Mornings").check()
    await dialog.get_by_label("One").select_option("Mornings")
    await dialog.locator("summary").click()
    await dialog.locator(".multi-list").get_by_label("Afternoons").check()
    await dialog.get_by_label("Colleague").select_option("Grace Lee")


async def test_errors_stand_at_their_fields(browser: Browser) -> None:
    app = new_app()
    opening(app, *FIELDS)

    @app.view("settings")
    async def refused(ack) -> None:  # type: ignore[no-untyped-def]
        await ack(response_action="errors", errors={"Notes": "Write a little more."})

    async with staged(browser, app=app) as stage:
        page, dialog = stage.page, stage.page.get_by_role("dialog")
        await stage.post([row(button("Open", "open"))])
        await page.get_by_role("button", name="Open", exact=True).click()
        await dialog.get_by_label("Count").fill("12")
        await dialog.get_by_label("Mail").fill("nobody")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog.get_by_label("Name")).to_be_focused()
        await expect(dialog.get_by_label("Name")).to_have_accessible_description(
            "This field is empty. Fill it in to go on."
        )
        await expect(dialog.get_by_label("Count")).to_have_accessible_description(
            "12 is too high. Write 9 or less."
        )
        await dialog.get_by_label("Name").fill("Ada")
        await dialog.get_by_label("Count").fill("9")
        await dialog.get_by_label("Mail").fill("ada@example.com")
        await dialog.get_by_label("Mail").press("Enter")
        await expect(dialog.get_by_label("Notes")).to_have_accessible_description(
            "Write a little more."
        )
        await expect(dialog.get_by_label("Notes")).to_be_focused()
        await expect(dialog.get_by_label("Name")).to_have_value("Ada")


async def test_escape_closes_the_top_of_the_stack_and_tells_the_app(browser: Browser) -> None:
    app, closed = new_app(), []
    opening(app, row(button("Deeper", "deeper")))

    @app.action("deeper")
    async def pushed(ack, body, client) -> None:  # type: ignore[no-untyped-def]
        await ack()
        view = {**modal(words("Below"), title="Details", submit=False), "notify_on_close": True}
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    @app.view_closed("settings")
    async def was_closed(ack, view) -> None:  # type: ignore[no-untyped-def]
        closed.append(view["title"]["text"])
        await ack()

    async with staged(browser, app=app) as stage:
        page = stage.page
        await stage.post([row(button("Open", "open"))])
        await page.get_by_role("button", name="Open", exact=True).click()
        await page.get_by_role("button", name="Deeper").click()
        await expect(page.get_by_role("dialog", name="Details")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog", name="Details")).to_have_count(0)
        await expect(page.get_by_role("button", name="Deeper")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("button", name="Open", exact=True)).to_be_focused()
        assert closed == ["Details"]


async def test_update_keeps_what_was_typed(browser: Browser) -> None:
    app = new_app()
    opening(app, field("Name", "plain_text_input"), row(button("More", "more")))

    @app.action("more")
    async def more(ack, body, client) -> None:  # type: ignore[no-untyped-def]
        await ack()
        view = modal(words("Now longer"), *body["view"]["blocks"])
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    async with staged(browser, app=app) as stage:
        page, dialog = stage.page, stage.page.get_by_role("dialog")
        await stage.post([row(button("Open", "open"))])
        await page.get_by_role("button", name="Open", exact=True).click()
        await dialog.get_by_label("Name").fill("Half a name")
        await dialog.get_by_role("button", name="More").click()
        await expect(dialog).to_contain_text("Now longer")
        await expect(dialog.get_by_label("Name")).to_have_value("Half a name")
        await expect(dialog.get_by_role("button", name="More")).to_be_focused()


async def test_a_form_that_comes_after_a_word_of_waiting_is_filled_in_from_its_first_field(
    browser: Browser,
) -> None:
    app, may_come = new_app(), asyncio.Event()

    @app.action("open")
    async def opened(ack, body, client) -> None:  # type: ignore[no-untyped-def]
        await ack()
        waiting = modal(words("One moment"), submit=False)
        there = await client.views_open(trigger_id=body["trigger_id"], view=waiting)
        await may_come.wait()
        form = modal(field("Name", "plain_text_input"))
        await client.views_update(view_id=there["view"]["id"], view=form)

    async with staged(browser, app=app) as stage:
        dialog = stage.page.get_by_role("dialog")
        await stage.post([row(button("Open", "open"))])
        await stage.page.get_by_role("button", name="Open", exact=True).click()
        await expect(dialog).to_contain_text("One moment")
        await expect(dialog.get_by_role("button", name="Close").first).to_be_focused()
        may_come.set()
        await expect(dialog.get_by_label("Name")).to_be_focused()
