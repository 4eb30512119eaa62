"""A sandbox in Slack, from plan to published report."""

from bot.features.sandbox.feature import FEATURE
from tests.admin_forms import sends
from tests.sandbox.workshop import EDITOR, REPORT, Workshop, approves, asks, card_of
from tests.stage import Person


async def test_a_sandbox_from_plan_to_report(shop: Workshop, maker: Person, kenji: Person) -> None:
    """A plan is asked for, approved, runs, is stopped and reported on; the report goes to a channel."""
    await asks(maker, kenji, try_permissions=[EDITOR])
    assert "*Sent.* <@U0KENJISATO> reads it" in maker.reads()
    await approves(kenji, try_oversee_words="Try it on last year's notes first.")
    assert "*Approved.* It runs now" in kenji.reads()
    told = await shop.comes(maker)
    assert "*Approved. Your sandbox runs until" in told
    assert "wrote: “Try it on last year's notes first.”" in told
    assert "*Permissions until the end:* Assistant in the editor" in await card_of(maker)

    await maker.clicks("A surprise")
    await maker.clicks("Add a sentence")
    await sends(maker, try_words="It <!channel> left out *one* change.")
    assert "*Week 1: a surprise.* “It &lt;!channel&gt; left out *one* change.”" in maker.reads()
    await maker.clicks("Open the plan")
    await maker.clicks("Stop now")
    assert "*Stopped.* The permissions that came with it ended." in maker.reads()
    assert f"<@{maker.id}> stopped it." in await shop.comes(kenji)

    await maker.clicks("Write the report")
    await sends(maker, **REPORT)
    assert "*Change it: worth it with changes.*" in maker.reads()
    assert "wrote a report:*" in await shop.comes(kenji)
    await kenji.clicks("Open the plan")
    await kenji.clicks("Answer the report")
    await sends(kenji, try_oversee_words="Good find. Labels first, then.")
    assert "answered you:*" in await shop.comes(maker)

    channel = maker.channel
    await maker.types("/invite @Rungs", where=channel)
    await card_of(maker)
    await maker.clicks("Publish it")
    await sends(maker, try_channel=channel)
    assert "*Published.*" in maker.reads()
    await shop.season.stage.run_jobs(FEATURE.kinds)
    published = maker.reads(channel)
    assert "*What a sandbox found out:* Does an agent write release notes" in published
    assert REPORT["try_surprised"] in published
    assert maker.id not in published
    assert "Good find" not in published


async def test_a_report_that_slack_refused_is_published_again(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """The card says that the channel doesn't have it, and the second time it arrives."""
    stage = shop.season.stage
    await asks(maker, kenji)
    await approves(kenji)
    await card_of(maker)
    await maker.clicks("Stop now")
    await maker.clicks("Write the report")
    await sends(maker, **REPORT)
    await maker.types("/invite @Rungs", where=maker.channel)
    stage.playground.faults.add("chat.postMessage", "is_archived")
    await maker.clicks("Publish it")
    await sends(maker, try_channel=maker.channel, try_named="named")
    await stage.run_jobs(FEATURE.kinds)
    stage.playground.faults.clear()
    assert "*Your report isn't in the channel:*" in await card_of(maker)
    shop.season.calendar.turn(hours=1)
    await maker.clicks("Publish it")
    await sends(maker, try_channel=maker.channel, try_named="named")
    await stage.run_jobs(FEATURE.kinds)
    assert f"by <@{maker.id}>" in maker.reads(maker.channel)
    assert "Publish it" not in await card_of(maker)
