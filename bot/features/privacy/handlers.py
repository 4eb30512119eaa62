"""`/rungs privacy`, `export` and `forget`: who sees what, the member's data as a file, and its erasure."""

import json
from logging import getLogger

from bot.audit import record
from bot.deps import Deps
from bot.feature import Call
from bot.features.privacy.views import forget_card, leftovers_card, privacy_message, who_sees_it
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.errors import Undeliverable
from bot.slack.payloads import Click, Request
from bot.slack.replies import Reply, dm_channel, point_to_dm, post_key
from coaching.members import MemberKey
from coaching.phrases import Meaning
from storage import allowances, inbound, members
from storage.allowances import EXPORTS
from storage.privacy import CORE_RETENTION, erase, everything_about, holds_anything

log = getLogger(__name__)


async def privacy(deps: Deps, call: Call) -> None:
    """Answer with the page that says who sees what."""
    await Reply(deps, call.request).privately(_privacy_page(deps))


def _privacy_page(deps: Deps) -> Message:
    return privacy_message(deps.render, (*CORE_RETENTION, *deps.features.retention))


async def who_sees_it_said(deps: Deps, request: Request, _meaning: Meaning) -> None:
    """Answer the question who sees their answers in a few words, with the page behind a button."""
    await Reply(deps, request).privately(who_sees_it(deps.render))


async def export(deps: Deps, call: Call) -> None:
    """Send the member their data as a file."""
    await send_export(deps, call.request)


async def send_export(deps: Deps, request: Request) -> None:
    """Upload all data about the member to their DM, once for this request, and point to it elsewhere."""
    async with deps.database.write() as session:
        if not await inbound.claim(
            session, request.key.workspace_id, request.idempotency_key, now=deps.now()
        ):
            return
        await members.ensure(session, request.key, now=deps.now())
        key = request.key
        await allowances.spend(session, key.workspace_id, key.user_id, EXPORTS, now=deps.now())
        await record(session, deps, request, "export")
    channel = await dm_channel(deps, request)
    async with deps.database.read() as session:
        held = await everything_about(session, request.key, deps.features.personal_data)
    content = json.dumps(held, ensure_ascii=False, indent=2).encode()
    name = f"rungs-export-{deps.now():%Y-%m-%d}.json"
    comment = deps.render("privacy/export_ready")
    await deps.slack.upload(channel, name=name, content=content, comment=comment)
    await point_to_dm(deps, request, channel, what="file")


async def forget(deps: Deps, call: Call) -> None:
    """Ask whether to erase, and say what would be erased."""
    await Reply(deps, call.request).privately(await erase_question(deps, call.request.key))


async def erase_question(deps: Deps, key: MemberKey) -> Message:
    """Return the question before the erasure, or a card that says that nothing is stored."""
    async with deps.database.read() as session:
        held = await everything_about(session, key, deps.features.personal_data)
    if not holds_anything(held):
        return leftovers_card(deps.render)
    kept = [row for row in held["assessments"] if row["state"] != "abandoned"]
    # Somebody whom a colleague named as an agent's owner has data here, and may have no member row.
    family = held["member"]["family"] if held["member"] else None
    return forget_card(deps.render, assessments=len(kept), family=family)


async def forget_confirmed(deps: Deps, click: Click) -> None:
    """Erase the member's rows, then delete the bot's messages and files from the conversation.

    A repeated delivery of the click erases nothing: the member may have begun anew since. A new click also
    deletes what Slack refused to delete before.
    """
    key = click.request.key
    async with deps.database.write() as session:
        if not await inbound.claim(
            session, key.workspace_id, click.request.idempotency_key, now=deps.now()
        ):
            return
        known = await members.get(session, key)
        channel = known.dm_channel if known else None
        await erase(session, key, deps.features.personal_data)
        await record(session, deps, click.request, "erasure")
    channel = channel or await deps.slack.open_dm(key.user_id)
    done = await _clear_conversation(deps, channel)
    if channel != click.request.channel:
        await Reply(deps, click.request).replace(done)
    await deps.slack.post(channel, done, key=post_key(click.request.idempotency_key, "erased"))
    await deps.features.refresh_home(deps, click.request)


async def _clear_conversation(deps: Deps, channel: str) -> Message:
    """Delete the bot's messages and files in this conversation; return what to tell the member."""
    try:
        messages, files = await deps.slack.own_messages(channel, bot_id=deps.identity.bot_id)
        for file_id in files:
            await deps.slack.delete_file(file_id)
        for ts in messages:
            await deps.slack.delete(channel, ts)
    except Undeliverable as problem:
        log.warning("not_cleared", extra={"method": problem.method, "reason": problem.reason})
        return notice(deps.render("privacy/forgotten_partly"))
    return notice(deps.render("privacy/forgotten"))


async def privacy_asked(deps: Deps, click: Click) -> None:
    """Answer with the page that says who sees what."""
    await Reply(deps, click.request).privately(_privacy_page(deps))


async def export_asked(deps: Deps, click: Click) -> None:
    """Send the member their data as a file."""
    await send_export(deps, click.request)


async def forget_asked(deps: Deps, click: Click) -> None:
    """Ask whether to erase, and say what would be erased."""
    message = await erase_question(deps, click.request.key)
    await Reply(deps, click.request).privately(message)


async def forget_kept(deps: Deps, click: Click) -> None:
    """Put in place of the question that nothing was erased."""
    await Reply(deps, click.request).replace(notice(deps.render("privacy/forget_kept")))
