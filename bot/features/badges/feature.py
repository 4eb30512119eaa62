"""Badges as a capability: the command, the form, and what outsiders fetch to check one."""

from collections.abc import Sequence

from bot.buttons import BADGE, BADGE_LIST
from bot.deps import Deps
from bot.feature import Command, Feature, Switch
from bot.features.badges import handlers
from bot.features.badges.views import BADGE_VIEW
from bot.features.badges.web import ROUTES
from storage.badges import PERSONAL_DATA
from storage.database import Session
from storage.workspace_settings import CAPABILITIES, WorkspaceSettings

EVIDENCE = "evidence"
"""The capability that verifies levels."""


async def needs(_session: Session, deps: Deps) -> Sequence[str]:
    """Return which settings of the operator are missing, and that evidence is off."""
    site = deps.site
    missing = {"RUNGS_PUBLIC_URL": not site.url, "RUNGS_TOKEN_KEYS": site.keys is None}
    lacking = [f"The people who run Rungs set {name}." for name, lacks in missing.items() if lacks]
    return lacking if is_on(deps.settings) else [*lacking, "Switch Evidence on first."]


def is_on(settings: WorkspaceSettings) -> bool:
    """Return whether levels can be verified, without which there is nothing to put on a badge."""
    return EVIDENCE in settings.get(CAPABILITIES)


FEATURE = Feature(
    name="badges",
    commands=(
        Command(
            "badge",
            "",
            "A file that shows a verified level to people outside",
            handlers.badge,
            synonyms=("badges",),
            button=BADGE_LIST,
            rank=46,
        ),
    ),
    clicks={BADGE_LIST: handlers.badges_asked, BADGE: handlers.badge_asked},
    forms={BADGE_VIEW: handlers.badge_sent},
    is_offered=lambda _library, settings: is_on(settings),
    switch=Switch(
        "Badges",
        "Members can get a file for a level that was verified, which anyone outside can check.",
        needs,
    ),
    personal_data=(PERSONAL_DATA,),
    routes=ROUTES,
)
