"""manifest.json: valid for Slack, and asking for exactly what the bot uses."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from app import REGISTRY
from bot.slack.commands import SLASH_COMMAND
from bot.slack.installation import EVENTS, EVENTS_OF_MANY, OPTIONAL_SCOPES, SCOPES
from doctor import manifest_problem, scopes_finding, scopes_problem
from storage.workspace_settings import WorkspaceSettings
from tests.stage import built_in

ROOT = Path(__file__).parents[2]
SCHEMAS = Path(__file__).parent / "manifest-schema"
HOME = "https://raw.githubusercontent.com/slackapi/manifest-schema/v0.5.0/schemas"
FILES = {"v1.json": "manifest.schema.1.0.0.json", "v2.json": "manifest.schema.2.0.0.json"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text())
    return read


@pytest.fixture(scope="module")
def for_many() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "manifest.many.json").read_text())
    return read


def validator(file: str) -> Draft7Validator:
    resources = [
        (f"{HOME}/{name}", Resource.from_contents(_schema(file_))) for file_, name in FILES.items()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft7Validator(_schema(file), registry=registry)


def _schema(file: str) -> dict[str, Any]:
    draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
    read: dict[str, Any] = json.loads((SCHEMAS / file).read_text())
    return draft | read


@pytest.mark.parametrize("schema", ["v2.json", "root.json"])
@pytest.mark.parametrize("one", ["manifest", "for_many"])
def test_slack_takes_the_manifest(one: str, schema: str, request: pytest.FixtureRequest) -> None:
    errors = [
        f"{'/'.join(map(str, e.path))}: {e.message}"
        for e in validator(schema).iter_errors(request.getfixturevalue(one))
    ]
    assert errors == []


def test_the_schema_would_notice_a_mistake(manifest: dict[str, Any]) -> None:
    wrong = manifest | {"settings": manifest["settings"] | {"sockets": True}}
    assert list(validator("v2.json").iter_errors(wrong))


def test_it_asks_for_what_the_bot_uses_and_nothing_else(manifest: dict[str, Any]) -> None:
    assert manifest["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)


def test_the_one_for_many_differs_in_how_slack_reaches_the_app(
    manifest: dict[str, Any], for_many: dict[str, Any]
) -> None:
    address = "https://rungs.example.org/slack/events"
    expected = json.loads(json.dumps(manifest))
    expected["features"]["slash_commands"][0]["url"] = address
    expected["oauth_config"]["redirect_urls"] = ["https://rungs.example.org/slack/oauth_redirect"]
    settings = expected["settings"]
    settings |= {"org_deploy_enabled": True, "token_rotation_enabled": True}
    settings |= {"socket_mode_enabled": False}
    settings["interactivity"]["request_url"] = address
    settings["event_subscriptions"] |= {
        "request_url": address,
        "bot_events": sorted([*EVENTS, *EVENTS_OF_MANY]),
    }
    assert for_many == expected
    assert not set(for_many["oauth_config"]["scopes"]["bot"]) & set(OPTIONAL_SCOPES)


def test_the_command_names_its_words(manifest: dict[str, Any]) -> None:
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == SLASH_COMMAND
    # The manifest is the same everywhere, so it names what a workspace has before its admins set anything.
    offered = REGISTRY.within(built_in(), WorkspaceSettings()).commands_for(admin=False)
    hint = ", ".join(one.name for one in offered)
    assert command["usage_hint"] == hint, f'Write into manifest.json: "usage_hint": "{hint}",'


def test_a_missing_scope_is_named() -> None:
    granted = ",".join(sorted(set(SCOPES) - {"im:history"}))
    problem = scopes_problem(granted)
    assert problem is not None
    assert "im:history" in problem
    assert "install the app again" in problem
    assert scopes_problem(",".join(SCOPES)) is None


def test_scopes_that_slack_does_not_name_are_not_called_missing() -> None:
    found = scopes_finding(None)
    assert found.is_fine
    assert "unknown" in str(found)


def test_a_broken_manifest_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text("{")
    problem = manifest_problem(path)
    assert problem is not None
    assert "Restore it from the repository" in problem
    assert manifest_problem(ROOT / "manifest.json") is None
