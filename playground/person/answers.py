"""What the app answers within an acknowledgement: text for a command, an action for a modal."""

from typing import Any

from playground.errors import SlackError
from playground.service import Service
from playground.state.messages import Conversation
from playground.state.views import View
from playground.web_api.arguments import Arguments
from playground.web_api.chat import put, whisper
from playground.web_api.content import read_content
from playground.web_api.method import Request
from playground.web_api.views import checked_view, replace_view, stack_view


def show_command_answer(
    service: Service, conversation: Conversation, *, user: str, body: dict[str, Any] | str | None
) -> None:
    """Show what the app said in its acknowledgement of a command."""
    if not body:
        return
    arguments = Arguments({"text": body} if isinstance(body, str) else body)
    if not arguments.has("text") and not arguments.has("blocks"):
        return
    request = Request(service, arguments)
    content = read_content(request, response_url=True)
    if arguments.optional_text("response_type") == "in_channel":
        put(request, conversation, content)
    else:
        whisper(request, conversation, content, user=user)


def obey_view_answer(
    service: Service, view: View, body: dict[str, Any] | str | None
) -> dict[str, str]:
    """Do with the submitted modal what the app answered; return errors to show, if any."""
    answer = body if isinstance(body, dict) else {}
    order = answer.get("response_action")
    if order is None:
        close_top(service, view)
    elif order == "clear":
        clear_stack(service, view.user)
    elif order == "errors":
        return _errors(view, answer.get("errors"))
    elif order == "update":
        content = checked_view(service, answer.get("view"), expected="modal")
        replace_view(service.workspace, view, content)
    elif order == "push":
        stack_view(
            service.workspace,
            view.user,
            checked_view(service, answer.get("view"), expected="modal"),
        )
    else:
        raise SlackError("invalid_arguments")
    return {}


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_arguments")
    return {str(block): str(text) for block, text in errors.items()}


def close_top(service: Service, view: View) -> None:
    """Close one modal; the one below shows again."""
    stack = service.workspace.modal_stack(view.user)
    if view in stack:
        stack.remove(view)
    service.workspace.announce("modals", user=view.user)


def clear_stack(service: Service, user: str) -> None:
    """Close every modal of a person."""
    service.workspace.modal_stack(user).clear()
    service.workspace.announce("modals", user=user)
