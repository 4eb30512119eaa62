"""Items of knowledge checks: one case, one question, three or four options, one of them right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

ACCEPTED_BY = 2
"""So many different people accept a draft before it is asked."""


@dataclass(frozen=True)
class Option:
    """One answer to choose; `why` says why it is right, or why it isn't."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Variant:
    """An item's case as it is told to people of one family; `options` are empty where the item's own fit."""

    case: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Ground:
    """The line of the content that an item rests on: a file, the id of an entry in it, and its words."""

    file: str
    id: str
    says: str


@dataclass(frozen=True)
class Item:
    """A question of a knowledge check; `variants` are by the id of a family.

    `is_draft` is True while too few people have accepted it. A draft is never asked.
    """

    id: str
    skill: str
    kind: str
    rests_on: Ground
    case: str
    question: str
    options: tuple[Option, ...]
    variants: Mapping[str, Variant] = field(default_factory=lambda: MappingProxyType({}))
    is_draft: bool = False

    @property
    def right(self) -> int:
        """The place of the right option, from 0; the same in every variant."""
        return next(place for place, option in enumerate(self.options) if option.right)

    def told_in(self, family: str | None) -> "Item":
        """Return the item with the case and options of this family, or itself without a variant for it."""
        variant = self.variants.get(family or "")
        if variant is None:
            return self
        return replace(self, case=variant.case, options=variant.options or self.options)


@dataclass(frozen=True)
class Skill:
    """What a check is about, with the items that may be asked."""

    id: str
    title: str
    about: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Knowledge:
    """All skills by id in their order, and which of them a tier or a level of a ladder takes.

    `tiers` are skills by tier, `levels` skills by framework and level. `drafts` are items nobody is asked.
    """

    version: str = ""
    skills: Mapping[str, Skill] = field(default_factory=lambda: MappingProxyType({}))
    tiers: Mapping[float, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    levels: Mapping[tuple[str, int], tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    drafts: tuple[Item, ...] = ()

    def skill(self, skill_id: str) -> Skill | None:
        return self.skills.get(skill_id)

    def item(self, item_id: str) -> Item | None:
        """Return the item with this id, if it may be asked."""
        return self._items.get(item_id)

    def skills_of_tier(self, tier: float) -> tuple[Skill, ...]:
        """Return the skills that this tier of a role family takes; none where no check covers it."""
        return tuple(self._known(self.tiers.get(tier, ())))

    def skills_of_level(self, framework: str, level: int) -> tuple[Skill, ...]:
        """Return the skills that this level of a ladder takes, with those of the levels below it.

        None where no check covers the level itself.
        """
        if (framework, level) not in self.levels:
            return ()
        rows = sorted(key for key in self.levels if key[0] == framework and key[1] <= level)
        ids = dict.fromkeys(skill for row in rows for skill in self.levels[row])
        return tuple(self._known(ids))

    def without(self, frameworks: tuple[str, ...]) -> "Knowledge":
        """Return it without these frameworks, and without the skills that served nothing else."""
        levels = {key: ids for key, ids in self.levels.items() if key[0] not in frameworks}
        if len(levels) == len(self.levels):
            return self
        served = {one for ids in (*levels.values(), *self.tiers.values()) for one in ids}
        gone = {one for ids in self.levels.values() for one in ids} - served
        kept = {one: skill for one, skill in self.skills.items() if one not in gone}
        return replace(self, levels=MappingProxyType(levels), skills=MappingProxyType(kept))

    def _known(self, ids: Mapping[str, None] | tuple[str, ...]) -> Iterator[Skill]:
        return (self.skills[one] for one in ids if one in self.skills)

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for skill in self.skills.values() for item in skill.items}
