"""Drafts of items for knowledge checks, made by templates from the content's own steps.

A draft quotes the step that it rests on. Nobody is asked it until two people have accepted it, and they
rewrite what a template can't know: mostly why an option is wrong.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from coaching.items import Knowledge, Skill
from content.files import ContentFile, ContentFiles
from content.items import DRAFT, ItemEntry, ItemsFile
from content.limits import OPTION, SAYS, length
from content.practices import Practice
from content.rules.item_texts import stems, text_problems
from content.sources import Source
from content.strict_yaml import Document

MOST = 12
"""So many drafts are made at a time; two people read each of them."""

NEAR = 20
"""So many lines are looked at for wrong options, the nearest to the length of the right one."""

_EXAMPLE = re.compile(r"^(Weak|Better): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class _Step:
    """A step with the path of its file, and the weak and the better lines of its examples."""

    file: str
    practice: Practice
    weak: tuple[str, ...] = ()
    better: tuple[str, ...] = ()

    def nearness(self, about: frozenset[str]) -> float:
        """Return the share of its words that are among these."""
        one = self.practice
        words = stems(f"{one.title} {one.when} {one.why} {one.done_when}")
        return len(words & about) / max(1, len(words))


def drafts_of(skill: Skill, knowledge: Knowledge, files: ContentFiles) -> str | None:
    """Return a file of drafts for this skill; None when every step that can become one has its draft.

    Steps that no item rests on yet come first, and among them those that share most words with the skill.
    """
    every = list(_steps(skill.id, knowledge, files))
    mine = [*skill.items, *(one for one in knowledge.drafts if one.skill == skill.id)]
    used = {item.rests_on.id for item in mine}
    about = stems(" ".join((skill.title, skill.about, *(item.rests_on.says for item in mine))))
    ordered = sorted(every, key=lambda one: (one.practice.id in used, -one.nearness(about)))
    made = {item.id for item in mine}
    new = (draft for draft in _drafts(skill.id, ordered, every) if draft["id"] not in made)
    found = list(islice(new, MOST))
    if not found:
        return None
    entries = {"skill": skill.id, "items": found}
    return yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=100)


def _drafts(skill: str, steps: Iterable[_Step], every: Sequence[_Step]) -> Iterator[dict[str, Any]]:
    """The drafts that keep the rules, at most one for each step."""
    for step in steps:
        tried = chain(_which_result(skill, step, every), _missing_line(skill, step, every))
        kept = next((draft for draft in tried if _keeps_rules(skill, draft)), None)
        if kept:
            yield kept


def _keeps_rules(skill: str, draft: dict[str, Any]) -> bool:
    try:
        item = ItemEntry.model_validate(draft)
    except ValidationError:
        return False
    here = Source("checks/drafts.yaml", Path("drafts.yaml"), "drafts.yaml")
    file = ContentFile(here, Document(None, {}), ItemsFile(skill=skill, items=(item,)))
    return next(text_problems(file, (), item), None) is None


def _which_result(skill: str, step: _Step, every: Sequence[_Step]) -> Iterator[dict[str, Any]]:
    """Which of three results passes: a better line of the examples, or one of two weak ones."""
    others = [(one, line) for one in every if one is not step for line in one.weak]
    for better in step.better if step.weak else ():
        own = _nearest(better, [(step, line) for line in step.weak])
        weak = [*own[:2], *_nearest(better, others)][:2]
        yield _draft(
            skill,
            step,
            kind="which-result",
            says=step.practice.why,
            case=f"A step in the content says: {step.practice.when}",
            question="Which result does what the step asks for?",
            options=[
                {"text": better, "right": True, "why": step.practice.why},
                *({"text": line, "why": _why_weak(one, step)} for one, line in weak),
            ],
        )


def _why_weak(shown_by: _Step, step: _Step) -> str:
    if shown_by is step:
        return "The step shows this one as a weak version."
    return f'It\'s a weak version from another step, "{shown_by.practice.title}."'


def _missing_line(skill: str, step: _Step, every: Sequence[_Step]) -> Iterator[dict[str, Any]]:
    """Which line says when a step is done: its own, or that of two others."""
    practice = step.practice
    others = [(one, one.practice.done_when) for one in every if one is not step]
    yield _draft(
        skill,
        step,
        kind="missing-line",
        says=practice.done_when,
        case=f'Notes on a step: "{practice.title}. {practice.when}" They have no line for the end.',
        question="Which line says when the step is done?",
        options=[
            {"text": practice.done_when, "right": True, "why": practice.why},
            *(
                {"text": line, "why": f'It ends another step, "{one.practice.title}."'}
                for one, line in _nearest(practice.done_when, others)[:2]
            ),
        ],
    )


def _draft(skill: str, step: _Step, *, says: str, **texts: Any) -> dict[str, Any]:
    quoted = " ".join(says.split()[: SAYS[1]])
    return {
        "id": f"{skill}-draft-{step.practice.id}",
        "kind": texts.pop("kind"),
        "from": {"file": step.file, "id": step.practice.id, "says": quoted},
        **texts,
        "state": DRAFT,
        "accepted_by": [],
    }


def _nearest(right: str, lines: Iterable[tuple[_Step, str]]) -> list[tuple[_Step, str]]:
    """The lines about as long as the right one, those that share most words with it first."""
    fitting = [one for one in lines if one[1] != right and length(one[1]) <= OPTION]
    near = sorted(fitting, key=lambda one: abs(length(one[1]) - length(right)))[:NEAR]
    words = stems(right)
    return sorted(near, key=lambda one: -len(words & stems(one[1])))


def _steps(skill: str, knowledge: Knowledge, files: ContentFiles) -> Iterator[_Step]:
    """The steps that lead to the tiers and levels which take this skill; all of them if none does."""
    tiers = [tier for tier, ids in knowledge.tiers.items() if skill in ids]
    levels = {key for key, ids in knowledge.levels.items() if skill in ids}
    for ladder in files.ladders:
        for level in ladder.content.levels:
            if (ladder.content.id, level.level) in levels:
                yield from _read(ladder, [behavior.practice for behavior in level.behaviors])
    if levels:
        return
    several: list[ContentFile[Any]] = [*files.steps, *files.any_steps]
    for file in several:
        yield from _read(file, _within(file.content.step_entries, tiers))
    for series in files.series:
        yield from _read(series, _within(series.content.lessons, tiers))


def _within(steps: Iterable[Any], tiers: Sequence[float]) -> list[Any]:
    if not tiers:
        return list(steps)
    return [step for step in steps if min(tiers) - 0.5 <= step.from_tier < max(tiers)]


def _read(file: ContentFile[Any], practices: Iterable[Practice]) -> Iterator[_Step]:
    """The steps of a file, each with the lines of its example; of a lesson those of all families."""
    for one in practices:
        told = (one.example or "", *getattr(one, "examples", {}).values())
        lines = [line for text in told for line in _EXAMPLE.findall(text)]
        weak, better = (
            tuple(dict.fromkeys(words for name, words in lines if name == wanted))
            for wanted in ("Weak", "Better")
        )
        yield _Step(file.source.relative, one, weak, better)
