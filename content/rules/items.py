"""Rules of knowledge checks: skills that exist, items that rest on a line of the content."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from content.entries import on_one_line
from content.files import ContentFile, ContentFiles, read_files
from content.items import DRAFT, ItemEntry, ItemsFile, SkillsFile, plain_person
from content.ladders import LadderFramework
from content.limits import SAYS
from content.problems import Problem, did_you_mean, quoted
from content.rules.item_texts import (
    Placed,
    Told,
    alike_problems,
    share_problems,
    text_problems,
    told,
)
from content.rules.texts import count_words
from content.sources import current_path
from content.strict_yaml import KeyPath

NOT_QUOTED = {"messages", "phrases", "skills", "items", "access"}
"""Kinds of files that say nothing about how people work."""


def skill_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with what tiers and levels take, and with the ids that they name."""
    for file in files.skills:
        known = {entry.id for entry in file.content.skills}
        rows: Sequence[tuple[str, Sequence[Any]]] = (
            ("tiers", file.content.tiers),
            ("levels", file.content.levels),
        )
        for key, entries in rows:
            for number, entry in enumerate(entries):
                for at, skill in enumerate(entry.skills):
                    if skill not in known and not file.has_broken(("skills",)):
                        message = f"'{skill}' is no skill of this file.{did_you_mean(skill, known)}"
                        yield from file.problem((key, number, "skills", at), message)
        yield from _tier_problems(file)
        yield from _level_problems(file, files)


def _tier_problems(file: ContentFile[SkillsFile]) -> Iterator[Problem]:
    """Every tier that has its skills in two rows."""
    seen = set[float]()
    for number, row in enumerate(file.content.tiers):
        for at, tier in enumerate(row.tiers):
            if tier in seen:
                message = f"Tier {tier:g} is in two places. Keep one."
                yield from file.problem(("tiers", number, "tiers", at), message)
            seen.add(tier)


def _level_problems(file: ContentFile[SkillsFile], files: ContentFiles) -> Iterator[Problem]:
    """Every row for a level that no ladder has, or that stands in another row too.

    The built-in rows are for built-in ladders, so where an organization replaced one they are left alone.
    """
    ladders = {one.content.id: one for one in files.ladders}
    seen = set[tuple[str, int]]()
    for number, row in enumerate(file.content.levels):
        place = ("levels", number)
        ladder = ladders.get(row.framework)
        if (row.framework, row.level) in seen:
            message = f"Level {row.level} of '{row.framework}' is in two places. Keep one."
            yield from file.problem((*place, "level"), message)
        seen.add((row.framework, row.level))
        if file.source.built_in and not (ladder and ladder.source.built_in):
            continue
        if ladder is None:
            hint = did_you_mean(row.framework, ladders)
            message = f"'framework' is '{row.framework}', which is no ladder of behaviors.{hint}"
            yield from file.problem((*place, "framework"), message)
        else:
            yield from _no_level(file, place, row.level, ladder)


def _no_level(
    file: ContentFile[SkillsFile], place: KeyPath, level: int, ladder: ContentFile[LadderFramework]
) -> Iterator[Problem]:
    known = [one.level for one in ladder.content.levels]
    if level not in known and not ladder.has_broken(("levels",)):
        choices = ", ".join(map(str, known))
        message = f"'level' is {level}, which the ladder does not have. Choose one of {choices}."
        yield from file.problem((*place, "level"), message)


def item_problems(files: ContentFiles) -> Iterator[Problem]:
    """What is wrong with items, with each and with all of a skill together."""
    if any(file.source.built_in for file in files.items):
        yield from _built_in_problems()
    own = [file for file in files.items if not file.source.built_in]
    if not own:
        return
    for file in own:
        yield from _file_problems(file, files)
    asked = _asked(files.items)
    yield from _share_problems(own, asked)
    new = [one for one in asked if not one[0].source.built_in]
    left = {file.source for file in files.items}
    before = [one for one in _built_in_told() if one.placed[0].source in left]
    yield from alike_problems([*before, *told(new)])


@cache
def _built_in_problems() -> tuple[Problem, ...]:
    """What is wrong with the built-in items, looked for once in a process: they do not change."""
    files = read_files(None)
    asked = _asked(files.items)
    found = [problem for file in files.items for problem in _file_problems(file, files)]
    found += _share_problems(files.items, asked)
    return (*found, *alike_problems(_built_in_told()))


