"""Rules that hold between values and between files, one module for each kind of file."""

from collections.abc import Iterator

from content.problems import Problem
from content.rules.experiments import experiment_problems
from content.rules.families import family_problems
from content.rules.figures import figure_problems
from content.rules.frameworks import framework_problems
from content.rules.ids import id_problems
from content.rules.series import series_problems
from content.rules.tips import any_tip_problems, tip_problems
from content.shelf import Shelf


def broken_rules(shelf: Shelf) -> Iterator[Problem]:
    """Every rule that the files on this shelf break."""
    yield from framework_problems(shelf)
    yield from family_problems(shelf)
    yield from tip_problems(shelf)
    yield from any_tip_problems(shelf)
    yield from series_problems(shelf)
    yield from experiment_problems(shelf)
    yield from figure_problems(shelf)
    yield from id_problems(shelf)
