"""The stage of most tests: the playground, the real bot, and people who type, click and read."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

import pytest

from app import REGISTRY, Running, running, utc_now
from bot.coaches import FixedCoaches
from bot.deps import NO_SITE, PublicSite
from bot.features.installs.service import ManyAccess
from bot.features.installs.tokens import AppCredentials
from bot.monitor import Monitor
from bot.outgoing.kinds import Kinds
from bot.registry import Registry
from bot.slack.client import RetryPolicy
from bot.slack.http import web_app
from bot.slack.installation import SCOPES, Access
from bot.slack.server import serving_http
from bot.slack.socket import serving_socket
from coaching.members import MemberKey
from content.library import Library, MessageCatalog
from content.loader import load_library
from playground.server import Playground
from playground.server import running as playing
from playground.state.messages import Message
from process import routes_of
from scheduler.batch import send_due
from scheduler.context import SchedulerContext, Timings
from scheduler.planner import plan_due
from storage import workspaces
from storage.database.engine import Database
from storage.installs import installs
from storage.installs.installs import NewInstall
from storage.installs.token_keys import InstallKey, TokenKeys, Tokens
from tests.databases import open_database
from tests.process import free_port

Transport = Literal["http", "socket"]
Mode = Literal["single", "many"]
"""Whether the bot has the token of one workspace, or one that was installed in it and in others beside."""

IN_MANY = 4
"""Of so many tests, about one runs where the service is for many workspaces."""

KEY = TokenKeys.new()
KEYS = TokenKeys([KEY])
CALM = RetryPolicy(answer=10, pause=0.02, hung=1.5, broken=0.2, between_looks=0.05)
"""The timeouts of tests without late answers: long for answers, so that a busy machine causes no retries."""
HASTE = replace(CALM, answer=1.0)
"""The timeouts of tests with late answers, each of which then takes about a second."""

HASTY = Timings(lease=20, quarantine=0.5, posts_per_minute=60_000, finish_within=2)
"""The times of the scheduler, shortened for tests."""

LETTERS = "ABCDE"
PRIVATE = re.compile(r"<!date\^\d+\^[^|]*\|([^>]*)>")


@cache
def built_in() -> Library:
    """The built-in content, read once per test process."""
    return load_library()


def topic(question: str, *, family: str = "engineering") -> str:
    """Return what the built-in content calls this question's topic."""
    return built_in().questionnaire(family).topics[question]


def topic_heading(question: str, *, family: str = "engineering") -> str:
    """Return the topic as menus and the beginnings of lines show it."""
    words = topic(question, family=family)
    return words[:1].upper() + words[1:]


@cache
def built_in_messages() -> MessageCatalog:
    """The built-in messages, each compiled once per test process."""
    return MessageCatalog()


# Without a repr: asyncio formats the result of every fixture, and this one's holds all the content.
@dataclass(repr=False)
class Stage:
    """The playground, the bot and the database of a test."""

    playground: Playground
    bot: Running
    database: Database
    address: str | None = None

    def person(self, handle: str) -> "Person":
        return next(
            Person(self, p.id, p.name)
            for p in self.playground.workspace.members()
            if p.handle == handle
        )

    async def settle(self) -> None:
        """Wait until every event was delivered and every listener has returned."""
        await self.playground.quiet()
        for _ in range(100):
            await asyncio.sleep(0)
            if not len(self.bot.flight):
                return
            await self.bot.flight.finish(within=30)

    def coach(
        self, kinds: Kinds, *, at: datetime | None = None, timings: Timings = HASTY, **parts: Any
    ) -> SchedulerContext:
        """Return what the jobs work with, as a scheduler process of its own has it."""
        deps = self.bot.deps if at is None else replace(self.bot.deps, now=lambda: at)
        coaches = FixedCoaches([deps])
        retention = self.bot.deps.features.retention
        made: dict[str, Any] = {"timings": timings, "retention": retention, **parts}
        return SchedulerContext(self.database, deps.now, coaches, kinds, **made)

    async def run_jobs(self, kinds: Kinds, *, at: datetime | None = None) -> None:
        """Run the planner and the sender until nothing more is due at this moment."""
        work = self.coach(kinds, at=at)
        for job in (plan_due, send_due):
            while await job(work):
                pass
        await self.settle()

    def calls(self, method: str) -> list[Any]:
        return self.playground.calls_of(method)


