"""Whatever a client sends gets an answer below 500, and never a yes that is not there."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.clients.gateway import DRAFTS, PILOT, Gate
from tests.clients.test_protocol import REQUEST

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ADA = "U0ADAOKAFOR"
IS_REQUEST = Draft202012Validator(REQUEST).is_valid

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=8), ANYTHING, max_size=3)
TYPES = st.sampled_from(["user", "permission", "use", "group", "\x00", "\ud800"]) | st.text(
    max_size=8
)
IDS = st.sampled_from([ADA, PILOT, DRAFTS, "ada@example.com", "U0SAMGUEST0", "\x00", "\udfff@"]) | (
    st.text(max_size=40)
)


def entity(**fields: Any) -> Any:
    """Return a part of a question: as it has to be, with anything as a field, or anything in its place."""
    right = st.fixed_dictionaries(fields, optional={"properties": OBJECTS})
    odd = {name: field | ANYTHING for name, field in fields.items()}
    return right | st.fixed_dictionaries({}, optional={**odd, "properties": ANYTHING}) | ANYTHING


PARTS = {
    "subject": entity(type=st.just("user") | TYPES, id=IDS),
    "action": entity(name=st.just("use") | TYPES),
    "resource": entity(type=st.just("permission") | TYPES, id=IDS),
}
QUESTIONS = st.fixed_dictionaries(PARTS, optional={"context": OBJECTS, "more": ANYTHING})
BROKEN = st.fixed_dictionaries({}, optional={**PARTS, "context": ANYTHING})
SEMANTICS = st.sampled_from(["execute_all", "deny_on_first_deny", "permit_on_first_permit", "all"])
BATCHES = st.fixed_dictionaries(
    {"evaluations": st.lists(QUESTIONS | BROKEN, max_size=4) | ANYTHING},
    optional={
        **PARTS,
        "options": st.fixed_dictionaries({"evaluations_semantic": SEMANTICS}) | ANYTHING,
    },
)


def may(asked: Any) -> bool:
    """Return whether the answer to this request may be yes: it is well formed and about what Ada has."""
    if not IS_REQUEST(asked):
        return False
    subject, action, resource = asked["subject"], asked["action"], asked["resource"]
    place = (subject["type"], subject["id"], action["name"], resource["type"], resource["id"])
    return place == ("user", ADA, "use", "permission", PILOT)


def whole(defaults: Any, item: Any) -> Any:
    """Return the question of an item of a batch: its own parts, and what they lack from beside the list."""
    if not isinstance(item, dict):
        return None
    found = {name: defaults[name] for name in (*PARTS, "context") if name in defaults} | item
    for name in PARTS:
        for field in ("type", "id", "name"):
            default = defaults.get(name, {})
            if isinstance(found.get(name), dict) and field in default:
                found[name] = {field: default[field]} | found[name]
    return found


@EXAMPLES
@given(asked=QUESTIONS | BROKEN | ANYTHING)
async def test_any_question(gate: Gate, asked: Any) -> None:
    answer = await gate.sends(asked)
    assert answer.status == (200 if IS_REQUEST(asked) else 400), answer
    if answer.status == 200:
        assert answer.said["decision"] is may(asked)


@EXAMPLES
@given(asked=BATCHES)
async def test_any_batch(gate: Gate, asked: Any) -> None:
    answer = await gate.sends(asked, kind="evaluations")
    assert answer.status in (200, 400), answer
    if answer.status == 200 and "evaluations" in answer.said:
        pairs = zip(asked["evaluations"], answer.said["evaluations"], strict=False)
        for item, said in pairs:
            assert said["decision"] is may(whole(asked, item)), item


@EXAMPLES
@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(["evaluation", "evaluations"]),
    content=st.sampled_from(["application/json", "text/plain", "", "application/json; charset=x"]),
    token=st.none()
    | st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=90),
)
async def test_any_bytes(
    gate: Gate, body: bytes, kind: str, content: str, token: str | None
) -> None:
    answer = await gate.sends(body, kind=kind, token=token, Content_Type=content)
    assert answer.status in (400, 401)
