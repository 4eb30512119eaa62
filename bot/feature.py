"""What a capability declares: one `Feature` value in its own folder, with its commands, intents, and jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from coaching.phrases import Meaning

if TYPE_CHECKING:
    from starlette.requests import Request as WebRequest
    from starlette.responses import Response as WebResponse

    from bot.assessments.session import AssessmentSession, AssessmentSubject, Conversation
    from bot.coaches import Serving
    from bot.deps import Deps
    from bot.outgoing.kinds import Kind
    from bot.registry import Registry
    from bot.slack.api import Message
    from bot.slack.payloads import Click, Request, Submission
    from coaching.members import MemberKey
    from content.library import Library
    from storage.database import Session
    from storage.database.rows import NamingTable, OwnedTable, Retention
    from storage.notices import Notice
    from storage.outbox.queue import Outgoing
    from storage.workspace_settings import WorkspaceSettings


ClickHandler = Callable[["Deps", "Click"], Awaitable[None]]
FormHandler = Callable[["Deps", "Submission"], Awaitable[None]]
EventHandler = Callable[["Deps", "Request", Mapping[str, Any]], Awaitable[None]]
TextHandler = Callable[["Deps", "Request", str], Awaitable[None]]
Followup = Callable[[], Awaitable[None]]
ResultHook = Callable[["Session", "Deps", "AssessmentSession"], Awaitable[Followup | None]]
MemberHook = Callable[["Session", "Deps", "MemberKey"], Awaitable[None]]
MoveHook = Callable[["Session", "Deps", "MemberKey", str | None, object], Awaitable[None]]
ChannelHook = Callable[["Session", "Deps", str, str], Awaitable[object]]
HomeRefresh = Callable[..., Awaitable[None]]
FooterWriter = Callable[["Session", "Deps", "MemberKey"], "Awaitable[Message | None]"]
NoticeWriter = Callable[["Session", "Deps", "Notice"], "Awaitable[Message | None]"]
LineWriter = Callable[["Session", "Deps", "Outgoing"], "Awaitable[Message | None]"]


@dataclass(frozen=True)
class Call:
    """One use of a command: the request, and the words after the command's name."""

    request: Request
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """A subcommand of /rungs; the same words work in a direct message.

    `arguments` is what help shows behind the name. `synonyms` are other words that members try. `button` is
    the action id of the click that does the same, and `button_value` what it carries. A command that
    `claims_act` records a delivered message in the transaction of its own work; otherwise the router does.
    After the second word of a command with `takes_name`, a name is typed, which keeps its punctuation.
    Help lists commands by `rank`, lowest first, and equal ones in the order of the capabilities. Those
    `for_admins` are listed and suggested to admins alone.
    """

    name: str
    arguments: str
    summary: str
    run: Callable[[Deps, Call], Awaitable[None]]
    synonyms: tuple[str, ...] = ()
    button: str | None = None
    button_value: str = ""
    claims_act: bool = False
    takes_name: bool = False
    for_admins: bool = False
    rank: int = 50

    @property
    def usage(self) -> str:
        """The name with its arguments, as help shows it."""
        return f"{self.name} {self.arguments}".strip()


@dataclass(frozen=True)
class Intent:
    """What members mean by words of their own; the phrases for it are in content/phrases.

    With `time` "lasting", words such as "until Monday" may stand beside a phrase, with "starting" also "on
    Monday". `is_meant_by_time` is for the one that such words mean alone. `combines` are other intents: a
    message with a phrase of one of them that says more than that is taken as this intent. One that
    `is_harmless` changes nothing, so it may be one sentence of several. `claims_act` as at `Command`.
    """

    name: str
    run: Callable[[Deps, Request, Meaning], Awaitable[None]]
    time: Literal["", "lasting", "starting"] = ""
    is_meant_by_time: bool = False
    combines: frozenset[str] = frozenset()
    is_harmless: bool = False
    claims_act: bool = False


def asking_for(name: str, command: Command) -> Intent:
    """Return an intent whose phrases do the same as this command without arguments."""

    async def run(deps: Deps, request: Request, _meaning: Meaning) -> None:
        await command.run(deps, Call(request))

    return Intent(name, run, is_harmless=True, claims_act=command.claims_act)


@dataclass(frozen=True)
class FeatureJob:
    """A job of a capability, which the scheduler runs in the workspaces that have work for it.

    `due(session, now=…)` returns the ids of these workspaces, by one query over all, a few hundred at most.
    `run` is called in each of them every `seconds`, does one small piece of work, and returns True when
    there may be more to do at once. `promise` tells operators what it does, and what happens when it runs
    twice, late, or in several processes.
    """

    name: str
    seconds: int
    promise: str
    run: Callable[[Deps], Awaitable[bool]]
    due: Callable[..., Awaitable[Sequence[str]]]


@dataclass(frozen=True)
class Role:
    """What some members may do for others, such as verify; admins say who has it.

    `sees` says in one sentence what people with the role can see of others. With `no_guests`, guests of the
    workspace cannot be named.
    """

    name: str
    title: str
    sees: str
    no_guests: bool = False


