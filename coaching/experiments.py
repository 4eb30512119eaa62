"""What a team tries together: which experiment fits where it stands, and whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args

Stand = Literal["first", "middle", "top", "mixed"]
"""Where the answers of a team lie mostly; "mixed" when they lie nowhere mostly."""

STANDS: tuple[Stand, ...] = get_args(Stand)
ANY = "any"
SEVERAL = "several"
"""What stands in the place of a role family: teams in which several work together."""


@dataclass(frozen=True)
class Experiment:
    """Something that a team does together in one sitting; `stands` and `families` say for whom."""

    id: str
    stands: frozenset[str]
    families: frozenset[str]
    title: str
    minutes: int
    together: str
    why: str
    done_when: str

    def fits(self, stand: Stand | None, families: frozenset[str]) -> bool:
        """Whether it suits a team that stands there; what is not known about a team fits `any` alone."""
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
    """The fitting experiment that the team used least; `used` has the ids, the oldest first.

    Nothing comes back before everything that fits was used. Teams differ in their order by `seed`.
    """
    fitting = [each for each in experiments if each.fits(stand, families)]
    last = {experiment: turn for turn, experiment in enumerate(used)}

    def turn(each: Experiment) -> tuple[int, int, str]:
        shuffled = sha256(f"{seed}:{each.id}".encode()).hexdigest()
        return used.count(each.id), last.get(each.id, -1), shuffled

    return min(fitting, key=turn, default=None)
