"""The privacy page, the export and the erasure."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from logging import getLogger
from typing import Any

from bot.buttons import EXPORT, FORGET, PRIVACY
from bot.deps import Deps
from bot.feature import Call, Command, Feature, Intent
from bot.features.changes.service import privacy_text as servers_text
from bot.features.clients.service import is_on as programs_can_ask
from bot.features.clients.service import privacy_text as programs_text
from bot.features.evidence.service import COMMAND as PROVE
from bot.features.holders.service import roles_text
from bot.features.privacy.views import (
    FORGET_CONFIRMED,
    FORGET_KEPT,
    FORGET_OLDER,
    FROM_HERE,
    Erased,
    ExportPage,
    erased_notice,
    forget_card,
    leftovers_card,
    older_notice,
    privacy_message,
    who_sees_it,
)
from bot.features.safeguards.service import retention_days, workspace_text
from bot.logs import request_id
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.errors import LogUndeliverable, TooMany, Undeliverable
from bot.slack.payloads import Click, Request
from bot.slack.reader import OwnMessages
from bot.slack.replies import (
    Reply,
    dm_channel,
    is_first_delivery,
    point_to_dm,
    post_key,
    unknown_click,
)
from coaching.members import MemberKey
from coaching.phrases import Meaning
from storage import allowances, audit, members
from storage.access.facts import ACCESS
from storage.allowances import EXPORTS, PERSONAL_DATA
from storage.privacy import CORE_RETENTION, erase, everything_about, holds_anything, posts_to
from storage.sandbox.kept import KEEP_REPORTS

log = getLogger(__name__)

TS = re.compile(r"\d{1,12}\.\d{1,6}")
"""The ts of a message."""


async def privacy(deps: Deps, call: Call) -> None:
    """Answer with the page that says who sees what."""
    async with deps.database.read() as session:
        here = [
            await workspace_text(session, deps),
            await roles_text(session, deps, call.request.key),
        ]
        if programs_can_ask(deps.settings):
            here.append(await programs_text(session, deps))
            here.append(await servers_text(session, deps))
    if ACCESS in deps.features.commands:
        here.append(deps.render("access/privacy"))
    if PROVE in deps.features.commands:
        here.append(deps.render("evidence/privacy"))
    if "try" in deps.features.commands:
        stays = deps.settings.get(KEEP_REPORTS)
        here.append(deps.render("sandbox/privacy", stays=stays))
    if "rules" in deps.features.commands:
        here.insert(0, deps.render("rules/privacy"))
    kept = retention_days(deps, (*CORE_RETENTION, *deps.features.retention))
    texts = [text for text in here if text]
    page = privacy_message(deps.render, kept, on=deps.features.commands, here=texts)
    await Reply(deps, call.request).privately(page)


async def who_sees_it_said(deps: Deps, request: Request, _meaning: Meaning) -> None:
    """Answer the question who sees their answers in a few words, with the page behind a button."""
    await Reply(deps, request).privately(who_sees_it(deps.render))


async def export(deps: Deps, call: Call) -> None:
    """Upload all data about the member to their DM, once for this request, and point there from elsewhere."""
    request, key = call.request, call.request.key
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        await members.ensure(session, key, now=deps.now())
        await allowances.spend(session, key.workspace_id, key.user_id, EXPORTS, now=deps.now())
        await audit.record(session, key, "export", place=request.place, now=deps.now())
    channel = await dm_channel(deps, request)
    async with deps.database.read() as session:
        held = await everything_about(session, key, deps.features.personal_data)
    comment = deps.render("privacy/export_ready")
    await deps.slack.upload(channel, _files(deps, held), comment=comment)
    await point_to_dm(deps, request, channel, what="file")


def _files(deps: Deps, held: dict[str, Any]) -> dict[str, bytes]:
    """Return the files of the export by name: everything, and a page to read."""
    name = f"rungs-export-{deps.now():%Y-%m-%d}"
    everything = json.dumps(held, ensure_ascii=False, indent=2)
    page = ExportPage(deps.render, held, deps.now()).text()
    return {f"{name}.json": everything.encode(), f"{name}.txt": page.encode()}


async def forget(deps: Deps, call: Call) -> None:
    """Ask whether to erase, and say what would be erased; without data, say that nothing is stored."""
    async with deps.database.read() as session:
        held = await everything_about(session, call.request.key, deps.features.personal_data)
    stays = deps.settings.get(KEEP_REPORTS)
    card = (
        forget_card(deps.render, held, sandboxes_stay=stays)
        if holds_anything(held)
        else leftovers_card(deps.render)
    )
    await Reply(deps, call.request).privately(card)


async def forget_confirmed(deps: Deps, click: Click) -> None:
    """Erase the member's rows, then what Slack shows of them, and tell them once what came of it.

    A repeated delivery of the click erases nothing: the member may have begun anew since. A new click also
    deletes what Slack refused to delete before. Once the rows are gone, nothing that fails ends the work:
    the general apology would say that answers stay.
    """
    try:
        is_first, channel, known = await _erase_rows(deps, click)
    except Exception:
        log.exception("listener_failed", extra={"kind": click.action_id})
        failed = notice(deps.render("privacy/not_erased", code=request_id.get()))
        await Reply(deps, click.request).privately(failed)
        return
    if is_first:
        channel = channel or await _opened_dm(deps, click.request.key)
        left = await _clear_conversation(deps, channel, known=known)
        erased = replace(
            left,
            home_is_old=not await _refresh_home(deps, click.request),
            sandboxes_stay=deps.settings.get(KEEP_REPORTS),
        )
        await _tell(deps, click, channel, erased_notice(deps.render, erased))


async def older_asked(deps: Deps, click: Click) -> None:
    """Delete the bot's messages among those before the ones that were looked through, and say so in place."""
    before = click.value or click.message_ts or ""
    channel = await _opened_dm(deps, click.request.key)
    if channel is None or not TS.fullmatch(before):
        await unknown_click(deps, click)
        return
    cleared = await _clear_conversation(deps, channel, before=before)
    if cleared.was_read:
        await Reply(deps, click.request).replace(older_notice(deps.render, cleared))
    else:
        await Reply(deps, click.request).privately(notice(deps.render("privacy/older_unread")))


