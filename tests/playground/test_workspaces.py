"""Several workspaces in one playground: nothing of one is seen in another."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from playground.crowd import big_workspace
from playground.errors import NotThere
from playground.server import Playground, running
from playground.state.workspace import Workspace
from tests.playground.people import ADA, PRODUCT, Page, until
from tests.playground.request_url import request_url

LARK = "T0LARKSONS0"
MILL = "T0MILLNORTH"
GROUP = "E0MILLGROUP"


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """Harbor & Pine, and two more workspaces with the same sample, one of them in an organization."""
    made = Playground()
    made.add_workspace(LARK, "Lark & Sons")
    made.add_workspace(MILL, "Mill North", organization=GROUP)
    async with running(made) as started:
        yield started


def ids_in(workspace: Workspace) -> set[str]:
    """Return every id in a workspace."""
    return {*workspace.people, *workspace.conversations, *workspace.files, workspace.app.bot_id}


def test_no_id_is_in_two_workspaces(playground: Playground) -> None:
    for workspace in playground.workspaces.values():
        for person in workspace.members():
            workspace.dm(person.id)
    first, second, third = (ids_in(one) for one in playground.workspaces.values())
    assert not first & second
    assert not (first | second) & third
    assert ADA in first
    assert {one[0] for one in playground.workspaces[MILL].people} == {"W"}
    assert {one[0] for one in playground.workspaces[LARK].people} == {"U"}


def test_an_added_workspace_is_whole(playground: Playground) -> None:
    lark = playground.workspaces[LARK]
    ada = lark.called("ada")
    assert ada is not None
    assert ada.id != ADA
    channel = lark.channel("growth")
    assert channel.members <= set(lark.people)
    assert lark.app_is_in(channel)
    assert {message.user for message in channel.messages.values()} <= set(lark.people)
    assert playground.holder_of(ada.id) == playground.holder_of(channel.id) == LARK
    assert playground.holder_of("U0NOBODY000") is None
    assert lark.domain == "lark-sons"


def test_an_id_of_a_workspace_is_given_once(playground: Playground) -> None:
    with pytest.raises(ValueError, match="There is a workspace T0LARKSONS0 already"):
        playground.add_workspace(LARK, "Lark again")
    with pytest.raises(NotThere):
        playground.at("T0NOWHERE00")


def test_a_hundred_workspaces_of_many_people_have_ids_of_their_own() -> None:
    playground, started = Playground(sample=big_workspace(100)), time.monotonic()
    for number in range(100):
        playground.add_workspace(f"T0MANY{number:05}", f"Many {number}", sample=big_workspace(100))
    # What one costs must not grow with the number that are there.
    assert time.monotonic() - started < 5
    found = [one for workspace in playground.workspaces.values() for one in ids_in(workspace)]
    assert len(found) == len(set(found))


async def test_what_people_do_elsewhere_reaches_the_app_with_their_workspace(
    playground: Playground,
) -> None:
    lark = playground.at(LARK)
    lark.service.install()
    ada = lark.workspace.called("ada")
    assert ada is not None
    async with request_url(playground):
        await lark.command(ada.id, lark.workspace.channel("product").id, "/rungs")
        await playground.command(ADA, PRODUCT, "/rungs")
        await lark.open_home(ada.id)
    sent: list[Any] = [entry.payload for entry in playground.service.journal.entries]
    assert [one["team_id"] for one in sent] == [LARK, playground.workspace.id, LARK]
    assert sent[0]["user_id"] == ada.id
    with pytest.raises(NotThere):
        await playground.command(ada.id, PRODUCT, "/rungs")


async def test_an_app_that_is_not_there_has_no_command(playground: Playground) -> None:
    lark = playground.at(LARK)
    ada = lark.workspace.called("ada")
    assert ada is not None
    outcome = await lark.command(ada.id, lark.workspace.dm(ada.id).id, "/rungs")
    assert outcome.shown == "/rungs is not a valid command."


async def test_the_page_looks_at_the_workspace_that_it_names(
    playground: Playground, page: Page
) -> None:
    ada = playground.workspaces[LARK].called("ada")
    assert ada is not None
    seen = await page.get("state", team=LARK, user=ada.id)
    assert [one["id"] for one in seen["workspaces"]] == [playground.workspace.id, LARK, MILL]
    assert seen["workspaces"][2]["organization"] == GROUP
    assert seen["workspace"] == {"id": LARK, "name": "Lark & Sons"}
    assert seen["app"]["standing"] == "uninstalled"
    product = seen["conversations"][0]["id"]
    assert (await page.get("messages", team=LARK, user=ada.id, channel=product))["messages"]
    said = await page.post("message", team=LARK, user=ada.id, channel=product, text="Hello")
    assert said["ok"]
    assert (await page.post("message", user=ada.id, channel=product, text="x"))["status"] == 404
    assert (await page.get("state", team="T0NOWHERE00"))["status"] == 404
    assert (await page.get("stage", team="T0NOWHERE00"))["status"] == 404
    assert (await page.get("changes", team="T0NOWHERE00"))["status"] == 404


async def test_one_workspace_starts_over_and_the_others_stay(
    playground: Playground, page: Page
) -> None:
    lark = playground.at(LARK)
    ada = lark.workspace.called("ada")
    assert ada is not None
    product = lark.workspace.channel("product").id
    await lark.message(ada.id, product, "Gone soon")
    await playground.message(ADA, PRODUCT, "Stays")
    assert (await page.post("reset", team=LARK))["ok"]
    shown = [m.text for m in lark.workspace.conversations[product].lasting()]
    assert shown
    assert "Gone soon" not in shown
    assert "Stays" in [m.text for m in playground.workspace.conversations[PRODUCT].lasting()]
    assert ada.id in lark.workspace.people


async def test_changes_are_told_in_their_own_workspace(playground: Playground) -> None:
    lark = playground.at(LARK)
    ada = lark.workspace.called("ada")
    assert ada is not None
    query = {"team": LARK, "user": ada.id}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{playground.address}/play/changes", params=query) as stream,
    ):
        await stream.content.readline()
        await until(lambda: lark.workspace.listeners)
        await playground.message(ADA, PRODUCT, "x")
        await lark.message(ada.id, lark.workspace.channel("product").id, "y")
        lines = [(await stream.content.readline()).decode() for _ in range(3)]
    assert lark.workspace.channel("product").id in "".join(lines)
    assert PRODUCT not in "".join(lines)


async def test_every_workspace_outlasts_a_restart(tmp_path: Path) -> None:
    for known in (False, True):
        playground = Playground(data=tmp_path)
        playground.add_workspace(LARK, "Lark & Sons")
        async with running(playground):
            lark = playground.at(LARK)
            ada, channel = lark.workspace.called("ada"), lark.workspace.channel("product")
            assert ada is not None
            assert ("Kept" in [m.text for m in channel.lasting()]) is known
            await lark.message(ada.id, channel.id, "Kept")
    async with running(Playground(data=tmp_path)):
        pass
    playground = Playground(data=tmp_path)
    playground.add_workspace(LARK, "Lark & Sons")
    texts = [m.text for m in playground.workspaces[LARK].channel("product").lasting()]
    assert texts.count("Kept") == 2
