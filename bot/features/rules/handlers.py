"""`/rungs rules` for members, the form and the record for admins, and the count of readers."""

from functools import partial

from slack_sdk.models.views import View

from bot.buttons import ACCESS
from bot.deps import Deps
from bot.feature import Call
from bot.features.rules.record_views import RulesRecord, admin_line
from bot.features.rules.views import (
    RECORD_TITLE,
    RECORD_VIEW,
    RULES_VIEW,
    TITLE,
    RulesView,
    parts_in_words,
    retry_card,
    rules_card,
    rules_form,
    saved_notice,
    typed_values,
)
from bot.slack.api import Message
from bot.slack.blocks import modal, notice, paragraph
from bot.slack.directory import clock_of
from bot.slack.payloads import Click, Request, Submission
from bot.slack.phrases import counted
from bot.slack.replies import (
    Reply,
    dm_channel,
    is_first_delivery,
    open_and_fill,
    unknown_click,
)
from coaching.rules import Rules, changed_parts, share_of_readers
from coaching.team_digest.figures import how_many
from storage import rules as storage
from storage.database import Session
from storage.rules import SaveOutcome, rules_of
from storage.team_digest import teams

NO_VERSION = -1
"""No version has this number."""


async def rules(deps: Deps, call: Call) -> None:
    """Answer with the approved tools, the rules, and whom to ask."""
    await Reply(deps, call.request).privately(await _card(deps, call.request))


async def rules_asked(deps: Deps, click: Click) -> None:
    """Handle the button that does what the command does."""
    await rules(deps, Call(click.request))


async def rules_read(deps: Deps, click: Click) -> None:
    """Handle "I've read this": record the version that the card shows, and show the one in force."""
    if not (click.value.isascii() and click.value.isdecimal() and len(click.value) < 10):
        await unknown_click(deps, click)
        return
    async with deps.database.write() as session:
        await storage.record_reading(session, click.request.key, int(click.value), now=deps.now())
    await Reply(deps, click.request).replace(await _card(deps, click.request))


async def _card(deps: Deps, request: Request) -> Message:
    key = request.key
    async with deps.database.read() as session:
        newest = await storage.latest(session, key.workspace_id)
        if newest is None or rules_of(newest).is_empty:
            return notice(deps.render("rules/none"))
        reading = await storage.last_reading(session, key)
        read = await storage.get(session, key.workspace_id, reading.number) if reading else None
        clock = await clock_of(session, deps, key)
    read_at = (reading.confirmed_at or reading.read_at) if reading else None
    asks_again = ACCESS in deps.features.clicks
    return rules_card(deps.render, RulesView(newest, read, read_at, asks_again), clock)


async def line(session: Session, deps: Deps) -> str:
    """Return what `/rungs admin` says of the rules."""
    newest = await storage.latest(session, deps.identity.workspace_id)
    return admin_line(deps.render, newest, now=deps.now(), minimum=deps.min_group)


async def form_opened(deps: Deps, click: Click) -> None:
    """Open the form with what the newest version says."""
    await _open(deps, click, typed=None)


async def form_opened_again(deps: Deps, click: Click) -> None:
    """Open the form with what was typed before, and with what the newest version says otherwise."""
    await _open(deps, click, typed=Rules.parse(click.value))


async def _open(deps: Deps, click: Click, *, typed: Rules | None) -> None:
    content = partial(_form, deps, typed)
    await open_and_fill(deps, click.request, TITLE, callback=RULES_VIEW, content=content)


async def _form(deps: Deps, typed: Rules | None) -> View:
    async with deps.database.read() as session:
        newest = await storage.latest(session, deps.identity.workspace_id)
    if typed is None:
        return rules_form(deps.render, rules_of(newest) if newest else Rules(), newest=newest)
    return rules_form(deps.render, typed, newest=newest, is_again=True)


async def form_sent(deps: Deps, submission: Submission) -> None:
    """Save what was typed as a new version, or answer why not; a repeated delivery changes nothing.

    The delivery is recorded in the transaction that saves, so a repeat saves what a crash left unsaved.
    """
    request, typed = submission.request, typed_values(submission.written)
    # A form that names no version is compared with the newest one, as one that another admin overtook.
    based_on = int(submission.carried) if submission.carried.isdecimal() else NO_VERSION
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, request):
            return
        outcome = await storage.save(
            session,
            request.key,
            typed,
            based_on=based_on,
            place=request.place,
            now=deps.now(),
        )
    deps.settings_changed()
    answer = await _answer(deps, typed, outcome, based_on=based_on)
    await Reply(deps, request).in_dm(answer, about="rules")


async def _answer(deps: Deps, typed: Rules, outcome: SaveOutcome, *, based_on: int) -> Message:
    match outcome:
        case "saved":
            return saved_notice(deps.render, typed, version=based_on + 1)
        case "same":
            return notice(deps.render("rules/same"))
        case "empty":
            return retry_card(deps.render("rules/empty"), typed)
    async with deps.database.read() as session:
        newest = await storage.latest(session, deps.identity.workspace_id)
        known = await storage.get(session, deps.identity.workspace_id, based_on)
    before, after = (rules_of(version) if version else Rules() for version in (known, newest))
    told = deps.render(
        "rules/outdated",
        number=newest.number if newest else based_on,
        changed=parts_in_words(deps.render, changed_parts(before, after)),
    )
    return retry_card(told, typed)


async def record_asked(deps: Deps, click: Click) -> None:
    """Upload the record of versions to the admin's DM, and say so in a window above the form."""
    content = partial(_record_sent, deps, click.request)
    await open_and_fill(deps, click.request, RECORD_TITLE, callback=RECORD_VIEW, content=content)


async def _record_sent(deps: Deps, request: Request) -> View:
    async with deps.database.read() as session:
        versions = await storage.list_versions(session, request.key.workspace_id)
    record = RulesRecord(
        deps.render, deps.identity.workspace_name, versions, deps.now(), deps.min_group
    )
    file = {f"how-we-use-ai-{deps.now():%Y-%m-%d}.txt": record.text().encode()}
    comment = deps.render("rules/record_ready", many=counted(len(versions), "version"))
    await deps.slack.upload(await dm_channel(deps, request), file, comment=comment)
    return modal(RECORD_TITLE, [paragraph(deps.render("rules/record_sent"))], callback=RECORD_VIEW)


async def count_readers(deps: Deps) -> bool:
    """Count once how many read a version that has stood long enough; return True when there was one.

    Safe to run twice, and in several processes: the first count stays.
    """
    workspace_id = deps.identity.workspace_id
    async with deps.database.write() as session:
        version = await storage.next_to_count(session, workspace_id, now=deps.now())
        if version is None:
            return False
        secret = await teams.digest_secret(session, workspace_id)
    async with deps.database.read() as session:
        people, readers = await storage.people_and_readers(session, version)
    share = share_of_readers(secret, people, readers, minimum=deps.min_group)
    async with deps.database.write() as session:
        await storage.save_count(
            session,
            version,
            people=how_many(len(people)) if share else None,
            readers=share,
            now=deps.now(),
        )
    return True
