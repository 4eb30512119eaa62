"""Plans as people write them: the longest texts, what is missing, what was typed, and who may supervise."""

from coaching.sandbox import MOST_RISKS, PlanFacts
from storage.sandbox import plans
from tests.admin.boss import OWNER, opens
from tests.admin_forms import fields, sends
from tests.sandbox.workshop import IDEA, REPORT, Workshop, approves, asks, card_of, drafts
from tests.stage import Person, labels, shown

LONG = ('<!channel> & "x" *y* ' * 50)[:1000]


async def test_the_longest_plan_is_read_to_the_end(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """Every text as long as it may be, and as many risks as may be: both read all of it, on several pages."""
    await drafts(maker, kenji, try_undo=LONG, try_stop_when=LONG)
    await maker.clicks("Change the idea")
    await sends(maker, **{**IDEA, "try_question": LONG, "try_affected": LONG})
    risks = {one.id: one.text for one in shop.season.stage.bot.deps.library.sandbox.risks}
    chosen = list(risks.values())[:MOST_RISKS]
    for text in chosen[1:]:
        await maker.chooses(text)
        await sends(maker, try_mitigation=LONG)
    assert "Add a risk" not in str(maker.card.blocks)
    for person in (maker, kenji):
        if person is kenji:
            await maker.clicks("Ask for it")
            await kenji.types("/rungs try")
            await kenji.clicks("Open")
        read = person.reads()
        while any("Next page" in row for row in labels(person.card)):
            await person.clicks("Next page")
            read += person.reads()
        assert all(text in read for text in chosen)
        assert "*When to stop early:*" in read
        assert "<!channel>" not in read
    await approves(kenji, try_oversee_words=LONG)
    await card_of(maker)
    await maker.clicks("Stop now")
    await maker.clicks("Write the report")
    report = dict.fromkeys(REPORT, LONG) | {"try_verdict": "stop"}
    await sends(maker, **report)
    assert "*Stop it: not worth it.*" in maker.reads()
    await maker.clicks("Publish it")
    assert "This is what people will read:" in maker.view_text


async def test_a_draft_says_what_it_lacks(shop: Workshop, maker: Person) -> None:
    """A draft is kept with gaps, names them, and can be asked for when they are filled."""
    await maker.types("/rungs try")
    await maker.clicks("Start a plan")
    assert "Personal data" not in str(fields(maker)["try_data"])
    assert "*Never in a sandbox:*" in maker.view_text
    await sends(maker, **IDEA)
    missing = "*Still missing:* one to six risks, what can be undone, when you stop early, how long"
    assert missing in maker.reads()
    assert not any("Ask for it" in row for row in labels(maker.card))
    await maker.chooses("It costs more than planned")
    await sends(maker)
    assert "Set a spending limit in the tool" in maker.reads()
    await maker.chooses("It costs more than planned")
    assert "one to six risks" not in maker.reads()
    await maker.clicks("Delete the draft")
    assert "*Deleted.*" in maker.reads()


async def test_what_was_typed_is_not_lost(shop: Workshop, maker: Person, kenji: Person) -> None:
    """A form that is sent after the plan moved on changes nothing, and gives the words back."""
    await drafts(maker, kenji)
    card = maker.card
    await maker.clicks("Change the idea", on=card)
    view = maker.view
    await maker.clicks("Ask for it", on=card)
    assert maker.view is view
    await sends(maker, **{**IDEA, "try_affected": "Nobody but me."})
    assert "That can't be done with this plan now." in maker.reads()
    assert "*You wrote:* Nobody but me." in maker.reads()
    assert (await shop.plan_of(maker)).affected == IDEA["try_affected"]


async def test_nobody_supervises_their_own_plan_or_that_of_their_supervisor(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """The form names who may supervise, and asking says why somebody else may not."""
    mei = shop.person("mei")
    await asks(kenji, mei)
    await approves(mei)
    await drafts(mei, mei)
    await mei.clicks("Ask for it")
    assert "Nobody supervises their own plan." in mei.reads()
    await mei.clicks("Change the limits")
    assert "Nobody can supervise your plan right now." in mei.view_text
    await sends(mei, try_supervisor=kenji.id)
    await mei.clicks("Ask for it")
    assert "in the last 180 days, so they can't supervise yours." in mei.reads()
    await mei.clicks("Change the limits")
    await sends(mei, try_supervisor=maker.id)
    await mei.clicks("Ask for it")
    assert f"<@{maker.id}> doesn't supervise sandboxes here." in mei.reads()
    assert (await shop.plan_of(mei)).state == "draft"


async def test_a_changed_plan_is_asked_for_anew(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """Returned plans are changed and asked for again; a running one ends when its change is asked for."""
    await asks(maker, kenji)
    await kenji.types("/rungs try")
    await kenji.clicks("Open")
    await kenji.clicks("Return with words")
    await sends(kenji, try_oversee_words="How do you count them?")
    assert "*Returned, with your words.*" in kenji.reads()
    assert "“How do you count them?”" in await card_of(maker)
    await maker.clicks("Ask for it")
    await approves(kenji)
    running = await shop.plan_of(maker)
    await card_of(maker)
    await maker.clicks("Change the plan")
    assert "When you ask for this one, the running one ends" in maker.reads()
    await maker.clicks("Change the idea")
    await sends(maker, try_tool="Another tool")
    assert (await shop.plan_of(maker)).replaces == running.id
    await maker.clicks("Ask for it")
    assert "Waiting for" in maker.reads()
    await kenji.types("/rungs try")
    assert "when a changed plan took its place" in kenji.reads()
    await kenji.clicks("Open")
    await kenji.clicks("Return with words")
    await sends(kenji, try_oversee_words="Which one?")
    assert "When you ask for this one, the running one ends" not in await card_of(maker)
    await maker.clicks("Ask for it")
    await kenji.types("/rungs try")
    await kenji.clicks("Open")
    await kenji.clicks("Decline")
    await sends(kenji, try_oversee_words="Not with this tool.")
    assert "Not approved, on" in await card_of(maker)


async def test_admins_choose_what_stays(shop: Workshop, maker: Person, kenji: Person) -> None:
    """Admins see supervisors, data and nevers, and choose whether reports stay without the person."""
    boss = shop.person(OWNER)
    await asks(maker, kenji)
    await approves(kenji)
    await boss.types("/rungs admin")
    assert "Two people supervise. Plans and reports go when a member erases" in boss.reads()
    await opens(boss, "Look at it")
    assert "*Never in a sandbox, whatever the policy says.*" in boss.view_text
    assert "Assistant in the editor" in boss.view_text
    await sends(boss, try_admin_stays=["keep"])
    await maker.types("/rungs privacy")
    assert "plans that ran stay with their notes and reports" in maker.reads()
    await maker.types("/rungs forget")
    assert "Your sandboxes that ran stay as you wrote them" in maker.reads()
    await maker.clicks("Erase everything")
    assert any("their plans, notes, and reports stay too" in shown(one) for one in maker.messages())
    await kenji.types("/rungs try")
    assert "· someone whose name was erased" in kenji.reads()


async def test_a_supervisor_decides_from_the_home_tab(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """Home says that a plan waits; opened there, it is declined in the same window."""
    await asks(maker, kenji)
    await maker.opens_home()
    assert "*Sandboxes:*" not in maker.view_text
    await kenji.opens_home()
    assert "*Sandboxes:* one plan waits for you" in kenji.view_text
    for label in ("Open sandboxes", "Open", "Decline"):
        await kenji.clicks_in_view(label)
    await sends(kenji, try_oversee_words="Not this month.")
    assert "*Declined, with your words.*" in kenji.view_text
    assert (await shop.plan_of(maker)).state == "declined"


async def test_every_plan_of_many_is_within_reach(shop: Workshop, maker: Person) -> None:
    """Nine drafts stand on two pages, and each is listed once."""
    async with shop.season.stage.database.write() as session:
        for number in range(9):
            facts = PlanFacts(question=f"Question {number}?")
            await plans.save_draft(session, maker.key, facts, now=shop.season.calendar.now)
    await maker.types("/rungs try")
    first = maker.reads()
    await maker.clicks("Next page")
    second = maker.reads()
    assert all((first + second).count(f"Question {number}?") == 1 for number in range(9))
    await maker.clicks("Previous page")
    assert maker.reads() == first
