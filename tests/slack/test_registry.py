"""The registry: refuses what is declared twice, finds handlers by id, and collects jobs and personal data."""

from collections.abc import Mapping
from typing import Any

import pytest

from app import REGISTRY
from bot.deps import Deps
from bot.feature import Call, Command, Feature, FeatureJob
from bot.outgoing.kinds import FOR_MEMBERS, Kind, member_facts
from bot.registry import Collision, Registry
from bot.slack.payloads import Click, Request, Submission
from storage import checkins
from storage.database.schema import all_tables
from storage.privacy import CORE_DATA


async def run_command(_deps: Deps, _call: Call) -> None: ...


async def on_click(_deps: Deps, _click: Click) -> None: ...


async def on_other_click(_deps: Deps, _click: Click) -> None: ...


async def on_form(_deps: Deps, _submission: Submission) -> None: ...


async def on_event(_deps: Deps, _request: Request, _event: Mapping[str, Any]) -> None: ...


async def run_job(_deps: Deps) -> bool:
    return False


async def compose(*_: object) -> Any: ...


def command(name: str, *synonyms: str) -> Command:
    return Command(name, "", "Says hello", run_command, synonyms=synonyms)


DECLARED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "command 'hello'": ({"commands": [command("hello")]}, {"commands": [command("hello")]}),
    "command word 'hi'": (
        {"commands": [command("hello", "hi")]},
        {"commands": [command("greet", "hi")]},
    ),
    "command word 'hello'": (
        {"commands": [command("hello")]},
        {"commands": [command("greet", "hello")]},
    ),
    "click 'hello_said'": ({"clicks": {"hello_said": on_click}},) * 2,
    "form 'hello_view'": ({"forms": {"hello_view": on_form}},) * 2,
    "event 'team_join'": ({"events": {"team_join": on_event}},) * 2,
    "outgoing message 'hello'": (
        {"outgoing": [Kind("hello", FOR_MEMBERS, member_facts, compose, compose)]},
    )
    * 2,
    "channel line 'greeted'": ({"channel_lines": {"greeted": compose}},) * 2,
    "job 'greet'": ({"jobs": [FeatureJob("greet", 60, "Greets.", run_job, compose)]},) * 2,
    "notice 'told'": ({"notice_lines": {"told": compose}},) * 2,
    "table 'pace (OwnedTable)'": ({"personal_data": [checkins.PERSONAL_DATA]},) * 2,
}


@pytest.mark.parametrize("what", DECLARED)
def test_what_two_capabilities_declare_is_refused_with_both_places(what: str) -> None:
    first, second = DECLARED[what]
    with pytest.raises(Collision) as refused:
        Registry([Feature("greetings", **first), Feature("welcome", **second)])
    assert str(refused.value) == (
        f"The {what} is declared by 'greetings' and by 'welcome'. Rename it in one of "
        "bot/features/greetings/feature.py and bot/features/welcome/feature.py."
    )


def test_a_click_is_found_by_its_id_or_by_the_declared_beginning() -> None:
    clicks = {"pick": on_click, "pick:": on_other_click}
    registry = Registry([Feature("picks", clicks=clicks, own_card_clicks=frozenset({"pick:"}))])
    exact, longer = registry.click_route("pick"), registry.click_route("pick:3:b")
    assert exact is not None
    assert (exact.handler, exact.checks_card) == (on_click, False)
    assert longer is not None
    assert (longer.handler, longer.checks_card) == (on_other_click, True)
    assert registry.click_route("pick:") == longer
    assert registry.click_route("picked") is None
    assert registry.click_route("") is None


def test_a_click_with_a_colon_that_is_not_its_end_is_refused() -> None:
    with pytest.raises(ValueError, match="The click 'pick:one' may have a colon only at its end"):
        Registry([Feature("picks", clicks={"pick:one": on_click})])


def test_every_table_about_members_has_a_part_in_export_and_erasure() -> None:
    declared = (*CORE_DATA, *REGISTRY.personal_data)
    parts = {(str(part.table.__tablename__), type(part)) for part in declared}
    about_members = {
        table.name
        for table in all_tables().sorted_tables
        if "user_id" in table.columns
        or any(key.referred_table.name == "member" for key in table.foreign_key_constraints)
    }
    assert about_members <= {name for name, _ in parts}
    assert len(parts) == len(declared), (
        "A table has one part for its owners, and one for whom it names."
    )


def test_a_table_with_personal_data_comes_after_those_it_refers_to() -> None:
    parts = [str(part.table.__tablename__) for part in (*CORE_DATA, *REGISTRY.personal_data)]
    for place, name in enumerate(parts):
        keys = all_tables().tables[name].foreign_key_constraints
        referred = {key.referred_table.name for key in keys} - {name}
        assert not referred & set(parts[place:]), name
