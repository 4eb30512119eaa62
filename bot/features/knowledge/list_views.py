"""The list of skills, with what a member has of each, and of the tiers and levels that they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import Block, ButtonElement

from bot.features.knowledge.views import QUIZ_START
from bot.slack.api import Message
from bot.slack.blocks import button, fine_print, notice, paragraph, row
from bot.slack.phrases import counted, number, part
from coaching.safe_text import Render

RULE = "quiz_rule"
PRACTICE = "practice_asked"
PRACTICE_STOPPED = "practice_stopped"
PRACTICE_RESUMED = "practice_resumed"


@dataclass(frozen=True)
class SkillView:
    """A skill as the list shows it.

    `state` is "open", "checked", "not_yet", "undecided", "closed", "ended", "short" (too few
    questions) or "none". The dates are in words; `upcoming` is None when a check can begin now.
    """

    id: str
    title: str
    about: str
    state: str
    answered: int = 0
    on: str | None = None
    until: str | None = None
    upcoming: str | None = None

    @property
    def label(self) -> str | None:
        """What its button says; None where nothing can be begun."""
        if self.state == "open":
            return "Continue"
        return None if self.upcoming or self.state == "short" else "Start"


@dataclass(frozen=True)
class WholeView:
    """A tier or a level, and how many of its skills are checked."""

    title: str
    have: int
    total: int
    until: str | None = None


@dataclass(frozen=True)
class SkillsView:
    """What `/rungs quiz` shows; `due` questions wait for practice of `kept` that come back.

    With `comes_below`, they come below the member's check-ins.
    """

    skills: Sequence[SkillView]
    wholes: Sequence[WholeView] = field(default_factory=tuple)
    due: int = 0
    kept: int = 0
    is_practice_wanted: bool = True
    comes_below: bool = False


def skills_card(render: Render, shown: SkillsView) -> Message:
    """Return the skills with a button each, what they add up to, and the way to practice and to the rule."""
    if not shown.skills:
        return notice(render("knowledge/none"))
    told = [render("knowledge/skills")]
    blocks: list[Block] = [paragraph(told[0])]
    for skill in shown.skills:
        text = _skill_text(render, skill)
        told.append(text)
        blocks.append(paragraph(text, beside=_start(skill)))
    if shown.wholes:
        text = _wholes_text(render, shown.wholes)
        told.append(text)
        blocks.append(paragraph(text))
    practice = _practice_text(render, shown)
    if practice:
        told.append(practice)
        blocks.append(paragraph(practice))
    blocks.append(row(*_ways(shown)))
    blocks.append(fine_print(render("knowledge/footer")))
    return Message(text="\n\n".join(told)[:3900], blocks=blocks)


def _skill_text(render: Render, skill: SkillView) -> str:
    return render(
        "knowledge/skill",
        title=skill.title,
        about=skill.about,
        state=skill.state,
        answered=part(skill.answered),
        on=skill.on,
        until=skill.until,
        upcoming=skill.upcoming,
    )


def _start(skill: SkillView) -> ButtonElement | None:
    """Return the button beside a skill; None where nothing can be begun."""
    if skill.label is None:
        return None
    return button(
        skill.label,
        action=f"{QUIZ_START}{skill.id}",
        value=skill.id,
        spoken=f"{skill.label}: {skill.title}",
    )


def _wholes_text(render: Render, wholes: Sequence[WholeView]) -> str:
    return render(
        "knowledge/wholes",
        wholes=[
            {
                "title": one.title,
                "missing": one.have < one.total,
                "have": part(one.have),
                "total": number(one.total),
                "until": one.until,
            }
            for one in wholes
        ],
    )


def _practice_text(render: Render, shown: SkillsView) -> str:
    if not shown.kept:
        return ""
    if not shown.is_practice_wanted:
        return render("knowledge/practice_off")
    due = counted(shown.due, "question") if shown.due else None
    return render("knowledge/practice_due", due=due, below=shown.comes_below)


def _ways(shown: SkillsView) -> list[ButtonElement | None]:
    """Return the buttons below the list."""
    rule = button("How a check decides", action=RULE)
    practice = button("Practice one", action=PRACTICE) if shown.due else None
    resume = resume_button() if shown.kept and not shown.is_practice_wanted else None
    return [practice, resume, rule]


def resume_button() -> ButtonElement:
    """Return the button that brings questions back below check-ins."""
    return button("Bring questions back", action=PRACTICE_RESUMED)