@cache
def _built_in_told() -> tuple[Told, ...]:
    return tuple(told(_asked(read_files(None).items)))


def _share_problems(
    changed: Sequence[ContentFile[ItemsFile]], asked: Sequence[Placed]
) -> Iterator[Problem]:
    """What the lengths of options give away, in every skill that these files have items of."""
    for skill in dict.fromkeys(file.content.skill for file in changed):
        yield from share_problems(skill, [one for one in asked if one[0].content.skill == skill])


def _asked(files: Sequence[ContentFile[ItemsFile]]) -> list[Placed]:
    """The items that may be asked."""
    return [
        (file, ("items", number), item)
        for file in files
        for number, item in enumerate(file.content.items)
        if not item.is_draft and not file.has_broken(("items", number))
    ]


def _file_problems(file: ContentFile[ItemsFile], files: ContentFiles) -> Iterator[Problem]:
    skill, of_skills = file.content.skill, next(iter(files.skills), None)
    if of_skills and not of_skills.has_broken(("skills",)):
        known = {entry.id for entry in of_skills.content.skills}
        if skill not in known:
            message = f"'skill' is '{skill}', which checks/skills.yaml does not have."
            yield from file.problem(("skill",), f"{message}{did_you_mean(skill, known)}")
    for number, item in enumerate(file.content.items):
        place = ("items", number)
        if not item.id.startswith(f"{skill}-") and not file.is_broken(("skill",)):
            message = f"'id' is '{item.id}'. Start it with '{skill}-'."
            yield from file.problem((*place, "id"), message)
        yield from _acceptance_problems(file, place, item)
        for family in item.variants:
            if family not in files.family_ids:
                hint = did_you_mean(family, files.family_ids)
                message = f"'{family}' is not a family.{hint}"
                yield from file.problem((*place, "variants", family), message)
        if not file.has_broken((*place, "from")):
            yield from _ground_problems(file, (*place, "from"), item, files)
        if not file.has_broken((*place, "options")):
            yield from text_problems(file, place, item)


def _acceptance_problems(
    file: ContentFile[ItemsFile], place: KeyPath, item: ItemEntry
) -> Iterator[Problem]:
    """A problem with who accepted a draft: the same person twice, or people where there is no draft."""
    names = [plain_person(name) for name in item.accepted_by]
    for number, name in enumerate(names):
        if name in names[:number]:
            message = f"'{item.accepted_by[number]}' accepted it already. A second person is asked."
            yield from file.problem((*place, "accepted_by", number), message)
    if names and item.state != DRAFT:
        message = "'accepted_by' is for drafts. Write 'state: draft' too, or delete it."
        yield from file.problem((*place, "accepted_by"), message)


def _ground_problems(
    file: ContentFile[ItemsFile], place: KeyPath, item: ItemEntry, files: ContentFiles
) -> Iterator[Problem]:
    """A problem unless the quoted words stand in the entry that the item rests on."""
    ground = item.ground
    source = files.sources.get(current_path(ground.file))
    if source is None or source.kind in NOT_QUOTED:
        paths = [path for path, one in files.sources.items() if one.kind not in NOT_QUOTED]
        hint = did_you_mean(ground.file, paths, list_all=False)
        message = f"'file' is '{ground.file}', from which no item can quote.{hint}"
        yield from file.problem((*place, "file"), message)
        return
    quoted_file = files.by_path.get(source.relative)
    if quoted_file is None:
        return
    entries = quoted_file.entries
    if ground.id not in entries:
        hint = did_you_mean(ground.id, entries, list_all=False)
        message = f"'id' is '{ground.id}', which {ground.file} does not have.{hint}"
        yield from file.problem((*place, "id"), message)
        return
    least, most = SAYS
    if not least <= (words := count_words(ground.says)) <= most:
        message = f"'says' has {words} words. Quote {least} to {most}."
        yield from file.problem((*place, "says"), message)
    if not any(on_one_line(ground.says) in text for text in entries[ground.id]):
        message = f"{quoted(ground.says)} does not stand in '{ground.id}' of {ground.file}."
        yield from file.problem((*place, "says"), f"'says': {message} Copy its words exactly.")


ITEM_RULES = (skill_problems, item_problems)
