"""Who is answered what: tokens, workspaces, people, limits, and what the log keeps of it."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.features.clients import operators
from bot.features.clients.service import QUESTIONS
from coaching.members import MemberKey
from storage import members, workspaces
from storage.allowances import spend
from storage.clients.clients import ClientToken
from storage.workspace_settings import CAPABILITIES
from tests.clients.gateway import DRAFTS, PILOT, POLICY, Gate, question
from tests.stage import LONG_ON_BOTH, Person

pytestmark = [pytest.mark.asyncio(loop_scope="module"), LONG_ON_BOTH]

ELSEWHERE = "T0ELSEWHERE"


@pytest.fixture
def ada(gate: Gate) -> Person:
    """Ada, who has both permissions; the gateway may ask about one."""
    return gate.person("ada")


async def test_one_answer_for_all_who_do_not_have_it(gate: Gate, ada: Person) -> None:
    noah, guest = gate.person("noah").key, gate.person("sam").key
    await gate.grants(noah)
    await gate.grants(guest, PILOT, guest=True)
    async with gate.stage.database.write() as session:
        await workspaces.connect(session, ELSEWHERE, "Elsewhere", now=gate.clock())
    there = MemberKey(ELSEWHERE, "U0ELSEWHERE")
    await gate.grants(there, PILOT)
    asked = {
        "without it": question(noah.user_id),
        "a guest": question(guest.user_id),
        "of another workspace": question(there.user_id),
        "unknown": question("U0NOBODY"),
        "by address": question("ada@example.com"),
        "by a lone surrogate": question("\ud800@example.com"),
        "with a zero": question("U0\x00"),
        "long": question("U" * 5000),
        "not assigned": question(ada.id, DRAFTS),
        "no such permission": question(ada.id, "nothing"),
        "another action": question(ada.id, action={"name": "read"}),
        "another resource": question(ada.id, resource={"type": "record", "id": PILOT}),
        "another subject": question(ada.id, subject={"type": "group", "id": ada.id}),
    }
    answers = {name: await gate.sends(one) for name, one in asked.items()}
    assert {one.status for one in answers.values()} == {200}
    [said] = {one.text for one in answers.values()}
    link = f"slack://user?team={gate.workspace_id}&id={gate.stage.playground.workspace.app.user_id}"
    assert json.loads(said) == {
        "decision": False,
        "context": {"reason": "not_met", "link": link},
    }


async def test_every_wrong_token_gets_one_answer(gate: Gate, ada: Person) -> None:
    known = ClientToken.parse(gate.token)
    assert known is not None
    secret = "A" * 43
    tokens = [
        *("", "x", f"{gate.token}A", gate.token[:-1], f"{gate.token} {gate.token}"),
        str(ClientToken(gate.workspace_id, known.client_id, secret)),
        str(ClientToken(gate.workspace_id, "0" * 32, known.secret)),
        str(ClientToken("T0NOWHERE00", known.client_id, known.secret)),
        str(ClientToken(ELSEWHERE, known.client_id, known.secret)),
    ]
    answers = [await gate.sends(question(ada.id), token=token) for token in tokens]
    answers += [await gate.sends(body, token=tokens[5]) for body in (b"{", b"", question(""))]
    answers += [await gate.sends(question(ada.id), token="", Authorization=f"Basic {gate.token}")]
    assert {one.status for one in answers} == {401}
    assert len({one.text for one in answers}) == 1
    assert {one.headers["WWW-Authenticate"] for one in answers} == {"Bearer"}
    assert secret not in repr(ClientToken.parse(tokens[5]))


async def test_a_client_sees_what_is_assigned_to_it_until_it_is_revoked(
    gate: Gate, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    name, database = "Second", gate.stage.database
    token = await gate.adds(name)
    place = {"workspace_id": gate.workspace_id, "name": name}
    assert not await gate.asks(ada.id, token=token)
    for assigned in ([PILOT], [DRAFTS], [PILOT, DRAFTS]):
        await operators.assign(
            database, **place, permissions=assigned, known=[PILOT, DRAFTS], now=gate.clock()
        )
        asked = [one for one in (PILOT, DRAFTS) if await gate.asks(ada.id, one, token=token)]
        assert asked == assigned
    with pytest.raises(operators.ClientProblem, match="There is a program 'Second' in"):
        await gate.adds(name)
    await operators.revoke(database, **place, now=gate.clock())
    assert (await gate.sends(question(ada.id), token=token)).status == 401
    again = await gate.adds(name, PILOT)
    assert await gate.asks(ada.id, token=again)
    async with database.read() as session:
        stored = str((await session.execute(text("SELECT * FROM access_client"))).all())
    for one in (token, again):
        secret = one.rsplit(".", 1)[1]
        assert secret not in stored
        assert secret not in caplog.text


async def test_a_grant_counts_until_its_last_second(gate: Gate) -> None:
    mei = gate.person("mei").key
    await gate.grants(mei, PILOT)
    begun = gate.clock()
    try:
        for later, expected in (
            (timedelta(seconds=-1), False),
            (timedelta(0), True),
            (timedelta(days=30, seconds=-1), True),
            (timedelta(days=30), False),
        ):
            gate.clock.at = begun + later
            assert await gate.asks(mei.user_id) is expected, later
    finally:
        gate.clock.at = begun


async def test_while_access_is_off_the_answer_is_no(gate: Gate, ada: Person) -> None:
    await gate.sets(CAPABILITIES, ())
    try:
        assert not await gate.asks(ada.id)
    finally:
        await gate.sets(CAPABILITIES, ("access",))
    assert await gate.asks(ada.id)


async def test_the_log_has_who_asked_what_and_no_unknown_names(gate: Gate, ada: Person) -> None:
    before = {one.id for one in await gate.log()}
    for who, what in ((ada.id, PILOT), (ada.id, DRAFTS), ("grace@secret.example", PILOT)):
        await gate.asks(who, what)
    added = [one for one in await gate.log() if one.id not in before]
    assert {one.policy_version for one in added} == {POLICY.version}
    client = ClientToken.parse(gate.token)
    assert client is not None
    assert {one.client_id for one in added} == {client.client_id}
    assert [(one.user_id, one.permission, one.is_allowed) for one in added] == [
        (ada.id, PILOT, True),
        (ada.id, "", False),
        (None, PILOT, False),
    ]


async def test_a_client_may_ask_so_much_a_minute_of_all_processes(gate: Gate, ada: Person) -> None:
    token = await gate.adds("Busy", PILOT)
    known = ClientToken.parse(token)
    assert known is not None
    async with gate.stage.database.write() as session:
        elsewhere: dict[str, Any] = {"now": gate.clock(), "count": QUESTIONS.most - 100}
        await spend(session, gate.workspace_id, known.client_id, QUESTIONS, **elsewhere)
    asked = question(ada.id, evaluations=[{}] * 50)
    answers = [await gate.sends(asked, kind="evaluations", token=token) for _ in range(2)]
    assert {one.status for one in answers} == {200}
    refused = await gate.sends(question(ada.id), token=token)
    assert (refused.status, int(refused.headers["Retry-After"])) == (429, 60)
    assert await gate.asks(ada.id), "another client is not held up"
    gate.clock.go(seconds=61)
    assert await gate.asks(ada.id, token=token)


async def test_an_erasure_comes_before_an_answer_or_after_it(gate: Gate) -> None:
    omar = gate.person("omar")
    await gate.grants(omar.key, PILOT)
    await omar.types("/rungs forget")
    asked = [gate.asks(omar.id) for _ in range(8)]
    _, *answers = await asyncio.gather(omar.clicks("Erase everything"), *asked)
    assert len(answers) == 8
    async with gate.stage.database.read() as session:
        known = await members.get(session, omar.key)
    kept = [one for one in await gate.log() if one.user_id == omar.id]
    assert (known, kept) == (None, [])
    assert not await gate.asks(omar.id)
