"""Test runs of agents in words."""

from datetime import datetime

from bot.deps import Deps
from bot.slack.phrases import MemberClock
from storage.agents import test_runs
from storage.agents.agents import Agent
from storage.agents.test_runs import AgentTestRun
from storage.database import Session


async def runs_in_words(
    session: Session,
    deps: Deps,
    agent: Agent,
    clock: MemberClock,
    *,
    until: datetime | None = None,
) -> dict[str, str]:
    """Return the newest test run for each criterion of an agent, such as "412 of 412, main", by criterion.

    With `until`, a run that was sent later is left out.
    """
    found = await test_runs.runs_of(session, agent.workspace_id, agent.id)
    return {
        run.criterion: _in_words(deps, agent, run, clock)
        for run in found
        if until is None or run.sent_at <= until
    }


def _in_words(deps: Deps, agent: Agent, run: AgentTestRun, clock: MemberClock) -> str:
    return deps.render(
        "agents/run",
        passed=run.passed,
        total=run.total,
        skipped=run.skipped,
        branch=run.branch,
        on=clock.day(run.ran_at),
        is_older=run.ran_at < agent.model_since,
    ).strip()
