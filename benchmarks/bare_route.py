"""The route that an answer to a client is compared with: it reads one row, inserts one, and answers."""

import asyncio
import os

from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.slack.server import serving_http, stop_signal
from storage.database.engine import Database

TABLES = (
    "CREATE TABLE person (id TEXT PRIMARY KEY, may TEXT NOT NULL)",
    "CREATE TABLE asked (id INTEGER PRIMARY KEY, person TEXT NOT NULL, may TEXT NOT NULL)",
    "INSERT INTO person (id, may) VALUES ('U1', 'pilot')",
)
READ = text("SELECT may FROM person WHERE id = :person")
INSERT = text("INSERT INTO asked (person, may) VALUES (:person, :may)")


async def main() -> None:
    """Serve it on the same server as ours, with the same settings of the database, until SIGTERM."""
    stop, database = stop_signal(), await Database.open(os.environ["DATABASE_URL"])
    async with database.write() as session:
        for statement in TABLES:
            await session.execute(text(statement))

    async def ask(request: Request) -> Response:
        given = await request.json()
        person, what = given["subject"]["id"], given["resource"]["id"]
        async with database.read() as session:
            may = await session.scalar(READ, {"person": person})
        async with database.write() as session:
            await session.execute(INSERT, {"person": person, "may": what})
        return JSONResponse({"decision": may == what})

    routes = [Route("/access/v1/evaluation", ask, methods=["POST"])]
    async with serving_http(Starlette(routes=routes), port=int(os.environ["PORT"])):
        await stop.asked()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
