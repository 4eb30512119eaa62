"""Access policies in content files: permissions, what each requires, trainings, and who approves."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from coaching.access.policy import (
    All,
    AnyOf,
    Approval,
    Approver,
    Permission,
    Policy,
    Requirement,
    RulesRead,
    Training,
    TrainingDone,
    VerifiedLevel,
)
from coaching.evidence import FAMILIES, LadderKey
from content import limits
from content.fields import (
    Entry,
    HasId,
    Id,
    LevelName,
    Line,
    Name,
    Number,
    Several,
    Truth,
    Version,
    count,
    empty_unless_strict,
)

Within = Annotated[
    int, Field(ge=limits.WITHIN_DAYS[0], le=limits.WITHIN_DAYS[1]), empty_unless_strict(0)
]
ValidFor = Annotated[
    int, Field(ge=limits.VALID_FOR[0], le=limits.VALID_FOR[1]), empty_unless_strict(0)
]
Grace = Annotated[int, Field(ge=limits.GRACE[0], le=limits.GRACE[1]), empty_unless_strict(0)]
DataClass = Annotated[
    Literal["public", "internal", "customer", "personal"], empty_unless_strict("")
]


class VerifiedEntry(Entry):
    """A verified level of a framework, or a verified tier of a role family; `any` is any family."""

    framework: Id | None = None
    level: Number | None = None
    family: Id | None = None
    tier: Number | None = None

    @property
    def part(self) -> VerifiedLevel:
        if self.family is not None:
            return VerifiedLevel(LadderKey(FAMILIES, self.family), self.tier or 0)
        return VerifiedLevel(LadderKey(self.framework or ""), self.level or 0)


class RulesEntry(Entry):
    """For how many days it counts that somebody read the rules."""

    within_days: Within


class TrainingDoneEntry(Entry):
    """A training, and for how many days it counts that somebody completed it."""

    id: Id
    within_days: Within


class RequirementEntry(Entry):
    """One requirement: exactly one of these keys."""

    all_of: Annotated[Several["RequirementEntry"], count(*limits.REQUIREMENTS)] | None = Field(
        default=None, alias="all"
    )
    any_of: Annotated[Several["RequirementEntry"], count(*limits.REQUIREMENTS)] | None = Field(
        default=None, alias="any"
    )
    verified: VerifiedEntry | None = None
    rules: RulesEntry | None = None
    training: TrainingDoneEntry | None = None
    approval: Truth | None = None

    @property
    def requirement(self) -> Requirement:
        """What is required, of an entry that has exactly one key."""
        if self.verified:
            return self.verified.part
        if self.rules:
            return RulesRead(self.rules.within_days)
        if self.training:
            return TrainingDone(self.training.id, self.training.within_days)
        if self.all_of is not None:
            return All(tuple(one.requirement for one in self.all_of))
        if self.any_of is not None:
            return AnyOf(tuple(one.requirement for one in self.any_of))
        return Approval()


class PermissionEntry(Entry):
    """What members may do, and what it requires."""

    id: Id
    title: Name
    lets: Line
    tools: Annotated[Several[LevelName], count(*limits.TOOLS)]
    data: Annotated[Several[DataClass], count(1)]
    risk: Annotated[Literal["low", "medium", "high"], empty_unless_strict("")]
    sandbox: Truth = False
    requires: RequirementEntry
    approver: Id | None = None
    valid_for: ValidFor
    grace: Grace
    on_expiry: Annotated[Literal["renew", "ask"], empty_unless_strict("")]

    @property
    def permission(self) -> Permission:
        return Permission(
            id=self.id,
            title=self.title,
            lets=self.lets,
            tools=self.tools,
            data=self.data,
            risk=self.risk,
            requires=self.requires.requirement,
            valid_for=timedelta(days=self.valid_for),
            grace=timedelta(days=self.grace),
            on_expiry=self.on_expiry,
            approver=self.approver or "",
            sandbox=self.sandbox,
        )


class TrainingEntry(Entry):
    """A training whose completion coordinators confirm."""

    id: Id
    title: Name
    about: Line


class ApproverEntry(Entry):
    """A role whose people approve."""

    id: Id
    title: LevelName


class AccessFile(Entry):
    """access/<name>.yaml"""

    version: Version = Field(alias="access")
    trainings: Several[TrainingEntry] = ()
    approvers: Several[ApproverEntry] = ()
    permissions: Several[PermissionEntry]


WithId = TypeVar("WithId", bound=HasId)


def policy_of(files: Iterable[AccessFile]) -> Policy:
    """Return all permissions, trainings and approvers of these files as one policy."""
    every = list(files)
    return Policy(
        permissions=_by_id(one.permission for file in every for one in file.permissions),
        trainings=_by_id(
            Training(one.id, one.title, one.about) for file in every for one in file.trainings
        ),
        approvers=_by_id(Approver(one.id, one.title) for file in every for one in file.approvers),
    )


def _by_id(values: Iterable[WithId]) -> Mapping[str, WithId]:
    return MappingProxyType({value.id: value for value in values})
