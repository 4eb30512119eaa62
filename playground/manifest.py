"""The app's manifest, read for what it allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WITHOUT_MANIFEST = {
    "command": "/rungs",
    "description": "Talk to the app",
    "usage_hint": "help",
}


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A command as the message box suggests it."""

    command: str
    description: str
    usage_hint: str


class Manifest:
    """What the app registered; without a manifest everything is allowed."""

    def __init__(self, manifest: Mapping[str, Any] | None) -> None:
        self._manifest = manifest

    @property
    def scopes(self) -> frozenset[str] | None:
        """Return the bot scopes, or None for all."""
        if self._manifest is None:
            return None
        return frozenset(self._at("oauth_config", "scopes", "bot") or ())

    @property
    def user_scopes(self) -> frozenset[str] | None:
        """Return the user scopes, or None for all."""
        if self._manifest is None:
            return None
        return frozenset(self._at("oauth_config", "scopes", "user") or ())

    @property
    def redirect_urls(self) -> list[str] | None:
        """Return where the consent page may send people back to, or None for anywhere."""
        if self._manifest is None:
            return None
        return list(self._at("oauth_config", "redirect_urls") or ())

    @property
    def rotates_tokens(self) -> bool:
        """Return whether tokens expire and are refreshed."""
        return bool(self._at("settings", "token_rotation_enabled"))

    @property
    def is_for_organizations(self) -> bool:
        """Return whether the app can be installed for a whole organization."""
        return self._manifest is None or bool(self._at("settings", "org_deploy_enabled"))

    @property
    def events(self) -> frozenset[str] | None:
        """Return the bot events, or None for all."""
        if self._manifest is None:
            return None
        return frozenset(self._at("settings", "event_subscriptions", "bot_events") or ())

    @property
    def commands(self) -> list[SlashCommand]:
        """Return the slash commands that the message box suggests."""
        found = self._at("features", "slash_commands") or ()
        listed = [WITHOUT_MANIFEST] if self._manifest is None else found
        return [
            SlashCommand(one["command"], one["description"], one.get("usage_hint", ""))
            for one in listed
        ]

    def knows_command(self, command: str) -> bool:
        """Return whether the app registered this command."""
        return self._manifest is None or any(c.command == command for c in self.commands)

    @property
    def interactive(self) -> bool:
        """Return whether clicks and submissions reach the app."""
        return self._manifest is None or bool(self._at("settings", "interactivity", "is_enabled"))

    @property
    def has_home(self) -> bool:
        """Return whether the app has a Home tab."""
        return self._manifest is None or bool(self._at("features", "app_home", "home_tab_enabled"))

    @property
    def has_messages(self) -> bool:
        """Return whether the app has a Messages tab."""
        return self._at("features", "app_home", "messages_tab_enabled") is not False

    @property
    def takes_messages(self) -> bool:
        """Return whether people can write to the app."""
        read_only = self._at("features", "app_home", "messages_tab_read_only_enabled")
        return self.has_messages and not read_only

    def _at(self, *path: str) -> Any:
        value: Any = self._manifest
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value
