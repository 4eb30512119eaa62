"""Response URLs and uploads that fail: the action is stored, and confirmed once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from playground.listener import abort
from playground.server import Playground
from playground.server import running as playing
from tests.eventually import answer_patiently, levels_kept
from tests.shared_stage import newcomer_of
from tests.stage import HASTE, Person, Stage, shown, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")
EVERY_WAY = ["refused", "server_error", "cut_before", "cut_after", "hung"]


class Breaking:
    """A proxy in front of the playground that breaks the next requests under one path."""

    def __init__(self, slack: Playground) -> None:
        self._app: Any = slack._listener._config.app
        slack._listener._config.app = self
        self.path, self.how, self.times = "", "", 0

    def next(self, path: str, how: str, *, times: int = 1) -> None:
        self.path, self.how, self.times = path, how, times

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self.times or not scope.get("path", "").startswith(self.path):
            await self._app(scope, receive, send)
            return
        self.times -= 1
        if self.how == "cut_before":
            abort(scope)
        elif self.how == "cut_after":
            await self._app(scope, receive, _swallow)
            abort(scope)
        else:
            if self.how == "hung":
                await asyncio.sleep(0.9)
            status = 404 if self.how == "refused" else 503
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b""})


async def _swallow(_message: Any) -> None:
    """The request takes effect, and its answer is lost."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage_and_breaking(
    sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Stage, Breaking]]:
    file = tmp_path_factory.mktemp("lost") / "rungs.db"
    file.write_bytes(sqlite_template.read_bytes())
    slack = Playground()
    breaking = Breaking(slack)
    async with (
        playing(slack),
        staged(f"sqlite:///{file}", playground=slack, patience=HASTE) as stage,
    ):
        yield stage, breaking


@pytest.fixture
def breaking(stage_and_breaking: tuple[Stage, Breaking]) -> Breaking:
    return stage_and_breaking[1]


@pytest.fixture
def member(stage_and_breaking: tuple[Stage, Breaking]) -> Person:
    return newcomer_of(stage_and_breaking[0])


@pytest.mark.parametrize("how", EVERY_WAY)
async def test_the_card_stands_though_the_line_in_the_channel_is_lost(
    member: Person, breaking: Breaking, how: str
) -> None:
    breaking.next("/respond/", how)
    await member.types("/rungs assess engineering", where=member.channel)
    await answer_patiently(member, "ABC")
    assert len(member.messages()) == 1
    assert await levels_kept(member) == [[1, 1.5, 2]]
    assert "didn't work" not in "".join(shown(m) for m in member.messages(member.channel))


@pytest.mark.parametrize("how", EVERY_WAY)
async def test_a_step_is_decided_though_showing_it_fails_once(
    member: Person, breaking: Breaking, how: str
) -> None:
    await member.types("/rungs assess engineering", where=member.channel)
    await answer_patiently(member, "AAA")
    breaking.next("/respond/", how)
    await member.clicks("I'll try it")
    if "Done" not in shown(member.messages()[0]):
        await member.clicks("I'll try it")
    assert "Done" in shown(member.messages()[0])


@pytest.mark.parametrize("how", EVERY_WAY)
async def test_an_upload_that_breaks_is_said_and_comes_at_the_next_try(
    member: Person, breaking: Breaking, how: str
) -> None:
    breaking.next("/upload/", how)
    await member.types("/rungs export", where=member.channel)
    if not any(m.files for m in member.messages()):
        assert "didn't work" in member.reads(member.channel)
        await member.types("/rungs export", where=member.channel)
    assert sum(bool(m.files) for m in member.messages()) == 1
