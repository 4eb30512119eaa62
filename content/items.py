"""Knowledge checks in content files: the skills, what they serve, and the items of each."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from coaching.items import ACCEPTED_BY, Ground, Item, Knowledge, Option, Skill, Variant
from content import limits
from content.fields import (
    AnyTier,
    Case,
    Entry,
    Headline,
    Id,
    ItemQuestion,
    Line,
    Number,
    OptionText,
    Several,
    Topic,
    Truth,
    Version,
    Why,
    count,
    empty_unless_strict,
)

DRAFT = "draft"


class SkillEntry(Entry):
    """A skill that a check is about."""

    id: Id
    title: Topic
    about: Line


class TierSkills(Entry):
    """The skills that each of these tiers takes."""

    tiers: Annotated[Several[AnyTier], count(1)]
    skills: Annotated[Several[Id], count(1)]


class LevelSkills(Entry):
    """The skills that a level of a ladder takes, beside those of the levels below it."""

    framework: Id
    level: Number
    skills: Annotated[Several[Id], count(1)]


class SkillsFile(Entry):
    """checks/skills.yaml"""

    version: Version = Field(alias="checks")
    skills: Annotated[Several[SkillEntry], count(1, limits.SIGNS)]
    tiers: Several[TierSkills] = ()
    levels: Several[LevelSkills] = ()


class GroundEntry(Entry):
    """Where the line stands that an item rests on."""

    file: Headline
    id: Id
    says: Line


class OptionEntry(Entry):
    """One answer to choose."""

    text: OptionText
    right: Truth = False
    why: Why


def _one_right(options: tuple[OptionEntry, ...]) -> tuple[OptionEntry, ...]:
    found = sum(option.right for option in options)
    if options and found != 1:
        has = f"has {found} options" if found else "has no option"
        raise ValueError(f"{has} with 'right: true'. Write it under exactly one.")
    return options


Options = Annotated[
    Several[OptionEntry],
    count(*limits.OPTIONS),
    AfterValidator(_one_right),
    empty_unless_strict(()),
]


class VariantEntry(Entry):
    """The case as it is told to one family."""

    case: Case
    options: Options | None = None

    @property
    def variant(self) -> Variant:
        return Variant(self.case, _options(self.options or ()))


class ItemEntry(Entry):
    """One question of a check."""

    id: Id
    kind: Annotated[
        Literal["choose", "missing-line", "which-result", "what-first"], empty_unless_strict("")
    ]
    ground: GroundEntry = Field(alias="from")
    case: Case
    question: ItemQuestion
    options: Options
    variants: Annotated[Mapping[str, VariantEntry], AfterValidator(MappingProxyType)] = Field(
        default_factory=lambda: MappingProxyType({})
    )
    state: Annotated[Literal["draft"], empty_unless_strict("")] | None = None
    accepted_by: Several[Topic] = ()

    @property
    def is_draft(self) -> bool:
        """Whether it is a draft that fewer than two different people have accepted."""
        names = {plain_person(name) for name in self.accepted_by}
        return self.state == DRAFT and len(names) < ACCEPTED_BY

    def item(self, skill: str) -> Item:
        """The item as it is asked."""
        return Item(
            id=self.id,
            skill=skill,
            kind=self.kind,
            rests_on=Ground(self.ground.file, self.ground.id, self.ground.says),
            case=self.case,
            question=self.question,
            options=_options(self.options),
            variants=MappingProxyType({one: told.variant for one, told in self.variants.items()}),
            is_draft=self.is_draft,
        )


class ItemsFile(Entry):
    """checks/<name>.yaml: items of one skill; several files may hold items of the same one."""

    skill: Id
    items: Annotated[Several[ItemEntry], count(1)]


def plain_person(name: str) -> str:
    """Return a name without the differences that make nobody another person: case, spaces, an '@'."""
    return " ".join(re.sub(r"^@", "", name.strip()).casefold().split())


def _options(entries: Sequence[OptionEntry]) -> tuple[Option, ...]:
    return tuple(Option(entry.text, entry.why, entry.right) for entry in entries)


def knowledge_of(skills: SkillsFile | None, files: Iterable[ItemsFile]) -> Knowledge:
    """Return the skills with their items; without a file of skills there are none."""
    if skills is None:
        return Knowledge()
    every = [entry.item(file.skill) for file in files for entry in file.items]
    tiers = {tier: row.skills for row in skills.tiers for tier in row.tiers}
    levels = {(row.framework, row.level): row.skills for row in skills.levels}
    return Knowledge(
        version=skills.version,
        skills=MappingProxyType({one.id: one for one in _skills(skills, every)}),
        tiers=MappingProxyType(tiers),
        levels=MappingProxyType(levels),
        drafts=tuple(item for item in every if item.is_draft),
    )


def _skills(file: SkillsFile, every: Sequence[Item]) -> Iterator[Skill]:
    for entry in file.skills:
        own = tuple(item for item in every if item.skill == entry.id and not item.is_draft)
        yield Skill(entry.id, entry.title, entry.about, own)
