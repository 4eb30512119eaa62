"""What the page's interface refuses: a body of the wrong type is answered with what to send instead."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from playground.person.elements import INITIAL
from playground.server import Playground
from tests.playground.people import ADA, GROWTH, PRODUCT, Page, actions, button, client_of, option

MESSAGE = {"type": "message", "channel": PRODUCT, "ts": "1.000001"}
CLICK = {"user": ADA, "container": MESSAGE, "block_id": "row", "action_id": "go"}
SUBMIT = {"user": ADA, "view_id": "V1"}
FAULT = {"method": "*", "kind": "slow"}
NO_TEXT = "'text' is missing. Send it as text."
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("command", {"user": ADA, "channel": PRODUCT, "text": 5}, "'text' is 5. Send it as text."),
    ("message", {"user": ADA, "channel": PRODUCT}, NO_TEXT),
    ("message", {"user": [ADA], "channel": PRODUCT, "text": "x"}, "'user' is ["),
    ("message", {"user": ADA, "channel": {}, "text": "x"}, "'channel' is {}. Send it as text."),
    ("message", {"user": ADA, "channel": PRODUCT, "text": "\ud800"}, "half of a character"),
    ("action", CLICK | {"container": "x"}, "'container' is \"x\". Send"),
    ("action", CLICK | {"container": None}, "'container' is missing. Send"),
    ("action", CLICK | {"container": {"type": "page"}}, "'type' in 'container' is \"page\""),
    ("action", CLICK | {"container": MESSAGE | {"ts": 1.5}}, "'ts' is 1.5. Send it as text."),
    ("action", CLICK | {"container": MESSAGE | {"channel": []}}, "'channel' is []"),
    ("action", CLICK | {"container": {"type": "view"}}, "'view_id' is missing"),
    ("action", CLICK | {"block_id": 7}, "'block_id' is 7"),
    ("action", CLICK | {"value": "B"}, "'value' is \"B\". Send an object"),
    ("action", CLICK | {"value": ["B"]}, "'value' is [\"B\"]. Send an object"),
    ("action", CLICK | {"value": 0}, "'value' is 0. Send an object"),
    ("action", CLICK | {"value": {"selected_option": "B"}}, "'selected_option' is \"B\""),
    ("action", CLICK | {"value": {"selected_options": "B"}}, "'selected_options' is \"B\""),
    ("action", CLICK | {"value": {"selected_options": ["B"]}}, "'selected_options' is [\"B\"]"),
    ("action", CLICK | {"state": "x"}, "'state' is \"x\". Send an object"),
    ("action", CLICK | {"state": {"row": "x"}}, '\'state\' is {"row": "x"}'),
    ("action", CLICK | {"state": {"row": {"go": 1}}}, "'state' is {"),
    ("action", CLICK | {"element": "x"}, "'element' is \"x\". Send an object"),
    ("action", CLICK | {"element": {}}, "'element' is {}"),
    ("action", CLICK | {"element": {"type": 1}}, "'element' is {"),
    ("action", CLICK | {"element": button() | {"options": 5}}, "'element' is {"),
    ("action", CLICK | {"element": button() | {"option_groups": [1]}}, "'element' is {"),
    ("action", CLICK | {"element": button() | {"option_groups": [{"options": 1}]}}, "'element' is"),
    ("submit", SUBMIT | {"state": [1]}, "'state' is [1]. Send an object"),
    ("submit", {"user": ADA, "view_id": 1}, "'view_id' is 1"),
    ("close", {"user": ADA, "view_id": {}}, "'view_id' is {}"),
    ("home", {"user": ADA, "tab": 1}, "'tab' is 1"),
    ("lifecycle", {"event": "archive", "channel": [GROWTH]}, "'channel' is ["),
    ("lifecycle", {"event": "deactivate", "user": {}}, "'user' is {}"),
    ("clock", {"advance": "1"}, "'advance' is \"1\". Send a number."),
    ("clock", {"advance": float("nan")}, "'advance' is NaN. Send a number."),
    ("clock", {"advance": 1e300}, "'advance' is 1e+300. Send at most"),
    ("clock", {"to": ["next"]}, "'to' is [\"next\"]. The only goal is next."),
    ("clock", {"to": "next", "far": "yes"}, "'far' is \"yes\". Send true or false."),
    ("script", {"name": "x", "user": 1}, "'user' is 1"),
    ("faults", FAULT | {"times": True}, "'times' is true. Send a number."),
    ("faults", FAULT | {"retry_after": -1}, "'retry_after' is -1. Send 0 or more."),
    ("faults", FAULT | {"seconds": "x"}, "'seconds' is \"x\""),
    ("faults", FAULT | {"kind": {}}, "'kind' is {}"),
    ("script", {"name": 1}, "'name' is 1"),
]


@pytest.mark.parametrize(("path", "body", "words"), WRONG)
async def test_a_wrong_type_is_refused_with_what_to_send(
    page: Page, path: str, body: dict[str, Any], words: str
) -> None:
    answer = await page.post(path, **body)
    assert answer["status"] == 400
    assert words in answer["error"]


@pytest.mark.parametrize("body", ["", "{", "[]", "5", "[" * 100_000])
async def test_a_body_that_is_no_json_object_is_refused(page: Page, body: str) -> None:
    answer = await page.send("message", body)
    assert (answer["status"], answer["error"]) == (400, "The body is not a JSON object. Send one.")


async def test_a_long_value_is_quoted_from_its_beginning(page: Page) -> None:
    answer = await page.post("action", **CLICK | {"value": "x" * 5000})
    assert len(answer["error"]) < 400


@pytest.mark.parametrize("after", ["x", "-1", "\u00b2", "9" * 5000])
async def test_the_log_after_no_number_begins_at_the_beginning(page: Page, after: str) -> None:
    assert (await page.get("log", after=after))["status"] == 200


DOCUMENT = Path("docs/playground.md").read_text()


def documented(element: str) -> str:
    """Return the row of docs/playground.md with the `value` of this element."""
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| `")]
    (row,) = (row for row in rows if f"`{element}`" in row.split(" | ")[0])
    return row


@pytest.mark.parametrize(("element", "key"), [(kind, key) for kind, (key, _) in INITIAL.items()])
async def test_the_value_of_each_element_is_documented(element: str, key: str) -> None:
    assert f'{{"{key}": ' in documented(element)


async def test_a_click_is_as_documented(playground: Playground, page: Page) -> None:
    """A button needs no value, a menu needs the option, and the container says where they stand."""
    assert "leave it out" in documented("button")
    (shape,) = re.findall(r"in a message: `(.+)`", DOCUMENT)
    menu = {"type": "static_select", "action_id": "pick", "options": [option("Two", "2")]}
    card = [actions(button(action_id="go", value="B"), menu, block_id="row")]
    posted = await client_of(playground).chat_postMessage(channel=ADA, text="x", blocks=card)
    where = json.loads(shape) | {"channel": posted["channel"], "ts": posted["ts"]}
    assert where == {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    click = CLICK | {"container": where}
    for more in ({}, {"action_id": "pick", "value": {"selected_option": option("Two", "2")}}):
        answer = await page.post("action", **click | more)
        assert answer == {"ok": False, "shown": "This app could not be reached.", "status": 200}
