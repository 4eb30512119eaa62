"""Counts what happened, and checks from Slack's side that the messages the bot starts keep the rules.

The ledger listens to the playground and never reads the bot's tables, so that an error in the bot cannot hide
itself. The limits are written down here again for the same reason.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from playground.server import Playground
from playground.state.messages import Message
from playground.state.people import quiet_hours
from playground.state.workspace import Change
from simulation.habits import Habits
from storage.outbox.reports import OutcomeCount

WORKING_HOURS = range(9, 17)
PER_DAY, PER_WEEK = 1, 2
WEEK = 7


@dataclass
class Tally:
    """Counts of messages, digests and broken promises."""

    hours: Counter[int] = field(default_factory=Counter)
    """Messages to members by their local hour."""
    per_member: Counter[str] = field(default_factory=Counter)
    digests: Counter[bool] = field(default_factory=Counter)
    """Digests by whether they have a chart."""
    breaches: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    outcomes: list[OutcomeCount] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """Return how many messages went to members."""
        return self.per_member.total()


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """Return one tally with the sums of all."""
    total = Tally()
    for one in tallies:
        total.hours += one.hours
        total.per_member += one.per_member
        total.digests += one.digests
        total.breaches += one.breaches
        total.examples = one.examples | total.examples
        total.outcomes += one.outcomes
    return total


@dataclass(frozen=True)
class Post:
    """A message that the bot started by itself; `user` is None in a channel."""

    key: str
    channel: str
    user: str | None
    at: float
    has_chart: bool


@dataclass
class Ledger:
    """Listens to the playground and counts every breach, with the first example of each kind."""

    playground: Playground
    people: Mapping[str, Habits]
    on_post: Callable[[Post], None]
    tally: Tally = field(default_factory=Tally)
    _keys: set[str] = field(default_factory=set)
    _days: dict[str, deque[date]] = field(default_factory=lambda: defaultdict(deque))
    is_bots_turn: bool = False
    """True while the jobs run: everything posted then was started by the bot."""
    _posted: int = 0

    def listen(self) -> None:
        """Record every post from now on."""
        self.playground.workspace.listeners.append(self._on_change)

    def _on_change(self, change: Change) -> None:
        workspace = self.playground.workspace
        if workspace.posted == self._posted or change.channel is None:
            return
        self._posted = workspace.posted
        conversation = workspace.conversations[change.channel]
        message = conversation.messages[next(reversed(conversation.messages))]
        payload = (message.metadata or {}).get("event_payload", {})
        if self.is_bots_turn and "key" in payload:
            user = workspace.partner(conversation) if conversation.kind == "dm" else None
            self._record(str(payload["key"]), message, user)

    def _record(self, key: str, message: Message, user: str | None) -> None:
        chart = any(block["type"] == "data_visualization" for block in message.blocks)
        post = Post(key, message.channel, user, self.playground.clock.now(), chart)
        if key in self._keys:
            self._breach("sent twice", post)
        self._keys.add(key)
        if user is None:
            self.tally.digests[chart] += 1
        else:
            self.tally.per_member[user] += 1
            self._check(post, user)
        self.on_post(post)

    def _check(self, post: Post, user: str) -> None:
        person = self.playground.workspace.person(user)
        local = datetime.fromtimestamp(post.at, ZoneInfo(person.tz or "UTC"))
        self.tally.hours[local.hour] += 1
        if local.hour not in WORKING_HOURS:
            self._breach("outside working hours", post)
        if local.weekday() in self.people[user].days_off:
            self._breach("on a day off", post)
        quiet = quiet_hours(person, now=post.at)
        if quiet is not None and quiet[0] <= post.at < quiet[1]:
            self._breach("inside Do-not-disturb", post)
        if person.deactivated:
            self._breach("to somebody who left", post)
        self._check_budget(post, user, local.date())

    def _check_budget(self, post: Post, user: str, today: date) -> None:
        days = self._days[user]
        while days and days[0] <= today - timedelta(days=WEEK):
            days.popleft()
        days.append(today)
        if days.count(today) > PER_DAY:
            self._breach("two on one day", post)
        if len(days) > PER_WEEK:
            self._breach("three within a week", post)

    def _breach(self, what: str, post: Post) -> None:
        self.tally.breaches[what] += 1
        moment = datetime.fromtimestamp(post.at, ZoneInfo("UTC"))
        self.tally.examples.setdefault(
            what, f"{post.user or post.channel} on {moment:%Y-%m-%d %H:%M} UTC"
        )
