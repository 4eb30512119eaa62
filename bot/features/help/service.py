"""The greeting, which a member gets once, and where a member stands, which the buttons of an answer fit."""

from bot.assessments.session import assessment_name, load_words
from bot.assessments.values import start_framework
from bot.deps import Deps
from bot.features.help.views import Standing, greeting
from bot.outgoing.planner import pace_of
from bot.slack.payloads import Request
from bot.slack.replies import Reply
from coaching.members import MemberKey
from storage import members
from storage.assessments import assessments
from storage.audit import has_entry
from storage.database import Session
from storage.steps import steps


async def greet_once(deps: Deps, request: Request) -> bool:
    """Post the greeting in the member's DM unless they were greeted before; return whether it was posted.

    Somebody who erased their data was greeted before, although nothing else is stored about that.
    """
    async with deps.database.read() as session:
        member = await members.get(session, request.key)
        if (member and member.greeted_at) or await has_entry(session, request.key, "erasure"):
            return False
    async with deps.database.write() as session:
        first = await members.claim_greeting(session, request.key, now=deps.now())
    if first:
        await Reply(deps, request).in_dm(greeting(deps.render), about="greeting")
    return first


async def standing_of(deps: Deps, key: MemberKey) -> Standing:
    """Return what of this member is open: a self-check, a chosen step, messages that are held back."""
    async with deps.database.read() as session:
        step = await steps.current(session, key)
        tip = steps.tip_of(step) if step and step.state == "trying" else None
        pace = await pace_of(session, deps, key)
        open_check = await _open_check(session, deps, key)
    return Standing(
        is_assessed=pace.assessed,
        is_held=pace.assessed and pace.state != "on",
        open_framework=open_check[0] if open_check else None,
        open_title=open_check[1] if open_check else None,
        step_title=tip.title if tip else None,
        step_done_when=tip.done_when if tip else None,
    )


async def _open_check(session: Session, deps: Deps, key: MemberKey) -> tuple[str, str] | None:
    """Return the framework and the name of the newest self-check that can be continued."""
    for row in await assessments.list_open(session, key):
        if not row.subject and deps.library.can_be_taken(row.framework):
            words = await load_words(session, deps, row)
            name = await assessment_name(session, deps, row, words)
            return start_framework(row.framework), name.title
    return None
