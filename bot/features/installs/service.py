"""What installs work with in one process, and how a workspace is connected and left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger

from bot.coaches import Coaches, Installed
from bot.deps import Identity
from bot.features.installs.tokens import AppCredentials, StoredTokens, TokenStore
from bot.features.installs.welcome import plan_welcome
from coaching.members import MemberKey
from storage import workspace_settings, workspaces
from storage.database import Session
from storage.database.engine import Database
from storage.installs import installs
from storage.installs.installs import Installation
from storage.installs.token_keys import InstallKey, TokenKeys
from storage.workspaces import Workspace

log = getLogger(__name__)

NO_SETTINGS = workspace_settings.WorkspaceSettings()
TEAM = "T"
"""How ids of workspaces begin; where Slack says only the organization, nothing is done for one workspace."""


@dataclass(frozen=True)
class ManyAccess:
    """What the operator of a service for many workspaces gives it; `repr` shows no secrets.

    `keep` is how long the data of a workspace that left waits for its return.
    """

    app: AppCredentials
    keys: TokenKeys
    public_url: str
    keep: timedelta


@dataclass(frozen=True)
class StoredInstalls:
    """The installations of many workspaces, as the database has them."""

    store: TokenStore

    async def read(
        self, session: Session, workspace_id: str, enterprise_id: str | None
    ) -> Installed | None:
        """Return the app in this workspace by one query of one row; None when it is not installed.

        A team of an organization-wide install that Slack tells of for the first time is connected.
        """
        found = await installs.find_with_workspace(session, workspace_id, enterprise_id)
        if found is None or not workspace_id.startswith(TEAM):
            return None
        row, workspace = found
        if row.is_org_wide and workspace is None:
            await self._connect(row, workspace_id)
        elif row.is_org_wide and workspace and workspace.disconnected_at:
            return None
        settings = workspace_settings.parsed(workspace.settings) if workspace else NO_SETTINGS
        return Installed(
            _identity(row, workspace_id, workspace), StoredTokens(self.store, row), settings
        )

    async def _connect(self, row: Installation, workspace_id: str) -> None:
        async with self.store.database.write() as session:
            await workspaces.connect(
                session,
                workspace_id,
                row.name,
                now=self.store.now(),
                enterprise_id=row.enterprise_id,
            )


def _identity(row: Installation, workspace_id: str, workspace: Workspace | None) -> Identity:
    return Identity(
        workspace_id=workspace_id,
        workspace_name=workspace.name if workspace else row.name,
        bot_user_id=row.bot_user_id,
        bot_id=row.bot_id,
        enterprise_id=row.enterprise_id or None,
        is_org_install=row.is_org_wide,
    )


@dataclass(frozen=True)
class InstallService:
    """What pages, events and jobs about installs work with, the same for all workspaces."""

    store: TokenStore
    coaches: Coaches
    keep: timedelta

    @property
    def database(self) -> Database:
        """The database of all workspaces."""
        return self.store.database

    def now(self) -> datetime:
        """Return the current time."""
        return self.store.now()


ONE_SECOND = timedelta(seconds=1)
"""Slack says in whole seconds when an event happened."""


async def connect_teams(
    session: Session, key: InstallKey, teams: Mapping[str, str], *, form: str, now: datetime
) -> None:
    """Connect teams, by id with their names, of an install, and plan the one message to its installer.

    Of an organization-wide install, the message comes in the first team that is connected.
    """
    row = await installs.get(session, key)
    for workspace_id, name in teams.items():
        await workspaces.connect(
            session, workspace_id, name, now=now, enterprise_id=key.enterprise_id or None
        )
    if row and row.installed_by and teams:
        installer = MemberKey(next(iter(teams)), row.installed_by)
        await plan_welcome(session, installer, form, now=now)
        if row.is_org_wide:
            await installs.clear_installer(session, key)


async def leave(service: InstallService, key: InstallKey, *, reason: str, at: datetime) -> None:
    """Delete the tokens of an install that ended at that moment, and disconnect its workspaces.

    Nothing happens when the app was installed again since: the event is about the install before.
    """
    async with service.database.write() as session:
        removed = await installs.remove(session, key, before=at)
        if not removed and await installs.get(session, key):
            log.info("late_removal", extra={"install": str(key), "reason": reason})
            return
        left = await _left_without(session, key)
        for workspace_id in left:
            await workspaces.disconnect(session, workspace_id, reason=reason, now=service.now())
    _forget(service, left)
    log.info("install_removed", extra={"install": str(key), "reason": reason, "count": len(left)})


async def _left_without(session: Session, key: InstallKey) -> list[str]:
    """Return the workspaces that an install served; of an organization, those without an own install."""
    if key.workspace_id:
        workspace = await workspaces.get(session, key.workspace_id)
        enterprise = workspace.enterprise_id if workspace else None
        is_served = await installs.find(session, key.workspace_id, enterprise)
        return [] if is_served else [key.workspace_id]
    served = await workspaces.connected_in(session, key.enterprise_id)
    return [one for one in served if await installs.find(session, one) is None]


async def leave_teams(
    service: InstallService, key: InstallKey, teams: Iterable[str], *, reason: str, at: datetime
) -> None:
    """Disconnect teams that were taken out of an organization-wide install, unless they have their own.

    Those of other organizations stay, and those that were added again since that moment.
    """
    left = list[str]()
    async with service.database.write() as session:
        for workspace_id in teams:
            workspace = await workspaces.get(session, workspace_id)
            is_of_it = workspace is not None and workspace.enterprise_id == key.enterprise_id
            is_late = workspace is not None and workspace.connected_at >= at + ONE_SECOND
            if is_of_it and not is_late and await installs.find(session, workspace_id) is None:
                await workspaces.disconnect(session, workspace_id, reason=reason, now=service.now())
                left.append(workspace_id)
    _forget(service, left)


def _forget(service: InstallService, workspaces: Iterable[str]) -> None:
    for workspace_id in workspaces:
        service.coaches.forget(workspace_id)
