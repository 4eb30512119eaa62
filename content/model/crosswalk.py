"""How the ladders relate to each other, and where they do not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CrosswalkRow:
    """A place of one ladder beside a place of the other, and what to think of that."""

    left: str
    right: str
    says: str


@dataclass(frozen=True)
class Relation:
    """Two frameworks, by their ids: where they are alike, and where they differ."""

    between: tuple[str, str]
    alike: tuple[str, ...]
    different: tuple[str, ...]
    rows: tuple[CrosswalkRow, ...]


@dataclass(frozen=True)
class Crosswalk:
    """The page that keeps the ladders from being taken for one."""

    version: str
    about: str
    relations: tuple[Relation, ...]
