"""Every capability and every table about members is declared; a failing test prints the line to add."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from app import REGISTRY
from bot.features import FEATURES
from storage.database.schema import all_tables
from storage.privacy import CORE_DATA

ROOT = Path(__file__).parents[2]
LAYERS = ("bot", "coaching", "storage", "scheduler", "content/messages", "tests")
WITHOUT_PERSONAL_DATA = {
    "access_workspace": "counts changes of a workspace",
    "access_client": "programs of organizations",
    "adoption_month": "ranges about a workspace, which an erasure must keep",
    "agent_test_run": "counts of tests, and a digest of their names",
    "audit_key": "the keys of the audit log's hashes",
    "badge_number": "numbers that lead to nobody",
    "chain_head": "numbers and hashes",
    "completeness": "counts messages, by day",
    "evidence_key": "the key by which second looks are drawn",
    "inbound": "keys that hold no user id",
    "install_state": "hashes of random text",
    "ledger_row": "codes of people, which an erasure must keep and nobody can read after it",
    "probe": "when a process last wrote to the database",
    "rate": "when the next call to Slack may go out",
    "receiver": "servers of an organization",
    "receiver_permission": "the names of permissions and groups",
    "release": "figures and keyed hashes, which an erasure must keep",
    "role_group": "the names of user groups",
    "signing_key": "keys of workspaces",
    "workspace": "no people",
}
"""Tables that have no part in export and erasure, and why."""


def missing_features(folders: Iterable[str], declared: Iterable[str]) -> list[str]:
    """Return the lines that bring these folders of bot/features into FEATURES."""
    return [
        f"from bot.features.{name}.feature import FEATURE as {name.upper()}"
        f"  # and {name.upper()} in FEATURES, after the capabilities that it imports"
        for name in sorted(set(folders) - set(declared))
    ]


def missing_parts(tables: Iterable[str], declared: Iterable[str]) -> list[str]:
    """Return the lines that give these tables a part in export and erasure."""
    undeclared = set(tables) - set(declared) - set(WITHOUT_PERSONAL_DATA)
    return [
        f"PERSONAL_DATA = OwnedTable({_class_of(name)}, {name!r})  # beside the class of {name!r}, and its "
        "personal_data=(PERSONAL_DATA,) in the feature.py of its capability; or a NamingTable, or why not in "
        "WITHOUT_PERSONAL_DATA of tests/house/test_declarations.py"
        for name in sorted(undeclared)
    ]


def _class_of(table: str) -> str:
    return "".join(word.capitalize() for word in table.split("_"))


def test_every_capability_is_in_the_list() -> None:
    folders = [path.parent.name for path in ROOT.glob("bot/features/*/feature.py")]
    lines = missing_features(folders, [feature.name for feature in FEATURES])
    assert lines == [], "Add to bot/features/__init__.py:\n" + "\n".join(lines)


def test_every_table_has_its_part_in_export_and_erasure() -> None:
    parts = (*CORE_DATA, *REGISTRY.personal_data)
    lines = missing_parts(all_tables().tables, [_table(part.table) for part in parts])
    assert lines == [], "Add to storage:\n" + "\n".join(lines)


def _table(row: type) -> str:
    return str(row.__tablename__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [feature.name for feature in FEATURES])
def test_a_capability_has_at_most_five_places(name: str) -> None:
    places = {
        f"bot/features/{name}",
        *(f"{layer}/{name}" for layer in ("coaching", "storage", "tests")),
        f"content/messages/{name}",
    }
    found = {
        str(path.relative_to(ROOT).with_suffix(""))
        for layer in LAYERS
        for path in (ROOT / layer).rglob(f"{name}*")
        if path.stem == name and not set(path.parts) & {"__pycache__", "wrong", "kinds"}
    }
    outside = sorted(path for path in found if not path.startswith(tuple(places)))
    assert outside == [], f"Move these into one of {', '.join(sorted(places))}: {outside}"


def test_what_is_missing_is_printed_as_the_line_to_write() -> None:
    (feature,) = missing_features(["goals", "help"], ["help"])
    assert feature.startswith("from bot.features.goals.feature import FEATURE as GOALS")
    (part,) = missing_parts(["goal", "member"], ["member"])
    assert part.startswith("PERSONAL_DATA = OwnedTable(Goal, 'goal')")
