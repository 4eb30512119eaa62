"""What admins do with the servers that are told of changes: add, change and remove them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from slack_sdk.models.views import View

from bot.deps import Deps
from bot.features.changes.outside import problem_with
from bot.features.changes.server_texts import server_views
from bot.features.changes.service import host_text, titles
from bot.features.changes.tokens import jwks_url, signer_of
from bot.features.changes.views import (
    GROUP,
    KINDS,
    PERMISSIONS,
    REMOVE,
    SERVERS_VIEW,
    TITLE,
    TOKEN,
    URL,
    ServerForm,
    retry_card,
    server_form,
    servers_window,
)
from bot.slack.api import Message
from bot.slack.blocks import notice
from bot.slack.directory import clock_of
from bot.slack.installation import OPTIONAL_SCOPES
from bot.slack.payloads import Click, Request, Submission, Ticks
from bot.slack.replies import Reply, is_first_delivery, open_and_fill, open_modal
from coaching.safe_text import without_hidden
from storage import workspace_settings
from storage.access.facts import on_permissions
from storage.changes import held, receivers
from storage.changes.receivers import MOST, SCIM, Receiver
from storage.database import Session
from storage.database.rows import new_id

SCOPE = "users:read.email"


async def servers_asked(deps: Deps, click: Click) -> None:
    """Open the window with all servers."""
    content = partial(_window, deps, click.request)
    await open_and_fill(deps, click.request, TITLE, callback=SERVERS_VIEW, content=content)


async def _window(deps: Deps, request: Request) -> View:
    async with deps.database.read() as session:
        clock = await clock_of(session, deps, request.key)
        shown = await server_views(session, deps, clock)
    return servers_window(deps.render, shown, problem=_why_no_more(deps, len(shown)))


def _why_no_more(deps: Deps, count: int) -> str | None:
    """Return the name of the text why no server can be added; None when one can."""
    if not deps.site.url or deps.site.keys is None:
        return "changes/lacks"
    if not _offered(deps, ()):
        return "changes/no_permissions"
    return "changes/too_many" if count >= MOST else None


def _offered(deps: Deps, chosen: Collection[str]) -> Sequence[tuple[str, str]]:
    """Return the permissions to choose from, (title, id): those that are on, and those chosen before."""
    on = on_permissions(deps.settings) | set(chosen)
    every = deps.library.access.permissions.values()
    return [(one.title, one.id) for one in every if one.id in on]


async def server_added(deps: Deps, click: Click) -> None:
    """Show the form of a new server."""
    if click.value in KINDS:
        await _show(deps, click.request, ServerForm(click.value))


async def server_changed(deps: Deps, click: Click) -> None:
    """Show the form of a server with what is set."""
    async with deps.database.read() as session:
        form = await _stored_form(session, deps, click.value)
    if form is None:
        await Reply(deps, click.request).privately(notice(deps.render("changes/gone")))
        return
    await _show(deps, click.request, form)


async def server_again(deps: Deps, click: Click) -> None:
    """Open the form again with what was typed."""
    typed = ServerForm.parse(click.value)
    if typed.kind in KINDS:
        await _show(deps, click.request, typed)


async def _stored_form(session: Session, deps: Deps, receiver_id: str) -> ServerForm | None:
    receiver = await receivers.get(session, deps.identity.workspace_id, receiver_id)
    if receiver is None:
        return None
    follows = await receivers.followed(session, receiver.workspace_id, receiver.id)
    groups = {one.permission: one.group_name for one in follows}
    return ServerForm(receiver.kind, receiver.id, receiver.url, groups)


async def _show(deps: Deps, request: Request, form: ServerForm) -> None:
    """Show a form in place of the window, or in one of its own."""
    filled = replace(form, response_url=request.response_url)
    jwks = jwks_url(deps.site, deps.identity.workspace_id)
    view = server_form(deps.render, filled, _offered(deps, form.groups), jwks=jwks)
    if request.window is None or not await deps.slack.update_modal(request.window, view):
        await open_modal(deps, request, view)


async def server_sent(deps: Deps, submission: Submission) -> None:
    """Save a server, or remove it, or say what is wrong; a repeated delivery changes nothing."""
    carried = ServerForm.parse(submission.carried)
    typed = _typed(submission, carried)
    needs = await _needed_scope(deps) if typed.kind == SCIM else None
    async with deps.database.write() as session:
        if not await is_first_delivery(session, deps, submission.request):
            return
        answer = await _save(session, deps, submission, typed, needs=needs)
        followed = await receivers.all_followed(session, deps.identity.workspace_id)
    request = replace(submission.request, response_url=carried.response_url)
    await Reply(deps, request).privately_or_in_dm(answer, about="servers")
    if followed and deps.site.keys:
        # The keys are published from now on, so that a server can be set up before it is told anything.
        await signer_of(deps, deps.site.keys)


def _is_token(words: str) -> bool:
    """Return whether these words can be sent as a token in the header of a request."""
    return words.isascii() and words.isprintable() and " " not in words


def _typed(submission: Submission, carried: ServerForm) -> ServerForm:
    """Return what was typed: the address, and the permissions with their groups."""
    url = without_hidden(submission.written.get(URL, "")).strip()
    if carried.kind == SCIM:
        groups = {
            name.removeprefix(GROUP): " ".join(without_hidden(words).split())
            for name, words in submission.written.items()
            if name.startswith(GROUP)
        }
        return replace(carried, url=url, groups={id_: name for id_, name in groups.items() if name})
    chosen = submission.ticked.get(PERMISSIONS, Ticks()).now
    return replace(carried, url=url, groups=dict.fromkeys(chosen))


async def _needed_scope(deps: Deps) -> str | None:
    """Return what is needed to see confirmed addresses; None when Slack shows them."""
    scopes = await deps.slack.granted_scopes()
    if scopes is None or SCOPE in scopes:
        return None
    url = f"{deps.install_url}?with={SCOPE}" if deps.install_url else None
    return deps.render("admin/scope_needed", scope=SCOPE, reason=OPTIONAL_SCOPES[SCOPE], url=url)


async def _save(
    session: Session,
    deps: Deps,
    submission: Submission,
    typed: ServerForm,
    *,
    needs: str | None,
) -> Message:
    workspace_id, now = deps.identity.workspace_id, deps.now()
    stored = await receivers.get(session, workspace_id, typed.receiver_id)
    if typed.receiver_id and stored is None:
        return notice(deps.render("changes/gone"))
    if stored and submission.ticked.get(REMOVE, Ticks()).now:
        return await _remove(session, deps, submission, stored)
    token = without_hidden(submission.written.get(TOKEN, "")).strip()
    is_set = _is_token(token) if token else stored is not None
    problem = await _problem(session, deps, typed, has_token=is_set)
    if problem in ("lacks", "too_many"):
        return notice(deps.render(f"changes/{problem}"))
    keys = deps.site.keys
    if problem or keys is None:
        is_scim = typed.kind == SCIM
        text = deps.render("changes/refused", problem=problem, is_scim=is_scim)
        return retry_card(text, typed)
    receiver = stored or Receiver(
        workspace_id=workspace_id, id=new_id(), kind=typed.kind, url="", made_at=now, open_at=now
    )
    before = await _recorded(session, stored)
    is_another = stored is not None and (stored.url != typed.url or bool(token))
    receiver.url, receiver.open_at, receiver.failures = typed.url, now, 0
    if typed.kind == SCIM:
        receiver.look_at = now
        if token:
            receiver.token = receivers.sealed(keys, workspace_id, receiver.id, token)
    await held.hold_grants(session)
    known = {one.permission for one in await receivers.followed(session, workspace_id, receiver.id)}
    await receivers.save(session, receiver, typed.groups)
    if is_another:
        await receivers.forget_ids(session, receiver)
    await held.hurry(session, receiver, now=now)
    if typed.kind != SCIM:
        news = set(typed.groups) - (set() if is_another else known)
        await held.append_held(session, receiver, news, now=now)
    after = await _recorded(session, receiver)
    await _record(session, deps, submission, before, after)
    return notice(
        deps.render(
            "changes/saved",
            host=host_text(receiver),
            follows=titles(deps, sorted(typed.groups)),
            is_scim=typed.kind == SCIM,
            needs=needs,
        )
    )


async def _problem(
    session: Session, deps: Deps, typed: ServerForm, *, has_token: bool
) -> str | None:
    """Return what is wrong with a form, in a word."""
    if not deps.site.url or deps.site.keys is None:
        return "lacks"
    every = await receivers.every(session, deps.identity.workspace_id)
    if not typed.receiver_id and len(every) >= MOST:
        return "too_many"
    if problem := problem_with(typed.url, deps.site.inner_hosts):
        return problem
    there = deps.library.access.permissions
    if not typed.groups or not all(one in there for one in typed.groups):
        return "nothing"
    names = [name.casefold() for name in typed.groups.values() if name]
    if len(set(names)) < len(names):
        return "twice"
    return "token" if typed.kind == SCIM and not has_token else None


async def _remove(
    session: Session, deps: Deps, submission: Submission, receiver: Receiver
) -> Message:
    before = await _recorded(session, receiver)
    await receivers.remove(session, receiver)
    await _record(session, deps, submission, before, None)
    is_scim = receiver.kind == SCIM
    return notice(deps.render("changes/removed", host=host_text(receiver), is_scim=is_scim))


async def _recorded(session: Session, receiver: Receiver | None) -> object:
    """Return what the log keeps of a server: no token, and of the address only the host."""
    if receiver is None:
        return None
    follows = await receivers.followed(session, receiver.workspace_id, receiver.id)
    groups = {one.permission: one.group_name for one in follows}
    return {"kind": receiver.kind, "host": host_text(receiver), "permissions": groups}


async def _record(
    session: Session, deps: Deps, submission: Submission, before: object, after: object
) -> None:
    await workspace_settings.record_change(
        session,
        "server",
        before,
        after,
        by=submission.request.key,
        place=submission.request.place,
        now=deps.now(),
    )
