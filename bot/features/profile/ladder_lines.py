"""The three lines of a ladder: what was said, what was checked, and what is verified. They are never merged.

The line of a capability that is off is left out. With neither of the two, there are no lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.deps import Deps
from bot.slack.phrases import MemberClock, listed
from coaching.evidence import FAMILIES, LadderKey, Verified, highest
from coaching.items import Skill
from coaching.knowledge.checked import Checked, Needed, needed
from coaching.members import MemberKey
from coaching.safe_text import escape
from content.evidence import ladder_title, level_name
from storage.database import Session
from storage.evidence.verified import ended_of, levels_of
from storage.knowledge.checked import checked_of

QUIZ, PROVE = "quiz", "prove"
"""The commands of knowledge checks and of evidence; without them, the capability is off."""


@dataclass(frozen=True)
class Said:
    """What a member said of themselves on a ladder: the place in words, and when."""

    place: str
    at: datetime


@dataclass(frozen=True)
class LadderLines:
    """What is checked and verified of a member; None for what is off.

    `ended` are levels that were verified until lately.
    """

    deps: Deps
    clock: MemberClock
    checked: tuple[Checked, ...] | None
    verified: tuple[Verified, ...] | None
    ended: tuple[Verified, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether there are any lines beside what was said."""
        return self.checked is not None or self.verified is not None

    @property
    def ladders(self) -> list[LadderKey]:
        """The ladders of which something is verified, or was until lately, or a level is checked."""
        found = {one.ladder for one in (*(self.verified or ()), *self.ended)}
        levels = self.deps.library.knowledge.levels
        found |= {LadderKey(framework) for framework, _ in levels if self._checked_on(framework)}
        return sorted(found, key=lambda one: (one.framework, one.family))

    def lines(self, ladder: LadderKey, said: Said | None) -> list[str]:
        """Return the lines of one ladder, with what would change each."""
        if not self.is_shown:
            return []
        lines = [self._said_line(said)]
        if self.checked is not None and self._covers(ladder):
            lines.append(self._checked_line(ladder))
        if self.verified is not None:
            lines += self._verified_lines(ladder)
        return lines

    def titled_lines(self, ladder: LadderKey) -> list[str]:
        """Return the lines of a ladder on which the member said nothing, below its title."""
        title = escape(ladder_title(self.deps.library.everything, ladder))
        return [f"*{title}*", *self.lines(ladder, None)]

    def _said_line(self, said: Said | None) -> str:
        on = self.clock.day(said.at) if said else None
        return self.deps.render("profile/said", place=said.place if said else None, on=on)

    def _checked_line(self, ladder: LadderKey) -> str:
        whole = self._highest_checked(ladder)
        if whole is not None:
            name, has = whole
            return self.deps.render(
                "profile/checked",
                place=name,
                on=self.clock.day(max(one.checked_at for one in has.checked)),
                until=self.clock.day(has.fades_at) if has.fades_at else None,
                missing=None,
            )
        name, has = next(iter(self._wholes(ladder)))
        missing = [self.deps.library.knowledge.skills[one].title for one in has.missing]
        names = listed(escape(one) for one in missing)
        return self.deps.render("profile/checked", place=name, on=None, until=None, missing=names)

    def _verified_lines(self, ladder: LadderKey) -> list[str]:
        """Return the line of what is verified; that of what ended; or that nothing was."""
        here = {one.level: one for one in self.verified or () if one.ladder == ladder}
        top = here.get(highest(list(here.values()), self.clock.now))
        ended = next((one for one in reversed(self.ended) if one.ladder == ladder), None)
        lines = [self._verified_line(top)] if top or not ended else []
        return [*lines, *([self._ended_line(ended)] if ended else [])]

    def _verified_line(self, top: Verified | None) -> str:
        if top is None:
            return self.deps.render("profile/verified", place=None)
        return self.deps.render(
            "profile/verified",
            place=level_name(self.deps.library.everything, top.ladder, top.level),
            on=self.clock.day(top.verified_at),
            until=self.clock.day(top.ends_at),
            soon=top.can_be_renewed(self.clock.now),
        )

    def _ended_line(self, last: Verified) -> str:
        name = level_name(self.deps.library.everything, last.ladder, last.level)
        return self.deps.render("profile/ended", place=name, on=self.clock.day(last.ends_at))

    def _highest_checked(self, ladder: LadderKey) -> tuple[str, Needed] | None:
        whole = [one for one in self._wholes(ladder) if one[1].is_checked]
        return whole[-1] if whole else None

    def _wholes(self, ladder: LadderKey) -> list[tuple[str, Needed]]:
        """Return the tiers or levels of the ladder that skills are checked for, lowest first."""
        knowledge, have = self.deps.library.knowledge, self.checked or ()
        if ladder.framework == FAMILIES:
            return [
                (f"tier {tier:g}", needed(_ids(knowledge.skills_of_tier(tier)), have))
                for tier in sorted(knowledge.tiers)
            ]
        levels = sorted(
            level for framework, level in knowledge.levels if framework == ladder.framework
        )
        return [
            (
                f"level {level}",
                needed(_ids(knowledge.skills_of_level(ladder.framework, level)), have),
            )
            for level in levels
        ]

    def _covers(self, ladder: LadderKey) -> bool:
        return bool(self._wholes(ladder))

    def _checked_on(self, framework: str) -> bool:
        return self._highest_checked(LadderKey(framework)) is not None


async def ladder_lines_of(
    session: Session, deps: Deps, key: MemberKey, clock: MemberClock
) -> LadderLines:
    """Return what is checked and verified of the member, by one query each, and what ended."""
    commands: Mapping[str, object] = deps.features.commands
    now = deps.now()
    return LadderLines(
        deps,
        clock,
        checked=await checked_of(session, key, now) if QUIZ in commands else None,
        verified=await levels_of(session, key, now) if PROVE in commands else None,
        ended=await ended_of(session, key, now) if PROVE in commands else (),
    )


def _ids(skills: Sequence[Skill]) -> list[str]:
    return [one.id for one in skills]
