"""Answers posted to a response URL."""

import json

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground.errors import SlackError
from playground.response_urls import ResponseUrl
from playground.service import Shared
from playground.state.messages import Conversation, Message
from playground.web_api.arguments import Arguments
from playground.web_api.chat import change, put, take_away, whisper
from playground.web_api.content import read_content
from playground.web_api.method import Request

GONE = 404
WRONG = 400


class ResponseUrlEndpoint:
    """The response URLs of one playground."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def answer(self, http: HttpRequest) -> Response:
        """Take one answer."""
        shared = self._shared
        try:
            url = shared.response_urls.find(http.path_params["key"], now=shared.clock.now())
        except SlackError as refusal:
            return JSONResponse(refusal.answer(), status_code=GONE)
        try:
            arguments = _read(await http.body())
            respond(Request(shared.at(url.team), arguments), url)
        except SlackError as refusal:
            return JSONResponse(refusal.answer(), status_code=WRONG)
        url.uses += 1
        return PlainTextResponse("ok")


def _read(body: bytes) -> Arguments:
    try:
        parsed = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(parsed, dict):
        raise SlackError("invalid_payload")
    return Arguments(parsed)


def respond(request: Request, url: ResponseUrl) -> None:
    """Replace, delete or post, as the answer asks."""
    conversation = request.workspace.conversations[url.channel]
    original = _original(conversation, url)
    if request.arguments.flag("delete_original"):
        if original is not None:
            take_away(request, conversation, original)
        return
    content = read_content(request, response_url=True)
    if request.arguments.flag("replace_original") and original is not None:
        change(request, conversation, original, content)
        return
    in_channel = request.arguments.optional_text("response_type") == "in_channel"
    # An ephemeral message can never become one for everybody.
    if in_channel and not (original is not None and original.only_for is not None):
        put(request, conversation, content)
    else:
        whisper(request, conversation, content, user=url.user)


def _original(conversation: Conversation, url: ResponseUrl) -> Message | None:
    return None if url.message_ts is None else conversation.messages.get(url.message_ts)