async def _erase_rows(deps: Deps, click: Click) -> tuple[bool, str | None, list[str]]:
    """Erase the member's rows; return whether the click is new, their conversation, and known posts there."""
    key = click.request.key
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, click.request):
            return False, None, []
        member = await members.get(session, key)
        channel = member.dm_channel if member else None
        known = await posts_to(session, key, channel) if channel else []
        await deps.features.member_erased(session, deps, key)
        await erase(session, key, deps.features.personal_data)
        await audit.record(session, key, "erasure", place=click.request.place, now=deps.now())
    return True, channel, known


async def _opened_dm(deps: Deps, key: MemberKey) -> str | None:
    with LogUndeliverable(log, "not_cleared"):
        return await deps.slack.open_dm(key.user_id)
    return None


async def _clear_conversation(
    deps: Deps, channel: str | None, *, known: Sequence[str] = (), before: str | None = None
) -> Erased:
    """Delete the bot's messages and files in this conversation; return how many went and stayed.

    `known` are the ts of posts that may be behind those that Slack lets it read. Of messages older than
    `before`, if given, those are deleted that one read shows.
    """
    own = await _own_messages(deps, channel, before=before) if channel else None
    if channel is None or own is None:
        return Erased(was_read=False)
    files = [file for message in own.found for file in message.files]
    kept_files = await _delete_each(deps.slack.delete_file, files)
    # A message with a file that is left stays, because the next erasure finds the file by it.
    going = [message.ts for message in own.found if not set(message.files) & set(kept_files)]
    seen = {message.ts for message in own.found}
    behind = [ts for ts in known if ts not in seen] if own.unread_before is not None else []
    kept = await _delete_each(partial(deps.slack.delete, channel), [*going, *behind])
    gone = len(going) + len(behind) - len(kept)
    return Erased(
        messages=gone,
        files=len(files) - len(kept_files),
        messages_left=len(own.found) + len(behind) - gone,
        files_left=len(kept_files),
        unread_before=own.unread_before,
    )


