"""The options of a simulation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday; the year after it has both changes of daylight saving time."""


@dataclass(frozen=True)
class Options:
    """What to simulate. The same options give the same members with the same habits.

    Every member chooses `cadence`; without it most keep the default. `answering` is the share of check-ins
    that an average member answers.
    """

    days: int = 365
    members: int = 1000
    seed: int = 1
    cadence: str | None = None
    answering: float = 0.5
    min_group: int = 5
    posts_per_minute: int = 300
    begin: datetime = BEGIN

    @property
    def end(self) -> datetime:
        """The moment at which the simulation stops."""
        return self.begin + timedelta(days=self.days)

    @property
    def weeks(self) -> float:
        """How many weeks are simulated."""
        return self.days / 7


@dataclass(frozen=True)
class Setting:
    """Where a simulation runs: the app's manifest, extra content, and a database if not a temporary one."""

    manifest: Mapping[str, Any]
    content: Path | None = None
    database_url: str | None = None
