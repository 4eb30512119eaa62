"""Experiments that a team tries together: which ones fit the team, and which comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args

Stand = Literal["first", "middle", "top", "mixed"]
"""The band that holds most of a team's answers; "mixed" when none does."""

STANDS: tuple[Stand, ...] = get_args(Stand)
ANY = "any"
SEVERAL = "several"
"""Used in `families` in place of a role family: for teams in which several families work together."""


@dataclass(frozen=True)
class Experiment:
    """Something that a team does together in one meeting; `stands` and `families` say for which teams."""

    id: str
    stands: frozenset[str]
    families: frozenset[str]
    title: str
    minutes: int
    together: str
    why: str
    done_when: str

    def fits(self, stand: Stand | None, families: frozenset[str]) -> bool:
        """Return whether it suits such a team; where something is unknown, only `any` fits."""
        here = ANY in self.stands or stand in self.stands
        kind = families if len(families) < 2 else frozenset({SEVERAL})
        return here and (ANY in self.families or bool(self.families & kind))


def next_in_turn(
    experiments: Sequence[Experiment],
    *,
    used: Sequence[str],
    seed: str,
    stand: Stand | None = None,
    families: frozenset[str] = frozenset(),
) -> Experiment | None:
    """Return the fitting experiment that the team used least; None when none fits.

    `used` are the ids of earlier experiments, oldest first: none is repeated before all that fit were used.
    `seed` gives every team an order of its own.
    """
    fitting = [each for each in experiments if each.fits(stand, families)]
    last = {experiment: turn for turn, experiment in enumerate(used)}

    def turn(each: Experiment) -> tuple[int, int, str]:
        shuffled = sha256(f"{seed}:{each.id}".encode()).hexdigest()
        return used.count(each.id), last.get(each.id, -1), shuffled

    return min(fitting, key=turn, default=None)