@dataclass
class Person:
    """A person of the sample workspace, with what they can do and what they see."""

    stage: Stage
    id: str
    name: str
    seen: list[str] = field(default_factory=list)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The choices in menus of messages, by ts, which Slack reports with each click."""

    @property
    def key(self) -> MemberKey:
        return MemberKey(self.stage.playground.workspace.id, self.id)

    @property
    def dm(self) -> str:
        return self.stage.playground.workspace.dm(self.id).id

    @property
    def channel(self) -> str:
        """A channel that this person is in."""
        return next(
            c.id
            for c in self.stage.playground.workspace.conversations.values()
            if c.kind == "channel" and self.id in c.members
        )

    async def types(self, text: str, *, where: str | None = None) -> Any:
        """Type into the DM, or where said; a line with a slash is a command."""
        playground = self.stage.playground
        place = where or self.dm
        if text.startswith("/"):
            outcome: Any = await playground.command(self.id, place, text)
        else:
            outcome = await playground.message(self.id, place, text)
        await self.stage.settle()
        return outcome

    async def clicks(
        self, label: str, *, on: Message | None = None, where: str | None = None
    ) -> Any:
        """Click the button with this label, on the newest message that has it."""
        message, block, element = self._find(label, on=on, where=where)
        outcome = await self.clicks_element(message, block, element)
        await self.stage.settle()
        return outcome

    async def clicks_element(self, message: Message, block: str, element: dict[str, Any]) -> Any:
        """Click this element, even if the message no longer shows it."""
        return await self.stage.playground.act(
            self.id,
            {"type": "message", "channel": message.channel, "ts": message.ts},
            block,
            element["action_id"],
            state=self.held.get(message.ts),
            element=element,
        )

    async def picks(self, letter: str, choice: str | int, *, on: Message | None = None) -> None:
        """Choose from the menu beside this letter, by label or place, on a card of several items."""
        message = on or self.card
        for block in message.blocks:
            menu = block.get("accessory") or {}
            if menu.get("action_id", "").endswith(f":{letter}"):
                texts = [option["text"]["text"] for option in menu["options"]]
                at = choice if isinstance(choice, int) else texts.index(choice)
                chosen = {"selected_option": menu["options"][at]}
                held = self.held.setdefault(message.ts, {})
                held[block["block_id"]] = {menu["action_id"]: chosen}
                container = {"type": "message", "channel": message.channel, "ts": message.ts}
                await self.stage.playground.act(
                    self.id,
                    container,
                    block["block_id"],
                    menu["action_id"],
                    chosen=chosen,
                    state=held,
                )
                await self.stage.settle()
                return
        raise AssertionError(f"There is no menu {letter}: {shown(message)}")

    async def chooses(self, label: str) -> None:
        """Choose an option of a menu in the newest message that has it."""
        for message in reversed(self.messages()):
            for block in message.blocks:
                for element in block.get("elements", ()):
                    for option in element.get("options", ()):
                        if option["text"]["text"] == label:
                            await self._choose(message, block, element, option)
                            return
        raise AssertionError(f"No menu offers '{label}'.")

    async def _choose(
        self, message: Message, block: dict[str, Any], element: dict[str, Any], option: Any
    ) -> None:
        container = {"type": "message", "channel": message.channel, "ts": message.ts}
        await self.stage.playground.act(
            self.id,
            container,
            block["block_id"],
            element["action_id"],
            chosen={"selected_option": option},
        )
        await self.stage.settle()

    async def clicks_in_view(self, label: str) -> None:
        """Click a button in the open modal, or on the Home tab when no modal is open."""
        view = self.view
        assert view is not None, "No view is open."
        for block in view.blocks:
            for element in elements_of(block):
                if element["type"] == "button" and element["text"]["text"] == label:
                    container = {"type": "view", "view_id": view.id}
                    await self.stage.playground.act(
                        self.id, container, block["block_id"], element["action_id"]
                    )
                    await self.stage.settle()
                    return
        raise AssertionError(f"The view has no button '{label}': {texts_of(view.blocks)}")

    async def opens_home(self, tab: str = "home") -> None:
        await self.stage.playground.open_home(self.id, tab)
        await self.stage.settle()

    @property
    def view(self) -> Any:
        workspace = self.stage.playground.workspace
        stack = workspace.modal_stack(self.id)
        return stack[-1] if stack else workspace.homes.get(self.id)

    @property
    def view_text(self) -> str:
        view = self.view
        title = (view.content.get("title") or {}).get("text", "") if view else ""
        return f"{title}\n{texts_of(view.blocks)}" if view else ""

    async def closes(self) -> None:
        await self.stage.playground.close(self.id, self.view.id)

    def messages(self, where: str | None = None) -> list[Message]:
        """Return the bot's messages in this conversation, oldest first."""
        conversation = self.stage.playground.workspace.conversations[where or self.dm]
        return [m for m in conversation.visible_to(self.id) if m.by_app]

    @property
    def card(self) -> Message:
        """The newest message of the bot in the DM."""
        return self.messages()[-1]

    def reads(self, where: str | None = None) -> str:
        """Return the text of the newest message of the bot."""
        return shown(self.messages(where)[-1])

    async def answers(self, letters: str) -> None:
        """Click these answers one after another; "-" is "None of these yet"."""
        for letter in letters:
            await self.clicks("None of these yet" if letter == "-" else letter)

    def _find(
        self, label: str, *, on: Message | None, where: str | None
    ) -> tuple[Message, str, dict[str, Any]]:
        for message in [on] if on else reversed(self.messages(where)):
            for block, element in buttons(message):
                if element["text"]["text"] == label:
                    return message, block, element
        newest = [b["text"]["text"] for m in self.messages(where)[-1:] for _, b in buttons(m)]
        raise AssertionError(f"No button '{label}'; the newest message has {newest}.")


