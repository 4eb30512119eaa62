"""What members and admins see of programs that ask, addresses, the export, and how long the log is kept."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app import REGISTRY, jobs_of
from bot.coaches import FixedCoaches
from bot.slack.installation import SCOPES
from scheduler.clock import run_job
from storage.clients.access_log import LOG_KEPT
from storage.clients.emails import COUNTS_FOR, EMAILS, MemberEmail
from storage.privacy import everything_about
from storage.workspace_settings import CAPABILITIES
from tests.admin.boss import KIND_NO, sends
from tests.clients.gateway import PILOT, Gate
from tests.stage import Person

SECTION = "Programs that ask"


async def runs(gate: Gate, name: str) -> None:
    """Run a job until nothing is left to do."""
    (job,) = (one for one in jobs_of(REGISTRY) if one.name == name)
    deps = await gate.stage.bot.coaching.coaches.of(gate.workspace_id)
    assert deps is not None
    await run_job(job, replace(gate.stage.coach({}), coaches=FixedCoaches([deps])))


async def saves(gate: Gate, *, days: str = "180", by_email: bool) -> Person:
    """Let the owner save the form; return them."""
    priya = gate.person("priya")
    await priya.types("admin")
    card = priya.card
    place = next(at for at, block in enumerate(card.blocks) if SECTION in str(block.get("text")))
    button = next(
        one
        for block in card.blocks[place:]
        for one in _buttons(block)
        if one["action_id"] == "clients_asked"
    )
    await priya.clicks_element(card, "any", button)
    await gate.stage.settle()
    chosen = [{"text": {"type": "plain_text", "text": "…"}, "value": "email"}] if by_email else []
    option = {"text": {"type": "plain_text", "text": f"{days} days"}, "value": days}
    await sends(
        priya,
        {
            "clients_naming": {
                "clients_naming": {"type": "checkboxes", "selected_options": chosen}
            },
            "clients_days": {"clients_days": {"type": "static_select", "selected_option": option}},
        },
    )
    gate.stage.bot.coaching.coaches.forget(gate.workspace_id)
    return priya


def _buttons(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]


async def page(person: Person) -> str:
    await person.types("privacy")
    return person.reads()


async def test_members_read_who_may_ask_what(own_gate: Gate) -> None:
    gate, ada = own_gate, own_gate.person("ada")
    await gate.adds("<Proxy> & co")
    shown = await page(ada)
    assert "*Programs that ask about you*" in shown
    assert "• Gateway: whether you have The pilot &amp; more." in shown
    assert "• &lt;Proxy&gt; &amp; co: nothing yet." in shown
    assert "in a log for 180 days" in shown
    assert "Which programs asked what you may use: 180 days." in shown
    assert "They name you by your Slack ID." in shown
    await saves(gate, days="30", by_email=False)
    shown = await page(ada)
    assert "in a log for 30 days" in shown
    assert "Which programs asked what you may use: 30 days." in shown
    await gate.sets(CAPABILITIES, ())
    assert "Programs that ask" not in await page(ada)
    await gate.person("priya").types("admin")
    assert SECTION not in gate.person("priya").reads()


async def test_only_admins_see_and_save_the_form(own_gate: Gate) -> None:
    priya, ada = own_gate.person("priya"), own_gate.person("ada")
    await priya.types("admin")
    assert "May ask what members can use: Gateway." in priya.reads()
    await ada.types("help")
    element = {"type": "button", "action_id": "clients_asked"}
    await ada.clicks_element(ada.card, "any", element)
    await own_gate.stage.settle()
    assert ada.view is None
    assert KIND_NO in ada.reads()


async def test_an_export_has_what_was_asked_and_an_erasure_takes_it(own_gate: Gate) -> None:
    gate, ada = own_gate, own_gate.person("ada")
    await gate.asks(ada.id)
    async with gate.stage.database.read() as session:
        held = await everything_about(session, ada.key, REGISTRY.personal_data)
    [entry] = held["log"]["asked_by_programs"]
    assert entry == {
        "client": "Gateway",
        "permission": PILOT,
        "is_allowed": True,
        "policy_version": entry["policy_version"],
        "at": gate.clock().isoformat(),
    }
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    assert await gate.log() == []


async def test_the_log_is_kept_as_long_as_admins_say(own_gate: Gate) -> None:
    gate, ada = own_gate, own_gate.person("ada")
    await gate.sets(LOG_KEPT, 90)
    for days, left in ((0, 1), (30, 2), (90 - 30, 2)):
        gate.clock.go(days=days)
        if days != 90 - 30:
            await gate.asks(ada.id)
        await runs(gate, "access_log")
        assert len(await gate.log()) == left
    gate.clock.go(seconds=1)
    # Also once access is off.
    await gate.sets(CAPABILITIES, ())
    await runs(gate, "access_log")
    assert len(await gate.log()) == 1
    gate.clock.go(days=180)
    await runs(gate, "prune")
    assert await gate.log() == []


async def addresses(gate: Gate) -> list[str]:
    async with gate.stage.database.read() as session:
        return list(await session.scalars(select(col(MemberEmail.user_id))))


async def test_addresses_name_people_only_while_an_admin_lets_them(own_gate: Gate) -> None:
    gate, ada = own_gate, own_gate.person("ada")
    service = gate.stage.playground.service
    people = gate.stage.playground.workspace.people
    service.granted = frozenset(SCOPES)
    priya = await saves(gate, by_email=True)
    assert "The permission `users:read.email`" in priya.reads()
    await runs(gate, "member_emails")
    assert await addresses(gate) == []
    service.granted = frozenset({*SCOPES, "users:read.email"})
    await saves(gate, by_email=True)
    assert not await gate.asks("ada@example.com")
    await runs(gate, "member_emails")
    assert await gate.asks("ada@example.com")
    assert await gate.asks(" ADA@Example.com")
    assert await gate.asks(ada.id)
    assert not await gate.asks("kenji@example.com"), "whom Rungs has not met"
    assert "keeps a hash of your confirmed address" in await page(ada)
    # An address that somebody else has now, or that nobody confirmed, stands for them or for nobody.
    await gate.grants(gate.person("mei").key, PILOT)
    people[ada.id].email, people["U0MEILIN000"].email = "okafor@example.com", "ada@example.com"
    gate.clock.go(hours=1, seconds=1)
    await runs(gate, "member_emails")
    assert (await gate.asks("ada@example.com"), await gate.asks("okafor@example.com")) == (
        True,
        True,
    )
    assert [one.user_id for one in (await gate.log())[-2:]] == ["U0MEILIN000", ada.id]
    people["U0MEILIN000"].is_email_confirmed = False
    gate.clock.go(hours=1, seconds=1)
    await runs(gate, "member_emails")
    assert not await gate.asks("ada@example.com")
    # What was read counts only for a while.
    service.granted = frozenset(SCOPES)
    gate.clock.at += COUNTS_FOR
    assert not await gate.asks("okafor@example.com")
    await saves(gate, by_email=False)
    assert await addresses(gate) == []


async def test_an_address_goes_with_an_erasure_and_stands_in_no_row(own_gate: Gate) -> None:
    gate, ada = own_gate, own_gate.person("ada")
    gate.stage.playground.service.granted = frozenset({*SCOPES, "users:read.email"})
    await gate.sets(EMAILS, True)
    await runs(gate, "member_emails")
    async with gate.stage.database.read() as session:
        held = await everything_about(session, ada.key, REGISTRY.personal_data)
    assert held["you"]["email_hash"]["digest"]
    assert "@example.com" not in str(held)
    # With access off nobody reads them any more, and the next day they are gone.
    await gate.sets(CAPABILITIES, ())
    gate.clock.go(days=1, seconds=1)
    await runs(gate, "prune")
    assert await addresses(gate) == []
    await gate.sets(CAPABILITIES, ("access",))
    await runs(gate, "member_emails")
    assert ada.id in await addresses(gate)
    await ada.types("/rungs forget")
    await ada.clicks("Erase everything")
    assert ada.id not in await addresses(gate)
