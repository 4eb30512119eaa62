"""views.*: modals and Home tabs."""

import json
import secrets
from typing import Any

from playground.errors import SlackError
from playground.payloads.shapes import view_object
from playground.service import Service
from playground.state.views import View
from playground.state.workspace import MODALS_DEEP, Workspace
from playground.triggers import Trigger
from playground.validation.views import check_view
from playground.web_api.content import with_ids
from playground.web_api.method import Answer, Method, Request

LARGEST = 250_000


def checked_view(service: Service, view: Any, *, expected: str) -> dict[str, Any]:
    """Return a view that is fit to be shown, or refuse it as Slack does."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", messages=("must be an object [json-pointer:/view]",))
    report = check_view(view, expected=expected)
    if report.problems:
        raise SlackError("invalid_arguments", messages=report.lines())
    if len(json.dumps(view)) > LARGEST:
        raise SlackError("view_too_large")
    for scope in sorted(report.scopes):
        service.need_scope(scope)
    return {**view, "blocks": with_ids(view["blocks"])}


def _read(request: Request, *, expected: str) -> dict[str, Any]:
    view = request.arguments.structure("view", error="invalid_arguments")
    if view is None:
        request.arguments.text("view")
    return checked_view(request.service, view, expected=expected)


def _name_is_free(workspace: Workspace, content: dict[str, Any], *, besides: View | None) -> None:
    name = str(content.get("external_id") or "")
    if not name:
        return
    holder = workspace.view_called(name)
    if holder is not None and holder is not besides:
        raise SlackError("duplicate_external_id")


def _trigger(request: Request) -> Trigger:
    given = request.arguments.optional_text("trigger_id")
    pointer = request.arguments.optional_text("interactivity_pointer")
    trigger_id = given or pointer or request.arguments.text("trigger_id")
    team = request.workspace.id
    return request.service.triggers.spend(trigger_id, now=request.clock.now(), team=team)


def new_hash(workspace: Workspace) -> str:
    """Return the hash of a view's state."""
    return f"{int(workspace.clock.now())}.{secrets.token_hex(4)}"


def stack_view(workspace: Workspace, user: str, content: dict[str, Any]) -> View:
    """Put a modal on top of a person's stack."""
    _name_is_free(workspace, content, besides=None)
    stack = workspace.modal_stack(user)
    if len(stack) >= MODALS_DEEP:
        raise SlackError("push_limit_reached")
    view_id = workspace.new_id("V")
    below = stack[-1] if stack else None
    view = View(
        view_id,
        user,
        content,
        new_hash(workspace),
        root=below.root if below else view_id,
        previous=below.id if below else None,
    )
    stack.append(view)
    workspace.announce("modals", user=user)
    return view


def replace_view(workspace: Workspace, view: View, content: dict[str, Any]) -> None:
    """Give a view new content; what was typed stays where the ids stay."""
    _name_is_free(workspace, content, besides=view)
    view.content = content
    view.hash = new_hash(workspace)
    ids = {block["block_id"] for block in view.blocks}
    view.values = {block: values for block, values in view.values.items() if block in ids}
    what = "home" if content["type"] == "home" else "modals"
    workspace.announce(what, user=view.user)


def open_view(request: Request) -> Answer:
    """Open a modal, with a trigger that a person's click handed out."""
    content = _read(request, expected="modal")
    trigger = _trigger(request)
    _name_is_free(request.workspace, content, besides=None)
    if trigger.view_id is None or request.workspace.open_modal(trigger.view_id) is None:
        request.workspace.modal_stack(trigger.user).clear()
    view = stack_view(request.workspace, trigger.user, content)
    return {"view": view_object(request.workspace, view)}


def push(request: Request) -> Answer:
    """Put a modal on top of the one that the person clicked in."""
    content = _read(request, expected="modal")
    trigger = _trigger(request)
    below = None if trigger.view_id is None else request.workspace.open_modal(trigger.view_id)
    if below is None:
        raise SlackError("not_found")
    view = stack_view(request.workspace, trigger.user, content)
    return {"view": view_object(request.workspace, view)}


def update(request: Request) -> Answer:
    """Change an open modal."""
    content = _read(request, expected="modal")
    view = _open_one(request)
    if view is None:
        raise SlackError("not_found")
    _same_hash(request, view)
    replace_view(request.workspace, view, content)
    return {"view": view_object(request.workspace, view)}


def _open_one(request: Request) -> View | None:
    external_id = request.arguments.optional_text("external_id")
    if external_id is not None:
        return request.workspace.view_called(external_id)
    return request.workspace.open_modal(request.arguments.text("view_id"))


def _same_hash(request: Request, view: View | None) -> None:
    given = request.arguments.optional_text("hash")
    if given and (view is None or view.hash != given):
        raise SlackError("hash_conflict")


def publish(request: Request) -> Answer:
    """Show a person their Home tab."""
    person = request.person(request.arguments.text("user_id"))
    if not request.service.manifest.has_home:
        raise SlackError("not_enabled")
    content = _read(request, expected="home")
    workspace = request.workspace
    view = workspace.homes.get(person.id)
    _same_hash(request, view)
    if view is None:
        _name_is_free(workspace, content, besides=None)
        view_id = workspace.new_id("V")
        view = View(view_id, person.id, content, new_hash(workspace), root=view_id)
        workspace.homes[person.id] = view
        workspace.announce("home", user=person.id)
    else:
        replace_view(workspace, view, content)
    return {"view": view_object(workspace, view)}


METHODS = (
    Method("views.open", open_view, tier="4"),
    Method("views.push", push, tier="4"),
    Method("views.update", update, tier="4"),
    Method("views.publish", publish, tier="4"),
)
