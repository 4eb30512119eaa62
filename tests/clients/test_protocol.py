"""The protocol rules of AuthZEN 1.0, as the OpenID certification scenario lists them for three levels.

The comments name the sections of the scenario: 2 is a single question, 3 a batch, and 6 discovery. Its
subjects and records are our members and permissions here, and its rules about properties are about a policy
that reads them, which ours does not.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.clients.gateway import DRAFTS, PILOT, Gate, question
from tests.stage import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = Path(__file__).parent
REQUEST, RESPONSE = (
    json.loads((HERE / f"authzen_evaluation_{kind}.schema.json").read_text())
    for kind in ("request", "response")
)
DENIED = {"reason": "not_met"}


@pytest.fixture
def ada(gate: Gate) -> Person:
    """Ada, who has both permissions; the gateway may ask about one."""
    return gate.person("ada")


def is_answer(said: Any) -> bool:
    Draft202012Validator(RESPONSE).validate(said)
    return bool(said["decision"])


async def test_a_question_gets_a_decision(gate: Gate, ada: Person) -> None:  # 2.2.1, 2.2.2, 2.3
    for who, expected in ((ada.id, True), (gate.person("noah").id, False)):
        answer = await gate.sends(question(who))
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/json"
        assert is_answer(answer.said) is expected


async def test_context_properties_and_unknown_fields_change_nothing(  # 2.2.3, 2.2.8, 2.2.9
    gate: Gate, ada: Person
) -> None:
    asked = question(ada.id, context={"time": "2025-06-27T18:03-07:00"}, foo="bar", more={"a": [1]})
    asked["subject"]["properties"] = {"department": "Sales"}
    asked["action"]["properties"] = {"method": "GET"}
    asked["resource"] |= {"properties": {"status": "active"}, "later": None}
    answer = await gate.sends(asked)
    assert (answer.status, answer.said) == (200, {"decision": True})


def without(*path: str) -> dict[str, Any]:
    asked = question("U1")
    place = asked
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return asked


MALFORMED: dict[str, Any] = {  # 2.4.1 to 2.4.6
    **{f"no {name}": without(name) for name in ("subject", "action", "resource")},
    **{
        f"no {part} {name}": without(part, name)
        for part, name in (
            *(("subject", "type"), ("subject", "id"), ("action", "name")),
            *(("resource", "type"), ("resource", "id")),
        )
    },
    "no json": b"{",
    "empty": b"",
    "a list": [],
    "a word": "subject",
    "nothing": None,
    "not utf-8": b'{"subject": "\xff"}',
    "deep": b"[" * 50_000,
    "a long number": b'{"subject": ' + b"1" * 5000 + b"}",
    "a word for a subject": question("U1") | {"subject": "alice"},
    "nothing for an action": question("U1") | {"action": None},
    "a list for a resource": question("U1") | {"resource": []},
    "a number for a name": question("U1") | {"action": {"name": 123}},
    "nothing for an id": question("U1") | {"subject": {"type": "user", "id": None}},
    "words for properties": question("U1") | {"action": {"name": "use", "properties": "no"}},
    "words for context": question("U1", context="now"),
}


@pytest.mark.parametrize("kind", ["evaluation", "evaluations"])
async def test_whatever_is_malformed_is_a_bad_request(gate: Gate, kind: str) -> None:
    before = await gate.log()
    for name, body in MALFORMED.items():
        answer = await gate.sends(body, kind=kind)
        assert answer.status == 400, (name, answer)
        assert isinstance(answer.said, str), name
    assert await gate.log() == before


async def test_only_json_is_read(gate: Gate, ada: Person) -> None:  # 2.4.3, 5
    for kind, status in (
        ("text/plain", 400),
        ("application/x-www-form-urlencoded", 400),
        ("application/jsonp", 400),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
    ):
        answer = await gate.sends(question(ada.id), Content_Type=kind)
        assert answer.status == status, kind


async def test_a_request_id_comes_back_with_every_answer(gate: Gate, ada: Person) -> None:  # 2.5
    sent = "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"
    for body, token in ((question(ada.id), None), (b"{", None), (question(ada.id), "wrong")):
        answer = await gate.sends(body, token=token, X_Request_ID=sent)
        assert answer.headers["X-Request-ID"] == sent
    assert "X-Request-ID" not in (await gate.sends(question(ada.id))).headers


async def test_the_same_question_gets_the_same_answer(gate: Gate, ada: Person) -> None:  # 2.6
    answers = [await gate.sends(question(ada.id)) for _ in range(5)]
    assert {one.text for one in answers} == {'{"decision":true}'}


async def batch(gate: Gate, *items: Any, semantic: str = "", **defaults: Any) -> Any:
    options = {"options": {"evaluations_semantic": semantic}} if semantic else {}
    answer = await gate.sends({**defaults, **options, "evaluations": items}, kind="evaluations")
    assert answer.status == 200, answer
    assert list(answer.said) == ["evaluations"]
    assert all(is_answer(one) is one["decision"] for one in answer.said["evaluations"])
    return answer


async def test_a_batch_is_answered_in_its_order(gate: Gate, ada: Person) -> None:  # 3.2, 3.3
    noah, defaults = gate.person("noah").id, question(ada.id, context={"time": "now"})
    named = {"subject": {"type": "user", "id": noah}}
    found = await batch(gate, {}, named, {"context": {"time": "later"}}, **defaults)
    assert found.decisions == [True, False, True]
    whole = await batch(gate, question(noah), question(ada.id), question(ada.id, DRAFTS))
    assert whole.decisions == [False, True, False]


async def test_a_part_of_an_item_stands_for_the_default(gate: Gate, ada: Person) -> None:  # 3.2.7
    defaults = question(ada.id) | {"resource": {"type": "permission"}}
    items = ({"resource": {"id": PILOT}}, {"resource": {"id": PILOT, "type": "record"}})
    assert (await batch(gate, *items, **defaults)).decisions == [True, False]


async def test_a_malformed_item_is_denied_alone(gate: Gate, ada: Person) -> None:  # 3.4.1
    defaults = without("resource") | {"subject": question(ada.id)["subject"]}
    resource = {"resource": question("")["resource"]}
    found = await batch(gate, resource, {}, "no", {"resource": 1}, resource, **defaults)
    assert found.decisions == [True, False, False, False, True]
    errors = [one["context"]["error"] for one in found.said["evaluations"][1:4]]
    assert {one["status"] for one in errors} == {400}
    assert errors[0]["message"] == "'resource' is missing."


async def test_without_items_a_batch_is_a_question(gate: Gate, ada: Person) -> None:  # 3.4.2, 3.4.3
    for asked in (question(ada.id), question(ada.id, evaluations=[])):
        answer = await gate.sends(asked, kind="evaluations")
        assert (answer.status, answer.said) == (200, {"decision": True})


async def test_a_batch_stops_where_it_is_told_to(gate: Gate, ada: Person) -> None:
    yes: dict[str, Any] = {}
    no = {"resource": {"type": "permission", "id": DRAFTS}}
    for semantic, items, expected in (
        ("execute_all", (yes, no, yes), [True, False, True]),
        ("deny_on_first_deny", (yes, no, yes), [True, False]),
        ("deny_on_first_deny", (yes, "malformed", yes), [True, False]),
        ("permit_on_first_permit", (no, yes, no), [False, True]),
        ("permit_on_first_permit", (no, no), [False, False]),
    ):
        before = len(await gate.log())
        found = await batch(gate, *items, semantic=semantic, **question(ada.id))
        assert found.decisions == expected, semantic
        malformed = sum(item == "malformed" for item in items)
        assert len(await gate.log()) - before == len(expected) - malformed


async def test_a_batch_that_cannot_be_read_is_a_bad_request(gate: Gate) -> None:
    wrongs: list[dict[str, Any]] = [
        {"evaluations": {}},
        {"evaluations": "all"},
        {"evaluations": [{}], "options": []},
        {"evaluations": [{}], "options": {"evaluations_semantic": "some"}},
        {"evaluations": [{}], "options": {"evaluations_semantic": None}},
        {"evaluations": [{}], "subject": "alice"},
        {"evaluations": [{}], "context": 1},
        {"evaluations": [{}] * 51},
    ]
    for wrong in wrongs:
        answer = await gate.sends(question("U1") | wrong, kind="evaluations")
        assert answer.status == 400, (wrong, answer)


async def test_too_much_is_not_read(gate: Gate) -> None:
    answer = await gate.sends(question("U1", context={"more": "x" * 100_000}))
    assert answer.status == 413


async def test_it_says_where_to_ask(gate: Gate) -> None:  # 6
    answer = await gate.gets("/.well-known/authzen-configuration")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    site = gate.stage.bot.coaching.service.site.url
    assert answer.said == {
        "policy_decision_point": site,
        "access_evaluation_endpoint": f"{site}/access/v1/evaluation",
        "access_evaluations_endpoint": f"{site}/access/v1/evaluations",
    }


async def test_published_examples_are_answered(gate: Gate) -> None:
    Draft202012Validator(REQUEST).validate(question("U1"))
    for example in REQUEST["examples"]:
        answer = await gate.sends(example)
        assert answer.status == 200
        assert is_answer(answer.said) is False
        assert answer.said["context"].items() >= DENIED.items()
