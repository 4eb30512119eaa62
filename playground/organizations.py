"""Organizations: several workspaces, in all or some of which one installation works."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Organization:
    """An organization (Enterprise Grid), and the app's installation in all of it."""

    id: str
    name: str = "Harbor Group"
    is_installed: bool = False
    """Whether the app is installed for the whole organization."""
    granted: frozenset[str] | None = frozenset()
    teams: list[str] = field(default_factory=list)
    """The workspaces to which the installation was given access."""