@dataclass(frozen=True)
class AdminSection:
    """A part of the page of `/rungs admin`: a title, one line that says what is set now, and a button.

    `action` is the id of a click of the same capability, whose handler is wrapped by `for_admins` of
    bot/features/admin/service.py. Sections stand by `rank`, lowest first. One with `is_needed` is there only
    while that returns True for the capabilities that are on.
    """

    name: str
    title: str
    button: str
    action: str
    line: Callable[[Session, Deps], Awaitable[str]]
    rank: int = 50
    is_needed: Callable[[Registry], bool] | None = None


@dataclass(frozen=True)
class Switch:
    """A capability that is off until an admin switches it on; while it is off, it shows nowhere.

    `about` says in one sentence what it is. `needs` returns, as sentences, what it still needs before it can
    be on. `scopes` are those that only this capability needs, with the reason.
    """

    title: str
    about: str
    needs: Callable[[Session, Deps], Awaitable[Sequence[str]]]
    scopes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WebRoute:
    """A page or an interface that a capability serves over HTTP; it checks itself who asks.

    It is served whether the capability is on in a workspace or not.
    """

    path: str
    methods: tuple[str, ...]
    handler: Callable[[Serving, WebRequest], Awaitable[WebResponse]]


@dataclass(frozen=True)
class ClickRoute:
    """What handles a click; `checks_card` when the handler checks itself whose card was clicked."""

    handler: ClickHandler
    checks_card: bool


@dataclass(frozen=True)
class Feature:
    """One capability.

    `intents` are what it understands in a member's own words.

    `clicks` maps action ids to handlers; an id that ends in ":" stands for every id that begins with it, and
    no id has a colon elsewhere. `own_card_clicks` are those ids whose handlers check themselves that the
    click came from the member's own card. `forms` maps callback ids, `events` Slack's event types,
    `channel_lines` the forms of lines about agents and projects, `notice_lines` what writes each kind of
    notice to members (bot/features/notices/service.py), `self_checks` scorings to how they are asked.
    `subjects` are what else an assessment may be about. `outgoing` are the kinds of messages that the bot
    sends by itself, `jobs` what runs on a schedule, and `personal_data` the parts of its tables in export and
    erasure; a table that refers to another comes after it. `retention` are the tables whose rows are deleted
    after a time, for the job that does it, the privacy page and the documents.

    A capability with a `switch` is off until an admin switches it on. One with `is_offered` is there only
    while that returns True for the workspace's content and settings. `admin` are its sections of
    `/rungs admin`, `roles` what admins can let members do in it, `content_roles` more of these, which the
    workspace's content has, `routes` what it serves over HTTP.

    Hooks: `on_open` runs in the transaction in which a self-check began or was opened again, `on_result` in
    that of a finished self-check; it may return what is to be done once the card shows the result.
    `on_member_moved` runs when a member's time zone or presence changed, `on_member_gone` when they were
    deactivated, `on_erasure` in the transaction that erases a member, before any of their rows is removed.
    `on_channel_gone` runs with the reason, in the transaction of the caller, when a channel cannot be reached
    any more. `checkin_footer` returns what the capability shows below a check-in, in the
    transaction that sends it, so it may run again. `refresh_home` publishes the Home tab. `unknown_command`
    answers words after /rungs that are no command, `free_text` a direct message that is none.
    """

    name: str
    commands: Sequence[Command] = ()
    intents: Sequence[Intent] = ()
    clicks: Mapping[str, ClickHandler] = field(default_factory=dict)
    own_card_clicks: frozenset[str] = frozenset()
    forms: Mapping[str, FormHandler] = field(default_factory=dict)
    events: Mapping[str, EventHandler] = field(default_factory=dict)
    outgoing: Sequence[Kind] = ()
    jobs: Sequence[FeatureJob] = ()
    personal_data: Sequence[OwnedTable | NamingTable] = ()
    retention: Sequence[Retention] = ()
    subjects: Sequence[AssessmentSubject] = ()
    self_checks: Mapping[str, Conversation] = field(default_factory=dict)
    channel_lines: Mapping[str, LineWriter] = field(default_factory=dict)
    notice_lines: Mapping[str, NoticeWriter] = field(default_factory=dict)
    switch: Switch | None = None
    is_offered: Callable[[Library, WorkspaceSettings], bool] | None = None
    admin: Sequence[AdminSection] = ()
    roles: Sequence[Role] = ()
    content_roles: Callable[[Library], Sequence[Role]] | None = None
    routes: Sequence[WebRoute] = ()
    on_open: MemberHook | None = None
    on_result: ResultHook | None = None
    on_member_moved: MoveHook | None = None
    on_member_gone: MemberHook | None = None
    on_erasure: MemberHook | None = None
    on_channel_gone: ChannelHook | None = None
    checkin_footer: FooterWriter | None = None
    refresh_home: HomeRefresh | None = None
    unknown_command: TextHandler | None = None
    free_text: TextHandler | None = None

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kinds of messages that it sends by itself, by name."""
        return {kind.name: kind for kind in self.outgoing}
