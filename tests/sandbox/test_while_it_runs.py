"""What comes while a sandbox runs: a line a week, the look halfway, an extension, and the end."""

from storage.sandbox import notes
from tests.admin_forms import sends
from tests.sandbox.workshop import Workshop, approves, asks, card_of
from tests.stage import Person, shown


async def test_a_line_a_week_a_look_halfway_and_the_end(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """The member says how a week and a half went, the supervisor answers and extends it, and time ends it."""
    await asks(maker, kenji)
    await approves(kenji)
    assert "Approved" in await shop.comes(maker)
    shop.season.calendar.turn(days=6)
    await shop.runs("sandbox_plans")
    told = await shop.comes(maker) + await shop.comes(maker)
    assert "*Your sandbox, week 1:*" in told
    assert "*Halfway: how do you see it so far?*" in told
    await maker.clicks("Trouble")
    assert any("You can stop at any time." in shown(one) for one in maker.messages())
    async with shop.season.stage.database.read() as session:
        plan = await shop.plan_of(maker)
        (said,) = await notes.of_plan(session, plan.workspace_id, plan.id)
    assert (said.week, said.happened) == (1, "trouble")

    await card_of(maker)
    await maker.clicks("Write the halfway note")
    await sends(maker, try_words="It needs the labels first.")
    assert "is halfway:*" in await shop.comes(kenji)
    await kenji.clicks("Open the plan")
    await kenji.clicks("Answer the halfway note")
    await sends(kenji, try_oversee_words="Label them for two weeks.")
    assert "*The supervisor answered:* “Label them for two weeks.”" in kenji.reads()
    await kenji.clicks("Extend it")
    await sends(kenji, try_oversee_days="7", try_oversee_words="The labels take a week.")
    assert "*Extended.*" in kenji.reads()
    told = await shop.comes(maker)
    assert "answered you:*" in told
    assert "The labels take a week." in told
    assert "Write the halfway note" not in await card_of(maker)

    plan = await shop.plan_of(maker)
    assert plan.ends_at is not None
    shop.season.calendar.now = plan.ends_at
    await shop.runs("sandbox_plans")
    assert "Its time is over. The permissions that came with it ended, too." in await shop.comes(
        maker
    )
    shop.season.calendar.turn(days=7)
    await shop.runs("sandbox_plans")
    assert "*Your report is still open:*" in await shop.comes(maker)
    shop.season.calendar.turn(days=7)
    await shop.runs("sandbox_plans")
    assert "*A report is still open:*" in await shop.comes(kenji)
