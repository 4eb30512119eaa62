"""What the admins of a workspace have set; each setting is declared by whoever acts on it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, ColumnElement, cast, select, type_coerce, update
from sqlmodel import col

from coaching.members import MemberKey
from storage import admin, audit
from storage.access import due
from storage.database import Session
from storage.workspaces import Workspace

V = TypeVar("V")

ADMIN_ACT = "admin"
"""The act of all changes by admins in the audit log; `about` is JSON with the setting, before and after."""


@dataclass(frozen=True)
class Setting(Generic[V]):
    """One setting: its name in the database, and what holds until an admin sets it.

    The value is anything that JSON has; a tuple is stored as a list and read as a tuple again.
    """

    name: str
    default: V


OFF_FRAMEWORKS: Setting[tuple[str, ...]] = Setting("off_frameworks", ())
"""The ids of the frameworks beside the role families that are switched off."""

OFF_FAMILIES: Setting[tuple[str, ...]] = Setting("off_families", ())
"""The ids of the role families that are switched off."""

CAPABILITIES: Setting[tuple[str, ...]] = Setting("capabilities", ())
"""The names of the optional capabilities that are switched on."""

MIN_GROUP: Setting[int] = Setting("min_group", 0)
"""The least number of people in an aggregate, where it is more than `RUNGS_MIN_GROUP`."""


@dataclass(frozen=True)
class WorkspaceSettings:
    """The settings of one workspace, by name; those that nobody set are not there."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def get(self, setting: Setting[V]) -> V:
        """Return what is set, or the default of the setting."""
        value = self.values.get(setting.name, setting.default)
        return tuple(value) if isinstance(value, list) else value  # type: ignore[return-value]

    def with_value(self, setting: Setting[V], value: V) -> "WorkspaceSettings":
        """Return these settings with one changed; one that equals the default is left out."""
        others = {name: other for name, other in self.values.items() if name != setting.name}
        return WorkspaceSettings(
            others if value == setting.default else {**others, setting.name: value}
        )


def parsed(stored: str | None) -> WorkspaceSettings:
    """Return the settings from the column `workspace.settings`."""
    return WorkspaceSettings(json.loads(stored) if stored else {})


async def read(session: Session, workspace_id: str, *, lock: bool = False) -> WorkspaceSettings:
    """Return the settings of a workspace; with `lock`, others wait to change them."""
    wanted = _settings_of(workspace_id)
    return parsed(await session.scalar(wanted.with_for_update() if lock else wanted))


def is_on(session: Session, workspace_id: str, setting: Setting[bool]) -> ColumnElement[bool]:
    """Return the expression in SQL for whether a setting that is off by default is on."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    stored: Any = col(Workspace.settings)
    values: Any = cast(stored, JSON) if is_postgres else type_coerce(stored, JSON)
    here = col(Workspace.workspace_id) == workspace_id
    found: ColumnElement[bool] = (
        select(values[setting.name].as_boolean()).where(here).scalar_subquery()
    )
    return found


async def change(
    session: Session,
    workspace_id: str,
    setting: Setting[V],
    value: V,
    *,
    by: MemberKey,
    place: str,
    now: datetime,
    recorded: Callable[[V], object] = lambda value: value,
) -> bool:
    """Set this, and record in the audit log who set what; return False if it was so already.

    The workspace's row is locked, so that two changes at once both stay. Who has access to what is decided
    anew, because it depends on several settings. `recorded` returns what the log
    keeps of a value, for values with what must not stay there, such as user ids.
    """
    before = await read(session, workspace_id, lock=True)
    if before.get(setting) == value:
        return False
    after = before.with_value(setting, value)
    await session.execute(
        update(Workspace)
        .where(col(Workspace.workspace_id) == workspace_id)
        .values(settings=json.dumps(after.values) if after.values else None)
        .execution_options(synchronize_session=False)
    )
    await due.mark_workspace(session, workspace_id)
    was, is_now = recorded(before.get(setting)), recorded(value)
    await record_change(session, setting.name, was, is_now, by=by, place=place, now=now)
    return True


async def record_change(
    session: Session,
    setting: str,
    before: object,
    after: object,
    *,
    by: MemberKey,
    place: str,
    now: datetime,
) -> None:
    """Record in the audit log what an admin changed, in the transaction in which it is done."""
    about = json.dumps({"setting": setting, "before": before, "after": after}, ensure_ascii=False)
    await admin.remember(session, by, now=now)
    await audit.record(session, by, ADMIN_ACT, about=about, place=place, now=now)


@dataclass(frozen=True)
class Change:
    """What an admin changed, as the audit log has it; `before` and `after` are what JSON can hold."""

    setting: str
    before: Any
    after: Any

    @classmethod
    def parse(cls, about: str | None) -> "Change":
        """Return the change that `record_change` wrote."""
        kept = json.loads(about or "{}")
        return cls(str(kept.get("setting", "")), kept.get("before"), kept.get("after"))


def _settings_of(workspace_id: str) -> Any:
    return select(col(Workspace.settings)).where(col(Workspace.workspace_id) == workspace_id)
