"""The playground's methods and arguments, compared with those of Slack's own client."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.web_api import arguments, registry

SOURCES = Path(registry.__file__).parent
READERS = {name for name in vars(arguments.Arguments) if not name.startswith("_")}
OF_THE_WIRE = {"cursor", "limit", "types"}
"""Read by shared code; every list method of the client takes them."""
BEYOND_THE_SDK = {"response_type", "replace_original", "delete_original", "markdown_text"}


def sdk_method(name: str) -> inspect.Signature:
    """Return the client's method for a Web API method, as the client spells it."""
    spelled = re.sub(r"\.", "_", name)
    return inspect.signature(getattr(AsyncWebClient, spelled))


def arguments_read_in(module: str) -> set[str]:
    """Return every argument name that a module reads from a call."""
    tree = ast.parse((SOURCES / f"{module}.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in READERS
        and "arguments" in ast.unparse(call.func.value)
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


@pytest.mark.parametrize("name", sorted(registry.METHODS))
def test_the_client_has_the_method(name: str) -> None:
    assert sdk_method(name).parameters


@pytest.mark.parametrize("name", sorted(registry.METHODS))
def test_the_client_can_name_the_workspace_where_it_has_to(name: str) -> None:
    team, known = registry.METHODS[name].team, sdk_method(name).parameters
    assert not team or team in known
    # Where the client takes a workspace, an organization's token has to give one.
    assert ("team_id" in known) == (team == "team_id")


@pytest.mark.parametrize(
    "module",
    [
        "basics",
        "chat",
        "content",
        "conversations",
        "dnd",
        "users",
        "views",
        "files",
        "oauth",
        "usergroups",
    ],
)
def test_every_argument_that_is_read_exists_in_the_client(module: str) -> None:
    known = {parameter for name in registry.METHODS for parameter in sdk_method(name).parameters}
    read = arguments_read_in(module)
    assert read, "a module that reads no argument would make this test say nothing"
    assert read - BEYOND_THE_SDK <= known | OF_THE_WIRE
