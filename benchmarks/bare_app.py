"""The reference for acknowledging and starting: a Bolt app that acknowledges and does nothing else."""

import asyncio
import os

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.slack.server import serving_http, stop_signal


def bare_app() -> AsyncApp:
    """Return a Bolt app with the same tokens and the same Slack as ours, and no listener yet."""
    token = os.environ["SLACK_BOT_TOKEN"]
    client = AsyncWebClient(token, base_url=os.environ["SLACK_API_URL"])
    return AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])


async def serve(app: AsyncApp) -> None:
    """Serve it on the same server as ours, without the guard of requests, until SIGTERM."""
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    stop = stop_signal()
    routes = [Route("/slack/events", events, methods=["POST"])]
    async with serving_http(Starlette(routes=routes), port=int(os.environ["PORT"])):
        await stop.asked()


async def acknowledged(ack: AsyncAck) -> None:
    await ack()


async def main() -> None:
    app = bare_app()
    app.command("/rungs")(acknowledged)
    await serve(app)


if __name__ == "__main__":
    asyncio.run(main())
