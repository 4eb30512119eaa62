"""Slack's mrkdwn, as the page shows it: one message, a section for each case."""

import pytest
from playwright.async_api import Browser, expect

from tests.playground.page_stage import Block, Stage, staged, words

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.asyncio(loop_scope="session")
REL = 'target="_blank" rel="noopener noreferrer"'
MOMENT = 'datetime="2026-11-20T18:40:00.000Z"'


def mention(name: str) -> str:
    """A name as the page marks it."""
    return f'<span class="mention">{name}</span>'


CASES = {
    "*bold* _italic_ ~gone~": "<strong>bold</strong> <em>italic</em> <s>gone</s>",
    "*_both_*": "<strong><em>both</em></strong>",
    "snake_case_name 2*3*4 a~b": "snake_case_name 2*3*4 a~b",
    "* not bold * and *open": "* not bold * and *open",
    "`*code*`": "<code>*code*</code>",
    "```\none\n  two &lt;x&gt;\n```": "<pre>one\n  two &lt;x&gt;</pre>",
    "before\n&gt; quoted\n> too\nafter": "before<blockquote>quoted<br>too</blockquote>after",
    "• one\n• two": "• one<br>• two",
    "<https://example.com/a_b|the *page*>": f'<a href="https://example.com/a_b" {REL}>the *page*</a>',
    "<javascript:alert(1)|click>": "&lt;javascript:alert(1)|click&gt;",
    "<@U0GRACELEE0> in <#C0PRODUCT00>": f"{mention('@Grace Lee')} in {mention('#product')}",
    "<!channel> <!here>": f"{mention('@channel')} {mention('@here')}",
    '&lt;!channel&gt; &amp; "x" *y*': '&lt;!channel&gt; &amp; "x" <strong>y</strong>',
    "&lt;img src=x onerror=alert(1)&gt;": "&lt;img src=x onerror=alert(1)&gt;",
    "&amp;lt; is an entity": "&amp;lt; is an entity",
    ":tada: :wave: :no_such_thing: 10:30:00": "🎉 👋 :no_such_thing: 10:30:00",
    "<!date^1795200000^{date_num} {time}|later>": f"<time {MOMENT}>2026-11-20 7:40 PM</time>",
    "<!date^1795200000^{date_long}|later>": f"<time {MOMENT}>Friday, November 20th, 2026</time>",
    "<!date^1795200000^{unheard_of}|later &amp; on>": "<time>later &amp; on</time>",
}


async def test_every_case_is_shown_as_slack_shows_it(shared: Stage) -> None:
    ts = await shared.post([words(text) for text in CASES])
    sections = shared.message(ts).locator(".section .text")
    await expect(sections).to_have_count(len(CASES))
    shown = await sections.evaluate_all("nodes => nodes.map(node => node.innerHTML)")
    seen = {
        text: html.replace("<span></span>", "") for text, html in zip(CASES, shown, strict=True)
    }
    assert seen == CASES


async def test_dates_follow_the_time_zone_of_the_person(browser: Browser) -> None:
    async with staged(browser) as stage:
        growth = stage.playground.workspace.channel("product").id
        stage.playground.workspace.channel("product").members.add(
            stage.playground.workspace.app.user_id
        )
        await stage.slack.chat_postMessage(channel=growth, text="<!date^1795200000^{time}|then>")
        page = stage.page
        await page.get_by_role("button", name="product").click()
        await expect(page.get_by_text("7:40 PM")).to_be_visible()
        await page.locator(".you").click()
        await page.get_by_role("dialog").get_by_role("button", name="Kenji Sato").click()
        await expect(page.get_by_text("3:40 AM")).to_be_visible()


async def test_plain_text_keeps_its_marks(shared: Stage) -> None:
    header: Block = {
        "type": "header",
        "text": {"type": "plain_text", "text": "*not bold* & <ok> :tada:"},
    }
    ts = await shared.post([header])
    await expect(shared.message(ts).get_by_role("heading")).to_have_text("*not bold* & <ok> 🎉")


async def test_an_address_in_a_verbatim_text_is_no_link(shared: Stage) -> None:
    text = "*see http://evil.example* or <https://example.com|this>"
    verbatim: Block = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": text, "verbatim": True},
    }
    links = shared.message(await shared.post([verbatim])).locator(".section .text a")
    await expect(links).to_have_text(["this"])
