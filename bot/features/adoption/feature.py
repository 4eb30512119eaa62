"""How many people take part, for admins: the section of `/rungs admin`, and the job that counts a month."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.feature import AdminSection, Feature, FeatureJob
from bot.features.admin.service import for_admins
from bot.slack.blocks import modal, paragraph
from bot.slack.payloads import Click
from bot.slack.phrases import number
from bot.slack.replies import open_and_fill
from coaching.adoption import Tally, month_before, to_facts
from storage import adoption
from storage.database import Session
from storage.safeguards import NO_FIGURES, minimum_since
from storage.team_digest import teams

ADOPTION = "adoption_asked"
ADOPTION_VIEW = "adoption_view"
TITLE = "Adoption"

MOST_MONTHS = 12


async def section_line(session: Session, deps: Deps) -> str:
    """Return what was said of the last month that was counted."""
    if deps.settings.get(NO_FIGURES):
        return deps.render("adoption/switched_off")
    months = await adoption.list_months(session, deps.identity.workspace_id, limit=1)
    month, it = months[0] if months else (None, None)
    minimum = number(int(it["minimum"]) if it else deps.min_group)
    return deps.render(
        "adoption/line", month=_name(month) if month else None, it=it, minimum=minimum
    ).strip()


async def adoption_asked(deps: Deps, click: Click) -> None:
    """Open the window with the months that were counted."""
    content = partial(_window, deps)
    await open_and_fill(deps, click.request, TITLE, callback=ADOPTION_VIEW, content=content)


async def _window(deps: Deps) -> View:
    if deps.settings.get(NO_FIGURES):
        words = [deps.render("adoption/switched_off")]
    else:
        async with deps.database.read() as session:
            months = await adoption.list_months(
                session, deps.identity.workspace_id, limit=MOST_MONTHS
            )
        words = [deps.render("adoption/about"), _months(deps, months)]
    return modal(TITLE, [paragraph(text) for text in words], callback=ADOPTION_VIEW)


def _months(deps: Deps, months: Sequence[tuple[date, Mapping[str, Any] | None]]) -> str:
    if not months:
        return deps.render("adoption/no_months")
    shown = [
        (_name(month), it and {**it, "least": number(int(it["minimum"]))}) for month, it in months
    ]
    return deps.render("adoption/months", months=shown)


def _name(month: date) -> str:
    return f"{month:%B %Y}"


async def count_month(deps: Deps) -> bool:
    """Count the last month that is over, once and for good; always returns False, for there is one only."""
    workspace_id, month = deps.identity.workspace_id, month_before(deps.now())
    async with deps.database.write() as session:
        tally = Tally(await teams.digest_secret(session, workspace_id))
    async with deps.database.read() as session:
        if await adoption.is_released(session, workspace_id, month):
            return False
        minimum = await minimum_since(session, workspace_id, month.begin, least=deps.min_group)
        async for page in adoption.members_in(session, workspace_id, month):
            tally.add(page)
    facts = to_facts(tally.decide(minimum=minimum), minimum)
    async with deps.database.write() as session:
        await adoption.release(session, workspace_id, month, facts, now=deps.now())
    return False


async def workspaces_to_count(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the workspaces in which the last month is not counted yet."""
    return await adoption.workspaces_to_count(session, month_before(now))


FEATURE = Feature(
    name="adoption",
    clicks={ADOPTION: for_admins(adoption_asked)},
    admin=(AdminSection("adoption", TITLE, "See the months", ADOPTION, section_line, rank=50),),
    jobs=(
        FeatureJob(
            name="adoption",
            seconds=600,
            promise=(
                "Counts how many people took part in the last month, for the page of admins. Run twice or "
                "in several processes: what was stored first stays. Run late: the month is counted then."
            ),
            run=count_month,
            due=workspaces_to_count,
        ),
    ),
)