def buttons(message: Message) -> Iterator[tuple[str, dict[str, Any]]]:
    """The buttons of a message with their block ids, in order."""
    for block in message.blocks:
        for element in elements_of(block):
            if element.get("type") == "button":
                yield block["block_id"], element


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the elements in this block and the one beside it."""
    return [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]


def labels(message: Message) -> list[list[str]]:
    """The labels of the buttons, one list for each row."""
    return [
        [e["text"]["text"] for e in block["elements"] if e["type"] == "button"]
        for block in message.blocks
        if block["type"] == "actions"
    ]


def shown(message: Message) -> str:
    """Return the text of a message as it is displayed."""
    return texts_of(message.blocks) or PRIVATE.sub(r"\1", message.text)


def texts_of(blocks: list[dict[str, Any]]) -> str:
    """Return all texts of blocks, one a line, with dates as their fallback text."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("type") in ("mrkdwn", "plain_text"):
                found.append(value["text"])
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(blocks)
    return PRIVATE.sub(r"\1", "\n".join(found))


@asynccontextmanager
async def staged(
    database_url: str,
    *,
    transport: Transport = "http",
    library: Library | None = None,
    extra: Path | None = None,
    playground: Playground | None = None,
    now: Callable[[], Any] = utc_now,
    patience: RetryPolicy = CALM,
    mode: Mode = "single",
    features: Registry = REGISTRY,
    is_public: bool = False,
) -> AsyncIterator[Stage]:
    """Run the playground and the bot; the same database may be used again by a later stage.

    With the mode "many", the service is for many workspaces, and the app was installed in one of them. With
    `is_public`, the internet reaches it, which is this computer here: what capabilities offer over HTTP is
    served.
    """
    async with AsyncExitStack() as stack:
        made = Playground()
        slack = playground if playground else await stack.enter_async_context(playing(made))
        credentials = slack.credentials
        database = await open_database(database_url)
        stack.push_async_callback(database.close)
        access = Access(
            credentials.bot_token if mode == "single" else "",
            credentials.signing_secret,
            slack.api_url,
        )
        if mode == "many":
            await install(slack, database, now=now())
        port = free_port() if is_public else 0
        near = frozenset({"127.0.0.1"})
        site = PublicSite(f"http://localhost:{port}", KEYS, near) if is_public else NO_SITE
        bot = await stack.enter_async_context(
            running(
                access,
                site=site,
                many=many_access(slack) if mode == "many" else None,
                database=database,
                library=library or (load_library(extra) if extra else built_in()),
                messages=MessageCatalog(extra) if extra else built_in_messages(),
                now=now,
                patience=patience,
                features=features,
            )
        )
        if mode == "many":
            only = await bot.coaching.coaches.of(slack.workspace.id)
            bot = replace(bot, coaching=replace(bot.coaching, deps=only))
        stage = Stage(slack, bot, database)
        if transport == "http":
            application = web_app(
                bot.app,
                Monitor(bot.coaching.service),
                secrets=access.signing_secrets,
                pages=routes_of(bot.coaching) if is_public else (),
            )
            port = await stack.enter_async_context(
                serving_http(application, port=port, host="127.0.0.1")
            )
            stage.address = f"http://127.0.0.1:{port}"
            slack.deliver_over_http(f"{stage.address}/slack/events")
        else:
            slack.deliver_over_http(None)
            await stack.enter_async_context(
                serving_socket(bot.app, app_token=credentials.app_token)
            )
            await slack.sockets.until_connected()
        yield stage
        await stage.settle()


