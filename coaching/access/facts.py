"""Facts: what is stored about a member that decides on their permissions.

What a member said of themselves, and what a knowledge check found, are no facts here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from coaching.evidence import Verified


@dataclass(frozen=True)
class Grant:
    """A member has this permission by the policy, from `since` to just before `until`."""

    permission: str
    since: datetime
    until: datetime

    def counts(self, now: datetime) -> bool:
        """Return whether it counts at this moment."""
        return self.since <= now < self.until


@dataclass(frozen=True)
class SandboxGrant:
    """A member has this permission for the plan of a sandbox, from `since` to just before `until`."""

    permission: str
    plan_id: str
    since: datetime
    until: datetime

    def counts(self, now: datetime) -> bool:
        """Return whether it counts at this moment."""
        return self.since <= now < self.until


@dataclass(frozen=True)
class EarlierReading:
    """When a member read an earlier version of the rules, and when that version was replaced."""

    read_at: datetime
    replaced_at: datetime


@dataclass(frozen=True)
class Facts:
    """What is stored about a member.

    `verified` are levels that were not revoked, also those whose time is over. `rules_read_at` is when they
    last confirmed the version in force; `earlier_rules` is the last version that they read, where that is an
    earlier one. `trainings` are the days of completion by training, and `approvals` the moments by
    permission. `on` are the permissions that the workspace has switched on.
    """

    is_member: bool
    is_guest: bool = False
    verified: tuple[Verified, ...] = ()
    rules_read_at: datetime | None = None
    earlier_rules: EarlierReading | None = None
    trainings: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    approvals: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    grants: Mapping[str, Grant] = field(default_factory=lambda: MappingProxyType({}))
    sandbox: tuple[SandboxGrant, ...] = ()
    on: frozenset[str] = frozenset()
