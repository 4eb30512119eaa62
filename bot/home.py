"""App Home: published whenever the member opens it, and after what they do there."""

from bot.checkins.pacing import pace_of
from bot.deps import Deps
from bot.origin import Click, Origin
from bot.profiles import profile_of
from bot.replies import Reply
from bot.views.help import greeting
from bot.views.home_view import home_view
from storage import members


async def home_opened(deps: Deps, origin: Origin, *, tab: str) -> None:
    """Show the Home tab; on a first look at the messages, greet once."""
    if tab == "home":
        await publish(deps, origin)
    else:
        await greet_once(deps, origin)


async def publish(deps: Deps, origin: Origin, *, note: str | None = None) -> None:
    """Bring this member's Home tab up to date; `note` says what was changed about check-ins."""
    async with deps.database.read() as session:
        profile = await profile_of(session, deps, origin.key)
        pace = await pace_of(session, deps, origin.key)
    view = home_view(deps.render, profile, pace, messages_url=messages_url(origin), note=note)
    await deps.slack.publish_home(origin.key.user_id, view)


async def refresh_after(deps: Deps, click: Click) -> None:
    """Bring Home up to date when that is where the member clicked."""
    if click.origin.on_home:
        await publish(deps, click.origin)


async def greet_once(deps: Deps, origin: Origin) -> bool:
    """Welcome a member the first time; True when that was now."""
    async with deps.database.read() as session:
        member = await members.get(session, origin.key)
    if member and member.greeted_at:
        return False
    async with deps.database.write() as session:
        first = await members.claim_greeting(session, origin.key, now=deps.now())
    if first:
        await Reply(deps, origin).in_dm(greeting(deps.render), about="greeting")
    return first


def messages_url(origin: Origin) -> str | None:
    """A link that opens the conversation with us; None when Slack did not say who we are."""
    if not origin.app_id:
        return None
    return f"slack://app?team={origin.key.workspace_id}&id={origin.app_id}&tab=messages"