async def install(slack: Playground, database: Database, *, now: datetime) -> None:
    """Let the app into the first workspace, and store it as the pages for installing do."""
    workspace, token = slack.workspace, slack.install(slack.workspace.id)
    new = NewInstall(
        InstallKey(workspace.id),
        workspace.name,
        Tokens(token.value),
        SCOPES,
        workspace.app.user_id,
        workspace.app.bot_id,
        workspace.app.id,
        None,
    )
    async with database.write() as session:
        await installs.save(session, KEYS, new, now=now)
        await workspaces.connect(session, workspace.id, workspace.name, now=now)


def many_access(slack: Playground) -> ManyAccess:
    """Return what a service for many workspaces has."""
    known = slack.credentials
    app = AppCredentials(known.client_id, known.client_secret)
    return ManyAccess(app, KEYS, "http://localhost", timedelta(days=30))


def mode_of(name: str) -> Mode:
    """Return the mode in which the test or the file of this name runs, the same every time."""
    return "many" if crc32(name.encode()) % IN_MANY == 0 else "single"


@pytest.fixture
def mode(request: pytest.FixtureRequest) -> Mode:
    """Return the mode of the stage: about one of four tests runs in "many"."""
    return mode_of(request.node.nodeid)


@pytest.fixture
def transport() -> Transport:
    """Return how Slack reaches the bot; tests of both transports parametrize it."""
    return "http"


BOTH = pytest.mark.parametrize("stage_engine", ["sqlite", "postgres"])
"""Marks tests that run on both databases: what is stored for long, and what races."""
LONG_ON_BOTH = pytest.mark.parametrize("long_engine", ["sqlite", "postgres"], scope="module")
"""The same for files whose tests share one stage."""


@pytest.fixture
def stage_engine() -> str:
    """Return SQLite, unless a test is marked with BOTH."""
    return "sqlite"


@pytest.fixture
def stage_url(stage_engine: str, request: pytest.FixtureRequest) -> str:
    """A fresh database for the stage."""
    return str(request.getfixturevalue(f"{stage_engine}_url"))


@pytest.fixture
async def stage(stage_url: str, transport: Transport, mode: Mode) -> AsyncIterator[Stage]:
    """The bot in its workspace."""
    async with staged(stage_url, transport=transport, mode=mode) as ready:
        yield ready


@pytest.fixture
async def ada(stage: Stage) -> Person:
    """A backend engineer."""
    return stage.person("ada")


@pytest.fixture
async def omar(stage: Stage) -> Person:
    """A sales colleague."""
    return stage.person("omar")


@pytest.fixture
def unused_port() -> int:
    """A port that is free now."""
    return free_port()
