"""Messages on the page: they arrive, change in place, keep the focus, and cannot become markup."""

import pytest
from playwright.async_api import Browser, expect

from tests.playground.page_stage import ADA, Stage, button, plain, row, staged, words

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
HIDDEN_WIDTH = "node => node.scrollWidth - node.clientWidth"
SCROLL_UP = """node => new Promise(done => {
    node.addEventListener("scroll", done, { once: true });
    node.scrollTop = 100;
}).then(() => null)"""
"""Scrolls up, and returns when the page was told: Chromium does so with its next frame."""
ATTACK = (
    '<img src="x" onerror="window.broken = true"> <b>bold</b> <script>window.broken = true</script>'
)


def card(number: int, *, block_id: str) -> list[dict[str, object]]:
    letters = [button(letter, f"answer-{letter}") for letter in "ABCDE"]
    return [words(f"Question {number}"), row(*letters, block_id=block_id)]


async def test_message_arrives_without_a_reload_and_is_announced(browser: Browser) -> None:
    async with staged(browser) as stage:
        await expect(stage.page.locator("#composer-text")).to_be_visible()
        ts = await stage.post([words("In *blocks*")], text="Words for the ear")
        await expect(stage.message(ts)).to_contain_text("In blocks")
        await expect(stage.page.locator("#announcer")).to_contain_text("Rungs: Words for the ear")
        await stage.page.locator(".you").click()
        await stage.page.get_by_role("dialog").get_by_role("button", name="Grace Lee").click()
        await expect(stage.page.locator("#announcer")).to_be_empty()


async def test_markup_in_a_message_does_nothing(shared: Stage) -> None:
    ts = await shared.post(text=ATTACK)
    other = await shared.post([words(ATTACK), {"type": "markdown", "text": ATTACK}])
    await expect(shared.message(ts)).to_contain_text("onerror=")
    await expect(shared.message(other)).to_contain_text("onerror=")
    assert await shared.page.locator("#messages img, #messages script, #messages b").count() == 0
    assert await shared.page.evaluate("window.broken") is None
    refused = await shared.page.evaluate(
        "(() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } })()"
    )
    assert refused, "The page's security policy lets markup in."


async def test_focus_stays_on_the_same_button_when_the_card_moves_on(shared: Stage) -> None:
    ts = await shared.post(card(1, block_id="first"))
    await shared.message(ts).get_by_role("button", name="C").focus()
    await shared.update(ts, card(2, block_id="second"))
    await expect(shared.message(ts)).to_contain_text("Question 2")
    await expect(shared.message(ts).get_by_role("button", name="C")).to_be_focused()
    await shared.update(ts, [words("Done"), row(button("Map", "map"), block_id="second")])
    await expect(shared.message(ts)).to_contain_text("Done")
    await expect(shared.message(ts)).to_be_focused()


async def test_an_update_leaves_other_messages_untouched(shared: Stage) -> None:
    first = await shared.post(card(1, block_id="first"))
    second = await shared.post(card(2, block_id="second"))
    await expect(shared.message(second)).to_be_visible()
    await shared.message(first).locator(".block").first.evaluate("node => { node.marked = true }")
    await shared.update(second, card(3, block_id="third"))
    await expect(shared.message(second)).to_contain_text("Question 3")
    assert await shared.message(first).locator(".block").first.evaluate("node => node.marked")


async def test_deleted_message_goes_away(shared: Stage) -> None:
    ts = await shared.post(text="Soon gone")
    await expect(shared.message(ts)).to_be_visible()
    await shared.slack.chat_delete(channel=shared.playground.workspace.dm(ADA).id, ts=ts)
    await expect(shared.message(ts)).to_have_count(0)


async def test_reader_who_scrolled_up_stays_there(browser: Browser) -> None:
    async with staged(browser) as stage:
        for number in range(30):
            await stage.post(text=f"Line {number}\nand more\nand more")
        await expect(stage.page.locator("#messages").get_by_text("Line 29")).to_be_in_viewport()
        await stage.page.locator("#scroller").evaluate(SCROLL_UP)
        ts = await stage.post(text="One more")
        await expect(stage.message(ts)).to_have_count(1)
        assert await stage.page.locator("#scroller").evaluate("node => node.scrollTop") == 100


@pytest.mark.parametrize("width", [1280, 375])
async def test_a_word_without_end_wraps(browser: Browser, width: int) -> None:
    async with staged(browser, width=width) as stage:
        await stage.page.locator("#composer-text").fill("w" * 3000)
        await stage.page.locator("#composer-text").press("Enter")
        last = await stage.post([words("x" * 3000), {"type": "header", "text": plain("y" * 150)}])
        await expect(stage.message(last)).to_be_in_viewport()
        await expect(stage.page.locator("#messages")).to_contain_text("www")
        for region in ("#scroller", ".message-body >> nth=0", ".message-body >> nth=-1"):
            assert await stage.page.locator(region).evaluate(HIDDEN_WIDTH) == 0


async def test_ephemeral_message_is_labelled_and_can_be_dismissed(browser: Browser) -> None:
    async with staged(browser) as stage:
        page, growth = stage.page, stage.playground.workspace.channel("growth")
        growth.members.add(ADA)
        await page.reload()
        await page.get_by_role("button", name="growth").click()
        await stage.slack.chat_postEphemeral(channel=growth.id, user=ADA, text="For Ada alone")
        item = page.locator(".message.ephemeral")
        await expect(item).to_contain_text("Only visible to you")
        await item.get_by_role("button", name="Dismiss").click()
        await expect(item).to_have_count(0)


async def test_ephemeral_message_is_gone_when_the_page_is_loaded_again(browser: Browser) -> None:
    async with staged(browser) as stage:
        page, dm = stage.page, stage.playground.workspace.dm(ADA)
        await stage.slack.chat_postEphemeral(channel=dm.id, user=ADA, text="For this moment")
        await stage.post(text="For good")
        await expect(page.locator("#messages")).to_contain_text("For this moment")
        await page.reload()
        await expect(page.locator("#messages")).to_contain_text("For good")
        await expect(page.locator("#messages")).not_to_contain_text("For this moment")
        await stage.slack.chat_postEphemeral(channel=dm.id, user=ADA, text="Once more")
        await expect(page.locator("#messages")).to_contain_text("Once more")


async def test_file_can_be_downloaded(shared: Stage) -> None:
    channel = shared.playground.workspace.dm(ADA).id
    await shared.slack.files_upload_v2(
        channel=channel, content='{"tier": 1.5}', filename="rungs-export.json"
    )
    file = shared.page.locator("a.file")
    await expect(file).to_contain_text("rungs-export.json")
    async with shared.page.expect_download() as download:
        await file.click()
    saved = await (await download.value).path()
    assert saved.read_text() == '{"tier": 1.5}'


async def test_unread_messages_are_counted_until_the_conversation_is_opened(
    browser: Browser,
) -> None:
    async with staged(browser) as stage:
        page = stage.page
        await page.get_by_role("button", name="product").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("# product")
        await stage.post(text="One")
        await stage.post(text="Two")
        entry = page.locator(".sidebar-entry", has_text="Rungs")
        await expect(entry.locator(".unread")).to_have_text("2 unread")
        await entry.click()
        await expect(page.locator("#messages").get_by_text("Two")).to_be_visible()
        await expect(entry.locator(".unread")).to_have_count(0)
