"""Runs the playground alone: `python -m playground --port 8137`."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from playground.server import Playground, running


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options; a wrong call ends the process with 2 and a usage line."""
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
    parser.add_argument(
        "--reasons",
        metavar="FILE",
        type=_reasons,
        help="what the app says why it asks for each scope: JSON, scope to reason",
    )
    return parser.parse_args(words)


def _reasons(path: str) -> dict[str, str]:
    """Return the reasons in this file by scope."""
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except OSError as problem:
        raise argparse.ArgumentTypeError(f"{path} cannot be read ({problem.strerror}).") from None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise argparse.ArgumentTypeError(
            f"{path} is not a JSON object with a reason in words for each scope."
        )
    return found


async def _run(arguments: argparse.Namespace) -> None:
    playground = Playground(
        events_url=arguments.events_url,
        data=arguments.data,
        many=arguments.many,
        reasons=arguments.reasons,
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
    arguments = read_arguments()
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
