"""Open self-checks whose YAML was removed: they can be finished, and every button works."""

import shutil
from pathlib import Path

import pytest

from bot.features.checkins.feature import FEATURE
from tests.checkins.calendar import working_year
from tests.self_check.ladder import climbs
from tests.stage import Person, shown, staged

TAKEN = {
    "review": ("frameworks/code-review", "Code review"),
    "data": ("frameworks/data-literacy", "Data literacy"),
    "sharing": ("frameworks/safe-sharing", "Safe sharing"),
}
MONTHS = 5


async def answered(person: Person, command: str) -> None:
    """Answer one card."""
    if command == "review":
        await climbs(person, "22")
    else:
        await person.clicks("B")


@pytest.mark.parametrize("command", TAKEN)
async def test_an_open_one_continues_and_no_message_comes_for_months(
    sqlite_url: str, acme: Path, command: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder, name = TAKEN[command]
    async with working_year() as (slack, calendar):
        async with staged(sqlite_url, playground=slack, now=calendar, extra=acme) as stage:
            ada = stage.person("ada")
            for _ in range(2):
                await ada.types(f"/rungs assess {command}")
                await answered(ada, command)
                await answered(ada, command)
            await ada.types(f"/rungs assess {command}")
            await answered(ada, command)
        shutil.rmtree(acme / folder)
        async with staged(sqlite_url, playground=slack, now=calendar, extra=acme) as stage:
            ada = stage.person("ada")
            await answered(ada, command)
            assert f"Your self-check: {name}" in ada.reads()
            for typed in ("me", "tip", "checkin", "export"):
                await ada.types(f"/rungs {typed}")
            await ada.opens_home()
            assert name in ada.view_text
            before = len(ada.messages())
            for _ in range(MONTHS * 4):
                calendar.turn(days=7)
                await stage.run_jobs(FEATURE.kinds)
            for message in ada.messages()[before:]:
                assert name not in shown(message)
            assert not [call for call in stage.playground.calls if not call.ok]
            assert "didn't work" not in "".join(m.text for m in ada.messages())
    logged = [record for record in caplog.records if record.name != "asyncio"]
    assert not [record for record in logged if record.levelname == "ERROR"]
