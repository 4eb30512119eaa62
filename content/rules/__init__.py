"""Rules that hold between values and between files, one module for each kind of file."""

from collections.abc import Iterator

from content.problems import Problem
from content.rules.crosswalks import crosswalk_problems
from content.rules.experiments import experiment_problems
from content.rules.families import family_problems
from content.rules.figures import figure_problems
from content.rules.frameworks import framework_problems
from content.rules.gradings import grading_problems
from content.rules.ids import id_problems
from content.rules.ladders import ladder_problems
from content.rules.names import name_problems
from content.rules.needs import needs_problems
from content.rules.role_families import role_family_problems
from content.rules.scales import scale_problems
from content.rules.series import series_problems
from content.rules.tips import any_tip_problems, tip_problems
from content.shelf import Shelf

RULES = (
    *(role_family_problems, family_problems, tip_problems, any_tip_problems, series_problems),
    *(experiment_problems, figure_problems, id_problems, name_problems),
    *(framework_problems, ladder_problems, grading_problems, scale_problems),
    *(needs_problems, crosswalk_problems),
)


def broken_rules(shelf: Shelf) -> Iterator[Problem]:
    """Every rule that the files on this shelf break."""
    for problems in RULES:
        yield from problems(shelf)