async def _own_messages(deps: Deps, channel: str, *, before: str | None) -> OwnMessages | None:
    """Return the messages that can be read now; None when Slack refuses to show any."""
    known = deps.identity
    try:
        return await deps.slack.own_messages(
            channel, bot_id=known.bot_id, bot_user_id=known.bot_user_id, before=before
        )
    except Undeliverable as problem:
        _log_kept(problem)
        if isinstance(problem, TooMany) and deps.slack.reads.is_limited and before is None:
            return OwnMessages([], FROM_HERE)
        return None


async def _delete_each(delete: Callable[[str], Awaitable[None]], ids: Sequence[str]) -> list[str]:
    """Delete one after another; return those that Slack kept.

    Only a plain refusal is about one of them. After a rate limit, a missing scope or a lost answer no more
    are tried, because each would wait and fail like the one before.
    """
    kept: list[str] = []
    for place, one in enumerate(ids):
        try:
            await delete(one)
        except Undeliverable as problem:
            _log_kept(problem)
            if type(problem) is not Undeliverable:
                return [*kept, *ids[place:]]
            kept.append(one)
    return kept


def _log_kept(problem: Undeliverable) -> None:
    log.warning("not_cleared", extra={"method": problem.method, "reason": problem.reason})


async def _refresh_home(deps: Deps, request: Request) -> bool:
    """Publish the Home tab as for somebody new; return False when it stays as it was."""
    try:
        await deps.features.refresh_home(deps, request)
    except Undeliverable as problem:
        _log_kept(problem)
        return False
    except Exception:
        log.exception("listener_failed", extra={"kind": "erased_home"})
        return False
    return True


async def _tell(deps: Deps, click: Click, channel: str | None, told: Message) -> None:
    """Say once what came of the erasure: in the conversation, to stay there, or in place of the question.

    The latter is for those who clicked elsewhere. Where one way is refused, the other is taken.
    """

    async def in_conversation() -> bool:
        if channel is None:
            return False
        key = post_key(click.request.idempotency_key, "erased")
        await deps.slack.post(channel, told, key=key)
        if click.is_ephemeral and click.request.channel == channel:
            with LogUndeliverable(log):
                await deps.slack.withdraw(click.request.response_url or "")
        return True

    async def in_place() -> bool:
        return await Reply(deps, click.request).in_place(told)

    ways = (in_conversation, in_place)
    for way in ways if click.request.channel == channel else ways[::-1]:
        with LogUndeliverable(log):
            if await way():
                return


async def privacy_asked(deps: Deps, click: Click) -> None:
    """Answer with the page that says who sees what."""
    await privacy(deps, Call(click.request))


async def export_asked(deps: Deps, click: Click) -> None:
    """Send the member their data as files."""
    await export(deps, Call(click.request))


async def forget_asked(deps: Deps, click: Click) -> None:
    """Ask whether to erase, and say what would be erased."""
    await forget(deps, Call(click.request))


async def forget_kept(deps: Deps, click: Click) -> None:
    """Put in place of the question that nothing was erased."""
    await Reply(deps, click.request).replace(notice(deps.render("privacy/forget_kept")))


FEATURE = Feature(
    name="privacy",
    commands=(
        Command("privacy", "", "Who sees what", privacy, button=PRIVACY, rank=90),
        Command(
            "export",
            "",
            "Everything Rungs holds about you, as files",
            export,
            button=EXPORT,
            claims_act=True,
            rank=100,
        ),
        Command(
            "forget",
            "",
            "Erase everything Rungs holds about you",
            forget,
            synonyms=("delete", "erase"),
            button=FORGET,
            rank=110,
        ),
    ),
    intents=(Intent("who-sees-it", who_sees_it_said, is_harmless=True),),
    personal_data=(PERSONAL_DATA,),
    clicks={
        PRIVACY: privacy_asked,
        EXPORT: export_asked,
        FORGET: forget_asked,
        FORGET_KEPT: forget_kept,
        FORGET_CONFIRMED: forget_confirmed,
        FORGET_OLDER: older_asked,
    },
)
