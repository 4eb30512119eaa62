"""Four processes that write to one SQLite file for a while."""

import shutil
from pathlib import Path

from tests.reliability.writers import write_at_once

SECONDS = 3


async def test_writers_never_meet_a_lock_and_lose_no_update(
    sqlite_template: Path, tmp_path: Path
) -> None:
    # On a disk, where each commit takes as long as in earnest.
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'rungs.db')}"
    wrote = await write_at_once(url, writers=4, seconds=SECONDS)
    assert wrote.errors == []
    assert wrote.counted == wrote.writes > 4 * SECONDS
