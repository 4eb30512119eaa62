"""Policies: what each permission lets a member do, and what it requires of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

from coaching.evidence import FAMILIES, LadderKey

Risk = Literal["low", "medium", "high"]
OnExpiry = Literal["renew", "ask"]

ANY_FAMILY = LadderKey(FAMILIES, "any")
"""Stands for whichever role family a member's tier is verified in."""

RENEWED_BEFORE = timedelta(days=14)
"""How long before its end a grant is renewed while all is met, so that no gap comes between the two."""


@dataclass(frozen=True)
class VerifiedLevel:
    """A level of this ladder, or `ANY_FAMILY`, and every level below it are verified."""

    ladder: LadderKey
    level: int


@dataclass(frozen=True)
class RulesRead:
    """The member read the rules in force, and confirmed it at most so many days ago."""

    within_days: int


@dataclass(frozen=True)
class TrainingDone:
    """A coordinator confirmed this training, completed at most so many days ago."""

    training: str
    within_days: int


@dataclass(frozen=True)
class Approval:
    """An approver of the permission approved it for the member."""


Part = VerifiedLevel | RulesRead | TrainingDone | Approval


@dataclass(frozen=True)
class All:
    """Every one of these is met."""

    of: tuple["Requirement", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these is met."""

    of: tuple["Requirement", ...]


Requirement = Part | All | AnyOf


@dataclass(frozen=True)
class Permission:
    """What a policy lets a member do.

    A grant counts `valid_for` days. After that it is renewed while all is met, or it ends and the member asks
    for approval again (`on_expiry`). `grace` is how long it stays when a requirement ends because its time is
    over. `approver` is whose approval is asked for; empty when none is.
    """

    id: str
    title: str
    lets: str
    tools: tuple[str, ...]
    data: tuple[str, ...]
    risk: Risk
    requires: Requirement
    valid_for: timedelta
    grace: timedelta
    on_expiry: OnExpiry
    approver: str = ""
    sandbox: bool = False

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts of its requirement, in the order of the file."""
        return tuple(parts_of(self.requires))

    @property
    def asks_again(self) -> bool:
        """Whether its approval counts `valid_for` days, and then has to be asked for again."""
        return self.on_expiry == "ask"


@dataclass(frozen=True)
class Training:
    """A training whose completion a coordinator confirms."""

    id: str
    title: str
    about: str


@dataclass(frozen=True)
class Approver:
    """Who approves; an admin names the people."""

    id: str
    title: str


@dataclass(frozen=True)
class Policy:
    """All permissions of the content, with their trainings and approvers, by id."""

    permissions: Mapping[str, Permission] = field(default_factory=lambda: MappingProxyType({}))
    trainings: Mapping[str, Training] = field(default_factory=lambda: MappingProxyType({}))
    approvers: Mapping[str, Approver] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def version(self) -> str:
        """A short name of what the permissions say; the same for the same permissions in any order."""
        said = "\n".join(repr(self.permissions[name]) for name in sorted(self.permissions))
        return sha256(said.encode()).hexdigest()[:12]


def parts_of(requirement: Requirement) -> Iterator[Part]:
    """Yield the parts of a requirement, in their order."""
    if isinstance(requirement, All | AnyOf):
        for one in requirement.of:
            yield from parts_of(one)
    else:
        yield requirement
