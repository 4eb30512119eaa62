"""Who may do what with a plan: forged clicks of others, lost roles, double clicks, and what is off."""

from typing import Any

from bot.features.sandbox import plan_views as plans
from bot.features.sandbox import supervisor_views as supervisors
from bot.features.sandbox.register_views import TRY_READ
from bot.features.sandbox.views import TRY_LIST, TRY_OVERSEE, TRY_PLAN, TRY_START
from tests.admin.boss import OWNER, switches
from tests.admin_forms import sends
from tests.sandbox.workshop import REPORT, Workshop, approves, asks, card_of, drafts
from tests.stage import Person

QUESTION = "release notes"
OF_MEMBER = (
    *(TRY_PLAN, plans.TRY_ASK, plans.TRY_WITHDRAW, plans.TRY_DELETE, plans.TRY_AGAIN),
    *(plans.TRY_STOP, plans.TRY_IDEA, plans.TRY_LIMITS, plans.TRY_REPORT, plans.TRY_HALFWAY),
    *(plans.TRY_PUBLISH, f"{plans.TRY_PAGE}on"),
)
OF_SUPERVISOR = (
    *(TRY_OVERSEE, supervisors.OVERSEE_APPROVE, supervisors.OVERSEE_RETURN),
    *(supervisors.OVERSEE_DECLINE, supervisors.OVERSEE_STOP, supervisors.OVERSEE_EXTEND),
    *(supervisors.OVERSEE_HALFWAY, supervisors.OVERSEE_REPORT),
)


async def forges(person: Person, action: str, value: str) -> str:
    """Click a button that the person's card does not have; return all that they see after it."""
    await person.types("/rungs try")
    element: dict[str, Any] = {"type": "button", "action_id": action, "value": value}
    element["text"] = {"type": "plain_text", "text": "Forged"}
    await person.clicks_element(person.card, person.card.blocks[-2]["block_id"], element)
    await person.stage.settle()
    seen = f"{person.view_text}\n{person.reads()}"
    if person.stage.playground.workspace.modal_stack(person.id):
        await person.closes()
    return seen


