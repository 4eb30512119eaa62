"""The required level of a project: why, what stays with people, the checklist, and which agents fit."""

from dataclasses import dataclass

from slack_sdk.models.blocks import ButtonElement

from bot.assessments.values import HOW
from bot.buttons import AGENT_LIST
from bot.features.agents.list_views import fit_lines
from bot.features.agents.views import LIST_ROOM, Register, checklist, level_name
from bot.features.required_level.views import (
    CLASH_ROOM,
    NEED_AGAIN,
    NEED_COMPARE,
    NEED_SHARE,
    clash_lines,
)
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, row
from bot.slack.pages import Page
from bot.slack.phrases import who_first
from coaching.min_score import Criteria
from coaching.required_level import Checklist, Needs, RequiredLevel
from content.ladders import LevelGuide
from content.safe_text import Render, SafeText, escape

WITHOUT_ROOM = 1200
CHECKLIST_ROOM = 6000
"""Room for the lines of all levels up to the one that the project needs."""

OTHERS_ROOM = 1500
COMPARED_ROOM = 1500


@dataclass(frozen=True)
class RequiredLevelView:
    """A project with the level and the checklist that its answers lead to, in today's words for both."""

    project: str
    words: Needs
    needed: RequiredLevel
    checklist: Checklist
    guide: LevelGuide
    ladder: Criteria

    @property
    def name(self) -> str:
        return level_name(self.ladder, self.needed.level)


def project_result_card(
    render: Render,
    shown: RequiredLevelView,
    *,
    assessment_id: str,
    channel: SafeText | None,
    note: str | None = None,
) -> Message:
    """Return the result card in the member's messages."""
    page = Page(render)
    page.title(shown.words.title)
    page.tell(_result(render, shown))
    clashes = clash_lines(render, shown.words, shown.needed.contradictions, is_over=True)
    page.listing(clashes, room=CLASH_ROOM)
    _why(page, render, shown)
    page.tell(note or "")
    _what_then(page, render, shown)
    _with_people(page, render, shown)
    page.show(row(*_buttons(assessment_id, channel), name="after"))
    page.small(render("required_level/footer"))
    return page.message()


def shared_project_line(
    render: Render, shown: RequiredLevelView, register: Register, *, by: str | None
) -> Message:
    """Return the line for the channel, with how its agents fit."""
    page = Page(render)
    page.tell(
        render(
            "required_level/shared_line", who=who_first(by), project=shown.project, name=shown.name
        ),
    )
    _why(page, render, shown)
    _with_people(page, render, shown)
    page.listing(
        _beside(render, register), room=COMPARED_ROOM, heading="*The agents of this channel*"
    )
    page.show(row(button("See the agents", action=AGENT_LIST)))
    page.small(render("required_level/footer"))
    return page.message()


def comparison_card(render: Render, register: Register, *, channel: SafeText) -> Message:
    """Return how the agents of a channel fit one project."""
    page = Page(render)
    lines = _beside(render, register)
    page.listing(
        lines, room=COMPARED_ROOM * 2, heading=render("required_level/compare", channel=channel)
    )
    if not lines:
        page.tell(render("required_level/no_agents"))
    if any(agent.grade is None or agent.stale(register.now) for agent in register.agents):
        page.small(render("required_level/due", channel=channel))
    return page.message()


def _result(render: Render, shown: RequiredLevelView) -> str:
    needs = render(
        "required_level/result",
        project=shown.project,
        name=shown.name,
        describes=shown.guide.describes,
    )
    return f"{needs} {render('required_level/simplest', forced=bool(shown.needed.forced_by))}"


def _why(page: Page, render: Render, shown: RequiredLevelView) -> None:
    """Add the answers that force the level."""
    found = [shown.words.need(need_id) for need_id in shown.needed.forced_by]
    lines = [render("required_level/forced", text=n.text, because=n.because) for n in found if n]
    page.listing(bullets(lines), room=LIST_ROOM, heading="*Why this level*")


def _what_then(page: Page, render: Render, shown: RequiredLevelView) -> None:
    """Add what would change without one of the needs."""
    lines = []
    for need_id, level in shown.needed.without.items():
        need = shown.words.need(need_id)
        name = level_name(shown.ladder, level)
        lines.append(
            render("required_level/without", text=need.text if need else need_id, name=name)
        )
    if not lines and shown.needed.forced_by:
        lines = [render("required_level/none_alone")]
    page.listing(bullets(lines), room=WITHOUT_ROOM, heading="*If you dropped one need*")


def _with_people(page: Page, render: Render, shown: RequiredLevelView) -> None:
    """Add what the level cannot do, the checklist of the project, and what else comes with the level."""
    guide = shown.guide
    cannot = bullets([escape(one) for one in guide.cannot])
    page.listing(
        cannot, room=LIST_ROOM, heading=f"*What stays with people at {escape(guide.sign)}*"
    )
    if shown.checklist.asked:
        project = escape(shown.project or "this project")
        page.tell(f"*Checklist for {project}, to copy*", render("required_level/checklist"))
        room = page.room(CHECKLIST_ROOM)
        page.tell(*checklist(render, shown.checklist.asked, room=room), between="\n\n")
    others = bullets([escape(line) for line in shown.checklist.others])
    heading = render("required_level/others", sign=guide.sign)
    page.listing(others, room=OTHERS_ROOM, heading=heading)


def _beside(render: Render, register: Register) -> list[str]:
    lines = []
    for agent in register.agents:
        fits = " ".join(fit_lines(render, register, agent, most=1))
        lines.append(f"• *{escape(agent.name)}.* {fits}")
    return lines


def _buttons(assessment_id: str, channel: SafeText | None) -> list[ButtonElement | None]:
    share = button("Share in the channel", action=NEED_SHARE, value=assessment_id, style="primary")
    compare = button("Compare the agents", action=NEED_COMPARE, value=assessment_id)
    again = button("Answer again", action=NEED_AGAIN, value=assessment_id)
    how = button("Why this result", action=HOW, value=assessment_id)
    return [share if channel else None, compare if channel else None, again, how]
