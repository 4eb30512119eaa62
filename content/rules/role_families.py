"""What the role families share: six tiers, skills that lead upward."""

from collections.abc import Iterator

from coaching.mean_score import TIERS
from content.problems import Problem
from content.rules.order import in_order
from content.schema import FrameworkFile
from content.shelf import Parsed, Shelf
from content.sources import ROLE_FAMILIES

NAME = "role-families"


def role_family_problems(shelf: Shelf) -> Iterator[Problem]:
    """What is wrong with the file of the role families, or that there is none."""
    if ROLE_FAMILIES not in shelf.sources:
        yield Problem(f"content/{ROLE_FAMILIES}", 1, "The file is missing. Install Rungs again.")
    for file in shelf.role_families:
        if file.content.framework != NAME:
            found = f"'framework' is '{file.content.framework}'."
            yield file.problem(("framework",), f"{found} Write '{NAME}', as the folder is called.")
        tiers = [entry.tier for entry in file.content.tiers]
        yield from in_order(file, ("tiers",), tiers, TIERS)
        yield from _skills(file)


def _skills(file: Parsed[FrameworkFile]) -> Iterator[Problem]:
    for number, skill in enumerate(file.content.skills):
        if skill.from_tier >= skill.to_tier:
            message = f"'to' is {skill.to_tier:g}. Choose a tier above 'from', {skill.from_tier:g}."
            yield file.problem(("skills", number, "to"), message)
