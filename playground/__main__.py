"""Runs the playground alone: `python -m playground --port 8137`."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from playground.server import Playground, running


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m playground", description="A Slack workspace on localhost."
    )
    parser.add_argument("--port", type=int, default=8137)
    parser.add_argument("--events-url", help="request URL of the app; without it, Socket Mode")
    parser.add_argument(
        "--many",
        action="store_true",
        help="five workspaces, in which the app is installed by OAuth",
    )
    parser.add_argument("--data", type=Path, help="folder in which the workspace is kept")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    playground = Playground(
        events_url=arguments.events_url, data=arguments.data, many=arguments.many
    )
    stop = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, stop.set)
    async with running(playground, port=arguments.port):
        tokens = playground.credentials
        sys.stdout.write(
            f"The playground is at {playground.address}\n"
            f"Web API:        {playground.api_url}\n"
            f"{_ways_in(playground, many=arguments.many)}"
            f"App token:      {tokens.app_token}\n"
            f"Signing secret: {tokens.signing_secret}\n"
        )
        sys.stdout.flush()
        await stop.wait()


def _ways_in(playground: Playground, *, many: bool) -> str:
    """Return what gets an app its bot token: the token itself, or what OAuth asks for."""
    credentials = playground.credentials
    if not many:
        return f"Bot token:      {credentials.bot_token}\n"
    return (
        f"Consent page:   {playground.address}/oauth/v2/authorize\n"
        f"Client id:      {credentials.client_id}\n"
        f"Client secret:  {credentials.client_secret}\n"
    )


def main() -> int:
    """Run until interrupted."""
    arguments = _read_arguments()
    try:
        asyncio.run(_run(arguments))
    except OSError as problem:
        sys.stderr.write(
            f"Port {arguments.port} cannot be used ({problem.strerror}). "
            "A free port was expected. Choose another with --port.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
