"""`/rungs badge`: the verified levels, and a badge for one of them as a file in the direct message."""

from dataclasses import replace
from functools import partial
from logging import getLogger

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.feature import Call
from bot.features.badges.levels import verified_of
from bot.features.badges.service import NotSetUp, issue
from bot.features.badges.views import (
    BADGE_VIEW,
    HOLDER,
    TITLE,
    LevelView,
    badge_form,
    badge_page,
    place_in,
)
from bot.slack.blocks import limit_text, modal, notice, paragraph
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Request, Submission
from bot.slack.replies import (
    Reply,
    dm_channel,
    is_first_delivery,
    open_and_fill,
    point_to_dm,
    unknown_click,
)
from coaching.badges.credential import Achieved
from coaching.members import MemberKey
from coaching.safe_text import plain_name
from storage import audit, badges
from storage.allowances import LimitReached
from storage.badges import Badge
from storage.database import Session
from storage.installs.token_keys import CannotDecrypt

log = getLogger(__name__)


async def badge(deps: Deps, call: Call) -> None:
    """Show the member's verified levels, each with a button for a badge."""
    key = call.request.key
    async with deps.database.read() as session:
        levels = await verified_of(session, deps, key)
        before = {
            (one.framework, one.family, one.level): one
            for one in await badges.of_member(session, key)
        }
        clock = await clock_of(session, deps, key)
    views = [_view(one, before.get((one.framework, one.family, one.level))) for one in levels]
    await Reply(deps, call.request).privately(badge_page(deps.render, views, clock))


def _view(level: Achieved, badge: Badge | None) -> LevelView:
    if badge is None:
        return LevelView(level)
    is_earlier = badge.ends_at and level.ends_at and badge.ends_at < level.ends_at
    return LevelView(level, badge.issued_at, badge.ends_at if is_earlier else None)


async def badges_asked(deps: Deps, click: Click) -> None:
    """Show the member's verified levels ("Badges")."""
    await badge(deps, Call(click.request))


async def badge_asked(deps: Deps, click: Click) -> None:
    """Open the form for the name on a badge ("Get a badge")."""
    if place_in(click.value) is None:
        await unknown_click(deps, click)
        return
    asked = click.request
    carried = f"{click.value} {asked.response_url or ''} {asked.channel or ''}"
    content = partial(_form, deps, click.request.key, carried)
    await open_and_fill(deps, click.request, TITLE, callback=BADGE_VIEW, content=content)


async def _form(deps: Deps, key: MemberKey, carried: str) -> View:
    async with deps.database.read() as session:
        achieved = await _level(session, deps, key, carried.partition(" ")[0])
    if achieved is None:
        return modal(TITLE, [paragraph(deps.render("badges/gone"))], callback=BADGE_VIEW)
    return badge_form(deps.render, achieved, carried=carried)


async def _level(session: Session, deps: Deps, key: MemberKey, value: str) -> Achieved | None:
    """Return the level of a button's value if it is verified for this member now."""
    place = place_in(value)
    found = await verified_of(session, deps, key)
    return next((one for one in found if (one.framework, one.family, one.level) == place), None)


async def badge_sent(deps: Deps, submission: Submission) -> None:
    """Make the badge, and upload it to the member's direct message; a repeated delivery makes none."""
    value, response_url, channel = submission.carried.split(" ")
    request = replace(
        submission.request, response_url=response_url or None, channel=channel or None
    )
    holder = plain_name(submission.written.get(HOLDER, ""))
    if not holder:
        await _refuse(deps, request, deps.render("badges/no_name"))
        return
    try:
        made = await _made(deps, request, value, holder=holder)
    except LimitReached as problem:
        await _refuse(deps, request, limit_text(deps.render, problem, now=deps.now()))
    except (NotSetUp, CannotDecrypt) as problem:
        log.error("badge_not_signed", extra={"problem": str(problem) or str(type(problem).__doc__)})
        await _refuse(deps, request, deps.render("badges/not_set_up"))
    else:
        if made:
            await _hand_over(deps, request, *made)


async def _made(
    deps: Deps, request: Request, value: str, *, holder: str
) -> tuple[Achieved, str] | None:
    """Return the level and its new badge; None for a repeated delivery, and after saying that it is gone."""
    key = request.key
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return None
        achieved = await _level(session, deps, key, value)
        if achieved:
            token = await issue(session, deps, key, achieved, holder=holder)
            # Not the badge's id: whoever sees the badge could look up whose it is, also after an erasure.
            await audit.record(session, key, "badge", place=request.place, now=deps.now())
            return achieved, token
    await _refuse(deps, request, deps.render("badges/gone"))
    return None


async def _hand_over(deps: Deps, request: Request, achieved: Achieved, token: str) -> None:
    async with deps.database.read() as session:
        clock = await clock_of(session, deps, request.key)
    until = clock.day(achieved.ends_at) if achieved.ends_at else None
    comment = deps.render("badges/ready", name=achieved.name, until=until)
    channel = await dm_channel(deps, request)
    name = f"badge-{achieved.family or achieved.framework}-{achieved.level}.jwt"
    await deps.slack.upload(channel, {name: token.encode()}, comment=comment)
    if request.channel != channel:
        await point_to_dm(deps, request, channel, what="badge")


async def _refuse(deps: Deps, request: Request, text: str) -> None:
    await Reply(deps, request).privately_or_in_dm(notice(text), about="badge")
