"""Sandboxes: the risks that plans choose from, and what no plan ever does."""

from collections.abc import Iterable
from typing import Annotated

from coaching.sandbox import Risk, SandboxWords
from content import limits
from content.fields import Entry, Id, Keys, Line, Name, Several, count

RiskEntry = Annotated[Risk, Keys(id=Id, text=Name, mitigation=Line)]


class RisksFile(Entry):
    """sandbox/<name>.yaml"""

    risks: Annotated[Several[RiskEntry], count(0, limits.RISKS)] = ()
    nevers: Annotated[Several[Line], count(0, limits.NEVERS)] = ()


def sandbox_of(files: Iterable[RisksFile]) -> SandboxWords:
    """Return the risks and nevers of these files, in their order."""
    every = list(files)
    return SandboxWords(
        risks=tuple(risk for one in every for risk in one.risks),
        nevers=tuple(never for one in every for never in one.nevers),
    )