async def test_nobody_acts_on_a_plan_of_others(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """Neither a stranger nor another supervisor reads or moves a plan by the buttons of its cards."""
    await drafts(maker, kenji)
    draft = await shop.plan_of(maker)
    omar, mei = shop.person("omar"), shop.person("mei")
    assert QUESTION not in await forges(kenji, TRY_OVERSEE, draft.id)
    await maker.clicks("Ask for it")
    for action in (*OF_MEMBER, *OF_SUPERVISOR):
        for person in (omar, mei):
            assert QUESTION not in await forges(person, action, draft.id), action
    for action in OF_SUPERVISOR:
        await forges(maker, action, draft.id)
    assert (await shop.plan_of(maker)).state == "asked"
    await approves(kenji)
    for person in (omar, mei):
        for action in (plans.TRY_STOP, supervisors.OVERSEE_STOP, f"{plans.TRY_WEEK}trouble"):
            assert QUESTION not in await forges(person, action, f"{draft.id}|1")
            assert QUESTION not in await forges(person, action, draft.id)
    assert (await shop.plan_of(maker)).state == "running"
    await forges(kenji, supervisors.OVERSEE_STOP, draft.id)
    assert (await shop.plan_of(maker)).end_reason == "stopped_by_supervisor"


async def test_a_supervisor_who_lost_the_role_does_nothing_more(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """The form of an approval that was open before the role ended approves nothing, and keeps the words."""
    await asks(maker, kenji)
    assert "*Nobody decides on this plan:*" not in await card_of(maker)
    await kenji.types("/rungs try")
    await kenji.clicks("Open")
    await kenji.clicks("Approve")
    await shop.names("supervisor", "mei")
    await sends(kenji, try_oversee_words="Go ahead.")
    assert "This plan doesn't wait for you." in kenji.reads()
    assert "*Nobody decides on this plan:*" in await card_of(maker)
    assert "*You wrote:* Go ahead." in kenji.reads()
    plan = await shop.plan_of(maker)
    assert plan.state == "asked"
    for action in OF_SUPERVISOR:
        assert QUESTION not in await forges(kenji, action, plan.id)
    await kenji.types("/rungs try")
    assert QUESTION not in kenji.reads()
    await kenji.types("/rungs try list")
    assert "Supervisors and sandbox leads see the list" in kenji.reads()
    assert QUESTION not in await shop.comes(kenji)


async def test_two_clicks_count_once(shop: Workshop, maker: Person, kenji: Person) -> None:
    """A form that is sent twice and a button that is clicked twice do what one does."""
    await drafts(maker, kenji)
    card = maker.card
    await maker.clicks("Ask for it", on=card)
    first = await shop.plan_of(maker)
    element = {
        "type": "button",
        "action_id": plans.TRY_ASK,
        "value": first.id,
        "text": {"type": "plain_text", "text": "Ask for it"},
    }
    await maker.clicks_element(card, card.blocks[-3]["block_id"], element)
    await maker.stage.settle()
    assert (await shop.plan_of(maker)).round == 1
    assert "*Sent.*" in maker.reads()
    assert "That can't be done" not in maker.reads()
    await approves(kenji)
    started = (await shop.plan_of(maker)).started_at
    await forges(kenji, supervisors.OVERSEE_APPROVE, first.id)
    assert (await shop.plan_of(maker)).started_at == started
    assert "That can't be done with this plan now." not in await card_of(maker)


async def test_the_register_is_for_supervisors_and_leads(
    shop: Workshop, maker: Person, kenji: Person
) -> None:
    """They read what runs and the reports, and nothing of what only waits; others read neither."""
    await asks(maker, kenji)
    grace, omar = shop.person("grace"), shop.person("omar")
    await grace.types("/rungs try list")
    assert "No sandbox has run here yet." in grace.reads()
    await approves(kenji)
    plan = await shop.plan_of(maker)
    await card_of(maker)
    await maker.clicks("Stop now")
    await maker.clicks("Write the report")
    await sends(maker, **REPORT)
    await kenji.types("/rungs try")
    await kenji.clicks("Open")
    await kenji.clicks("Answer the report")
    await sends(kenji, try_oversee_words="Between the two of us.")
    await grace.types("/rungs try list")
    assert "supervised by <@U0KENJISATO>" in grace.reads()
    await grace.clicks("Read the report")
    assert REPORT["try_surprised"] in grace.reads()
    assert "Between the two of us." not in grace.reads()
    await grace.clicks("Back to the list")
    assert REPORT["try_surprised"] in await forges(shop.person("mei"), TRY_READ, f"{plan.id}|1")
    for action in (TRY_READ, TRY_LIST):
        assert "release notes" not in await forges(omar, action, f"{plan.id}|1")
    await omar.types("/rungs try list")
    assert "Supervisors and sandbox leads see the list" in omar.reads()


async def test_off_shows_nowhere(shop: Workshop, maker: Person, kenji: Person) -> None:
    """With the switch off, the command, the buttons and the forms do nothing."""
    await asks(maker, kenji)
    await maker.clicks("All my plans")
    await maker.clicks("Start a plan")
    await switches(shop.person(OWNER), "Sandbox")
    await sends(maker, try_question="One more?", try_tool="One", try_data="public")
    plan = await shop.plan_of(maker)
    assert (plan.state, plan.question) == (
        "asked",
        "Does an agent write release notes that we'd publish?",
    )
    assert QUESTION not in await forges(maker, TRY_START, "")
    await maker.types("/rungs help")
    assert "/rungs try" not in maker.reads()
    await maker.types("/rungs privacy")
    assert "sandbox" not in maker.reads().casefold()
