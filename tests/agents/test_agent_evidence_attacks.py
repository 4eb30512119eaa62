"""Test runs that should not count: foreign tokens, hostile XML, too much, and anything at random."""

import random
import string
from collections.abc import AsyncIterator

import aiohttp
import pytest

from storage import allowances
from storage.agents import test_runs
from storage.agents.test_runs import AgentTestRun
from tests.agents.ci import Ci, connected, report
from tests.agents.register import CHANNEL, OTHER, Desk, at_desk

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<testsuite><testcase name="&d;"/></testsuite>"""
OUTSIDE = (
    b"""<!DOCTYPE t SYSTEM "http://127.0.0.1:9/x.dtd"><testsuite><testcase name="a"/></testsuite>"""
)
HOSTILE = {
    "laughs": LAUGHS,
    "outside": OUTSIDE,
    "local": b"<!DOCTYPE t [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><testsuite>&a;</testsuite>",
    "deep": b"<testsuite>" * 5000,
    "none": b"",
    "other": b"<html><testcase/></html>",
    "empty": b"<testsuite/>",
    "cut": report(20)[:-30],
    "encoding": b'<?xml version="1.0" encoding="klingon"?><testsuite><testcase/></testsuite>',
    "many": report(20_001),
}


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    async with at_desk(sqlite_url, is_public=True) as desk:
        await desk.adds()
        yield desk


async def test_hostile_reports_are_refused_and_change_nothing(desk: Desk) -> None:
    ci = await connected(desk)
    for name, body in HOSTILE.items():
        answer = await ci.sends(body)
        assert answer.status == 422, (name, answer)
        assert "ha" * 8 not in answer.text
        assert "root:" not in answer.text
    assert await _stored(desk, ci) == []


async def test_every_wrong_token_and_agent_gets_one_answer(desk: Desk) -> None:
    ci = await connected(desk)
    workspace_id, secret = ci.token.split(".")
    async with desk.stage.database.write() as session:
        elsewhere = await test_runs.new_token(session, desk.grace.key, OTHER, now=desk.clock())
    tokens = [
        "",
        "x",
        ci.token + "A",
        f"T0LARKSONS0.{secret}",
        f"{workspace_id}.{'A' * 43}",
        elsewhere,
    ]
    answers = [await ci.sends(report(1), token=token) for token in tokens]
    answers += [await ci.sends(report(1), agent=agent) for agent in ("a" * 32, "x", "%00")]
    # Nothing of the body or the query is looked at before.
    answers.append(await ci.sends(b"<nonsense", token="x", criterion="none"))
    await desk.says("remove Scout")
    await desk.noah.clicks("Remove it", where=CHANNEL)
    answers.append(await ci.sends(report(1)))
    assert [(one.status, one.text) for one in answers] == [(401, answers[0].text)] * len(answers)


async def test_only_one_megabyte_is_read(desk: Desk) -> None:
    ci = await connected(desk)
    body = report(1) + b" " * 1_000_000
    assert (await ci.sends(body)).status == 413

    async def streamed() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 50_000

    assert (await ci.sends(streamed())).status == 413
    assert (await ci.sends(report(1) + b" " * 900_000)).status == 200


async def test_a_token_sends_so_many_runs_an_hour(desk: Desk) -> None:
    ci = await connected(desk)
    async with desk.stage.database.write() as session:
        for _ in range(test_runs.RUNS.most):
            await allowances.spend(
                session, desk.workspace_id, CHANNEL, test_runs.RUNS, now=desk.clock()
            )
    refused = await ci.sends(report(1))
    assert refused.status == 429
    assert refused.said["error"] == "This token sent 120 test runs within an hour."
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    desk.clock.go(hours=1)
    assert (await ci.sends(report(1))).status == 200


async def test_what_the_address_says_is_checked(desk: Desk) -> None:
    ci = await connected(desk)
    unknown = await ci.sends(report(1), criterion="speed")
    assert unknown.status == 422
    assert "functionality, security" in unknown.said["error"]
    for wrong in ({"branch": "a b"}, {"branch": "<!channel>"}, {"date": "yesterday"}):
        assert (await ci.sends(report(1), **wrong)).status == 422
    for off in ("2099-01-01T00:00:00Z", "2026-11-19T11:00:00Z", "0001-01-01T00:00:00Z"):
        sent = await ci.sends(report(1), date=off)
        assert sent.said["ran_at"].startswith("2026-11-18T12:00")
        assert sent.said["is_newest"]


async def test_anything_at_random_is_never_an_error_of_the_server(desk: Desk) -> None:
    ci, chance = await connected(desk), random.Random(14)
    signs = string.printable[:95] + "é\U0001f600"
    async with aiohttp.ClientSession() as session:
        for _ in range(250):
            path, query, body, headers = _request(ci, chance, signs)
            async with session.request(
                chance.choice(["POST", "POST", "POST", "GET", "PUT"]),
                f"{ci.address}{path}",
                params=query,
                data=body,
                headers=headers,
            ) as answer:
                assert answer.status < 500, (path, query, body[:200], await answer.text())


def _request(
    ci: Ci, chance: random.Random, signs: str
) -> tuple[str, dict[str, str], bytes, dict[str, str]]:
    """Return a request that is right but for what chance changes of it."""

    def noise(most: int = 40) -> str:
        return "".join(chance.choices(signs, k=chance.randrange(most)))

    def mostly(right: str) -> str:
        return right if chance.random() < 0.7 else noise()

    whole = bytearray(report(chance.randrange(5), failed=chance.randrange(3)))
    for _ in range(chance.choice([0, 1, 3, 30])):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    agent = mostly(ci.agent_id).replace("/", "").replace("?", "").replace("#", "")
    token = mostly(ci.token).encode("ascii", "replace").decode().strip()
    query = {"criterion": mostly("functionality"), "branch": mostly("main"), "date": mostly("")}
    headers = {"Authorization": f"{chance.choice(['Bearer', 'bearer', 'Basic'])} {token}"}
    return f"/agents/{agent}/evidence", query, bytes(whole), headers


async def _stored(desk: Desk, ci: Ci) -> list[AgentTestRun]:
    async with desk.stage.database.read() as session:
        return list(await test_runs.runs_of(session, desk.workspace_id, ci.agent_id))
