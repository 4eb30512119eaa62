"""The workspaces of a process: read when they are needed, remembered for a minute, and forgotten in turn."""

import asyncio
from dataclasses import dataclass, field

import pytest

from app import utc_now
from bot.coaches import Installed, WorkspaceCoaches
from bot.deps import Identity
from bot.slack.client import OneToken
from coaching.members import MemberKey
from storage import workspace_settings, workspaces
from storage.database import Session
from storage.workspace_settings import MIN_GROUP, OFF_FAMILIES, OFF_FRAMEWORKS
from tests.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Ledger:
    """Installs of every workspace whose id begins with T, and which of them were read."""

    reads: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    async def read(
        self, session: Session, workspace_id: str, enterprise_id: str | None
    ) -> Installed | None:
        self.reads.append(workspace_id)
        await asyncio.sleep(0)
        if workspace_id in self.gone:
            return None
        settings = await workspace_settings.read(session, workspace_id)
        who = Identity(workspace_id, f"Workspace {workspace_id}", "U0BOT", "B0BOT", enterprise_id)
        return Installed(who, OneToken(f"token of {workspace_id}"), settings)


@dataclass
class Watch:
    seconds: float = 0

    def __call__(self) -> float:
        return self.seconds


def made(stage: Stage, *, most: int = 200) -> tuple[WorkspaceCoaches, Ledger, Watch]:
    ledger, watch, service = Ledger(), Watch(), stage.bot.coaching.service
    return WorkspaceCoaches(service, ledger, most=most, steady=watch), ledger, watch


async def test_a_workspace_is_read_once_in_a_minute_however_many_acts_come(
    long_stage: Stage,
) -> None:
    coaches, ledger, watch = made(long_stage)
    found = await asyncio.gather(*(coaches.of("T1") for _ in range(50)), coaches.of("T2"))
    assert [deps and deps.identity.workspace_id for deps in found] == ["T1"] * 50 + ["T2"]
    watch.seconds = 59
    assert await coaches.of("T1") is found[0]
    assert ledger.reads == ["T1", "T2"]
    watch.seconds = 60
    await coaches.of("T1")
    assert ledger.reads == ["T1", "T2", "T1"]


async def test_at_most_so_many_are_remembered_and_the_longest_unused_goes(
    long_stage: Stage,
) -> None:
    coaches, ledger, _ = made(long_stage, most=3)
    for workspace_id in ("T1", "T2", "T3", "T1", "T4", "T1", "T3"):
        await coaches.of(workspace_id)
    assert ledger.reads == ["T1", "T2", "T3", "T4"]
    await coaches.of("T2")
    assert ledger.reads[-1] == "T2"


async def test_where_the_app_is_not_installed_nothing_is_remembered(long_stage: Stage) -> None:
    coaches, ledger, watch = made(long_stage)
    ledger.gone.add("T1")
    assert await coaches.of("T1") is None
    ledger.gone.clear()
    assert await coaches.of("T1") is not None
    ledger.gone.add("T1")
    watch.seconds = 60
    assert await coaches.of("T1") is None


async def test_what_an_admin_changes_counts_at_once_in_this_process_and_for_them_alone(
    long_stage: Stage,
) -> None:
    coaches, _, _ = made(long_stage)
    here = long_stage.playground.workspace.id
    deps, other = await coaches.of(here), await coaches.of("T2")
    assert deps is not None
    assert other is not None
    assert deps.features.command("agent")
    by = MemberKey(here, "U1")
    async with long_stage.database.write() as session:
        for setting, value in ((OFF_FRAMEWORKS, ("ai-engineer",)), (OFF_FAMILIES, ("sales",))):
            for is_news in (True, False):
                changed = await workspace_settings.change(
                    session, here, setting, value, by=by, place="home", now=utc_now()
                )
                assert changed == is_news
        await workspace_settings.change(
            session, here, MIN_GROUP, 9, by=by, place="home", now=utc_now()
        )
    deps.settings_changed()
    deps, other = await coaches.of(here), await coaches.of("T2")
    assert deps is not None
    assert other is not None
    assert deps.features.command("agent") is None
    assert other.features.command("agent") is not None
    assert deps.library.family("sales") is None
    assert other.library.family("sales") is not None
    assert (deps.min_group, other.min_group) == (9, 5)
    assert deps.features.personal_data == other.features.personal_data


async def test_two_changes_at_once_both_stay(stage: Stage) -> None:
    here = stage.playground.workspace.id
    by = MemberKey(here, "U1")

    async def set_to(setting: workspace_settings.Setting[int], value: int) -> None:
        async with stage.database.write() as session:
            await workspace_settings.change(
                session, here, setting, value, by=by, place="home", now=utc_now()
            )

    others = [workspace_settings.Setting(f"number_{n}", 0) for n in range(8)]
    await asyncio.gather(*(set_to(one, 1) for one in others))
    async with stage.database.read() as session:
        found = await workspace_settings.read(session, here)
        assert await workspaces.get(session, here) is not None
    assert [found.get(one) for one in others] == [1] * 8
