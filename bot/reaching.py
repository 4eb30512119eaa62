"""How Slack, hosts and operators reach a running bot: over HTTP, or over a socket with HTTP beside it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from logging import getLogger

from bot.monitoring import Monitor
from bot.serving import PortTaken, serving_http
from bot.socket_mode import USUAL, Watch, serving_socket
from bot.starting import Running
from bot.web import status_app, web_app

log = getLogger(__name__)


@asynccontextmanager
async def over_http(bot: Running, *, port: int) -> AsyncIterator[str]:
    """Serve everything on one port; yields where that is."""
    monitor = Monitor(bot.deps)
    async with monitor.watching(), serving_http(web_app(bot.app, monitor), port=port):
        yield f"port {port}"


@asynccontextmanager
async def over_socket(
    bot: Running, *, app_token: str, port: int, watch: Watch = USUAL
) -> AsyncIterator[str]:
    """Hold a socket to Slack; what hosts and operators ask is answered on the port, if it is free."""
    monitor = Monitor(bot.deps)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(monitor.watching())
        socket = await stack.enter_async_context(
            serving_socket(
                bot.app, app_token=app_token, acknowledged=monitor.acknowledged, watch=watch
            )
        )
        monitor.listen_to(lambda: socket.problem)
        try:
            await stack.enter_async_context(serving_http(status_app(monitor), port=port))
        except PortTaken:
            # Slack needs no port here, so this is no reason to stop.
            log.warning("port_taken", extra={"port": port})
        yield "socket"
