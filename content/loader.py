"""Loads the library from content files that keep all rules."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from coaching.phrases import Phrasebook
from coaching.steps import StepContent
from content.families import Family, plain_title
from content.fields import HasId
from content.files import ContentFiles, read_files
from content.folder import time_limit
from content.ladders import ScaleFramework
from content.library import Library
from content.limits import RULE_PROBLEMS
from content.message_catalog import MessageCatalog
from content.problems import ContentProblems, Problem
from content.rules.families import FAMILY_RULES
from content.rules.ladders import LADDER_RULES
from content.rules.names import NAME_RULES
from content.rules.needs import NEED_RULES
from content.rules.phrases import PHRASE_RULES, reserved_problems
from content.rules.steps import STEP_RULES

RULES = (*FAMILY_RULES, *STEP_RULES, *NAME_RULES, *LADDER_RULES, *NEED_RULES, *PHRASE_RULES)


def broken_rules(files: ContentFiles, reserved: Collection[str] = ()) -> Iterator[Problem]:
    """A problem for every rule that these files break, of each rule the first `RULE_PROBLEMS`.

    `reserved` are the words of commands, which no phrase may be.
    """
    for problems in RULES:
        yield from islice(problems(files), RULE_PROBLEMS)
    yield from islice(reserved_problems(files, reserved), RULE_PROBLEMS)


WithId = TypeVar("WithId", bound=HasId)


def load_library(extra: Path | None = None, reserved: Collection[str] = ()) -> Library:
    """Load the built-in content with the files of `extra` laid over it.

    Raises ContentProblems with the problems of all files.
    """
    files = read_files(extra)
    problems = [*files.problems, *broken_rules(files, reserved)]
    if problems:
        raise ContentProblems(problems)
    return library_of(files)


def load_content(
    extra: Path | None = None, reserved: Collection[str] = ()
) -> tuple[Library, MessageCatalog]:
    """Load the library and the messages, and check those of `extra`.

    Raises ContentProblems. A folder that takes too long to read ends the process.
    """
    if extra is None:  # tests check the built-in messages, and once more would slow the start
        return load_library(reserved=reserved), MessageCatalog()
    with time_limit(extra):
        library, messages = load_library(extra, reserved), MessageCatalog(extra)
        if problems := messages.problems():
            raise ContentProblems(problems)
    return library, messages


def library_of(files: ContentFiles) -> Library:
    """The library of files without problems."""
    families = sorted(_families(files), key=lambda f: (f.order, f.id))
    every_series = (file.content for file in files.series)
    return Library(
        framework=files.role_families[0].content,
        families=_by_id(families),
        steps=tuple(_family_steps(files)),
        series=tuple(sorted(every_series, key=lambda series: (series.from_tier, series.id))),
        experiments=tuple(
            entry.experiment for file in files.experiments for entry in file.content.experiments
        ),
        ladders=_by_id(file.content for file in files.ladders),
        gradings=_by_id(file.content for file in files.gradings),
        scales=_by_id(_with_steps(file.content, files) for file in files.scales),
        needs=MappingProxyType(
            {file.content.framework: file.content.words for file in files.needs}
        ),
        crosswalk=next((file.content for file in files.crosswalks), None),
        phrasebook=_phrasebook(files),
    )


def _families(files: ContentFiles) -> Iterator[Family]:
    """The role families; words of titles of an organization's own are taken from the built-in ones."""
    own = [file.content for file in files.families if not file.source.built_in]
    taken = {words for family in own for words in family.title_words}
    for file in files.families:
        if file.source.built_in and taken:
            left = tuple(words for words in file.content.titles if plain_title(words) not in taken)
            yield file.content.model_copy(update={"titles": left})
        else:
            yield file.content


def _phrasebook(files: ContentFiles) -> Phrasebook:
    """The phrases and courtesies of all files."""
    return Phrasebook(
        phrases=tuple(phrase for file in files.phrases for _, phrase in file.content.positions()),
        courtesies=tuple(text for file in files.phrases for text in file.content.courtesies),
    )


def _by_id(values: Iterable[WithId]) -> Mapping[str, WithId]:
    return MappingProxyType({value.id: value for value in values})


def _family_steps(files: ContentFiles) -> Iterator[StepContent]:
    """The steps for role families: those in the families' files, then those in files of steps."""
    for family in files.families:
        yield from family.content.steps_of(family.content.id)
    for file in files.steps:
        if file.content.family not in files.framework_ids:
            yield from file.content.steps_of(file.content.family)
    for general in files.any_steps:
        yield from general.content.steps


def _with_steps(scale: ScaleFramework, files: ContentFiles) -> ScaleFramework:
    """The framework with the steps that stand in files of their own added to its own."""
    beside = [file.content for file in files.steps if file.content.family == scale.id]
    entries = [entry for file in beside for entry in file.step_entries]
    evidence = [entry for file in beside for entry in file.evidence]
    return scale.model_copy(
        update={
            "step_entries": (*scale.step_entries, *entries),
            "evidence": (*scale.evidence, *evidence),
        }
    )
