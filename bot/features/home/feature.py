"""The Home tab, published when it is opened, and when another capability asks for it."""

from collections.abc import Mapping
from typing import Any

from bot.deps import Deps
from bot.feature import Feature
from bot.features.access.service import home_line as access_line
from bot.features.admin.service import look_whether_admin, seen_as_admin
from bot.features.help.service import greet_once
from bot.features.home.views import home_view
from bot.features.profile.service import profile_of
from bot.features.reviews.service import home_line as reviews_line
from bot.features.sandbox.service import home_line as sandboxes_line
from bot.outgoing.planner import pace_of
from bot.slack.payloads import Request
from bot.slack.replies import messages_url


async def home_opened(deps: Deps, request: Request, event: Mapping[str, Any]) -> None:
    """Publish the Home tab; on a first look at the messages tab, greet the member instead.

    Whether they are an admin is asked once the tab stands, so that nobody waits for it.
    """
    if event.get("tab") != "home":
        await greet_once(deps, request)
        return
    seen = seen_as_admin(deps, request.key)
    await publish(deps, request)
    if seen is None and await look_whether_admin(deps, request.key):
        await publish(deps, request)


async def publish(deps: Deps, request: Request, *, note: str | None = None) -> None:
    """Publish the Home tab of this member; `note` says what was changed about check-ins."""
    async with deps.database.read() as session:
        profile = await profile_of(session, deps, request.key)
        pace = await pace_of(session, deps, request.key)
        review = await reviews_line(session, deps, request.key)
        sandbox = await sandboxes_line(session, deps, request.key)
        access = await access_line(session, deps, request.key)
    view = home_view(
        deps.render,
        profile,
        pace,
        messages_url=messages_url(request),
        note=note,
        is_admin=bool(seen_as_admin(deps, request.key)),
        lines=[one for one in (access, review, sandbox) if one],
    )
    await deps.slack.publish_home(request.key.user_id, view)


FEATURE = Feature(name="home", events={"app_home_opened": home_opened}, refresh_home=publish)
