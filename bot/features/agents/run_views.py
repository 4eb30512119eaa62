"""The page behind "Test runs": the token of the channel, what to put in the CI, and which suites to send."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ButtonElement

from bot.assessments.result_views import GradeView
from bot.features.agents.views import AGENT_RUNS, AGENT_TOKEN, AGENT_UNTOKEN
from bot.slack.api import Message
from bot.slack.blocks import bullets, button, row
from bot.slack.pages import Page
from coaching.min_score import NOT_TRIED
from coaching.safe_text import Render, SafeText, escape
from content.ladders import GradingFramework

SUITES_ROOM = 3500


@dataclass(frozen=True)
class TokenView:
    """Who made the channel's token, and on which day."""

    who: SafeText
    made_on: SafeText


@dataclass(frozen=True)
class RunsPage:
    """An agent as the page shows it: its id, its runs in words, and where a CI sends them."""

    agent_id: str
    name: str
    url: str
    runs: Sequence[str]
    suites: Sequence[str]
    token: TokenView | None


def suite_lines(render: Render, ladder: GradingFramework, grade: GradeView | None) -> list[str]:
    """Return which suite would show the next level of each criterion."""
    lines = []
    for criterion in ladder.criteria:
        reached = grade.answers.get(criterion.id, NOT_TRIED) if grade else NOT_TRIED
        level = min(max(int(reached), 0) + 1, ladder.levels[-1].level)
        guide, shows = ladder.level(level), ladder.suite(criterion.id, level)
        if guide and shows:
            names = {"criterion": criterion.name, "id": criterion.id, "sign": guide.sign}
            lines.append(render("agents/suite", shows=shows, **names))
    return lines


def runs_page(render: Render, page_of: RunsPage, *, criterion: str, told: str = "") -> Message:
    """Return the page; `told` stands at its top, and `criterion` in the example for the CI."""
    page = Page(render)
    page.title(f"Test runs: {page_of.name}")
    page.tell(told)
    page.tell(render("agents/runs"))
    page.listing(bullets(page_of.runs), room=SUITES_ROOM)
    token = page_of.token
    page.tell(
        render(
            "agents/runs_token",
            made_on=token.made_on if token else None,
            who=token.who if token else None,
        )
    )
    page.tell(render("agents/recipe"), f"```{escape(_recipe(page_of, criterion))}```")
    page.listing(bullets(page_of.suites), room=SUITES_ROOM, heading=render("agents/suites").strip())
    page.show(row(*_buttons(page_of), name="runs"))
    return page.message()


def _recipe(page_of: RunsPage, criterion: str) -> str:
    return (
        f'curl --fail --data-binary @junit.xml \\\n  -H "Authorization: Bearer $RUNGS_TOKEN" \\\n'
        f'  "{page_of.url}?criterion={criterion}&branch=main"'
    )


def _buttons(page_of: RunsPage) -> list[ButtonElement | None]:
    make = "Make a new token" if page_of.token else "Make a token"
    revoke = button("Revoke the token", action=AGENT_UNTOKEN, value=page_of.agent_id)
    return [
        button(make, action=AGENT_TOKEN, value=page_of.agent_id),
        revoke if page_of.token else None,
    ]


def token_card(render: Render, agent_id: str, token: str) -> Message:
    """Return the new token, which is shown once, and the way back."""
    page = Page(render)
    page.tell(render("agents/token_made"))
    page.tell(f"```{escape(token)}```")
    page.show(row(button("Back to test runs", action=AGENT_RUNS, value=agent_id), name="runs"))
    return page.message()
