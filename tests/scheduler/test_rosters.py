"""Profiles are read before messages are due."""

from dataclasses import replace

from bot.features.team_digest.feature import refresh_rosters
from storage import members
from tests.scheduler.notes import Clock, Notes, plan_tuesdays
from tests.stage import Stage


async def test_profiles_of_members_due_soon_are_read(
    stage: Stage, clock: Clock, notes: Notes
) -> None:
    await plan_tuesdays(stage, "ada")
    clock.go(minutes=-20)
    deps = replace(stage.bot.deps, now=clock)
    await refresh_rosters(deps)
    async with stage.database.read() as session:
        ada = await members.get(session, stage.person("ada").key)
    assert ada is not None
    assert (ada.zone, ada.profile_at) == ("Africa/Lagos", clock())
    asked = len(stage.calls("users.info"))
    await refresh_rosters(deps)
    assert len(stage.calls("users.info")) == asked
