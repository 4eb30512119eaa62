"""A state machine of what can happen to messages; hypothesis looks for an order that breaks a promise."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from bot.slack.installation import app_removed
from scheduler.maintenance import check_day
from scheduler.planner import plan_due
from scheduler.recovery import recover
from tests.reliability.receipts import POST, READ
from tests.reliability.world import PEOPLE, Proc
from tests.reliability.world_machine import WorldMachine, repeat, utc

WAYS = (
    "cut_before",
    "cut_after",
    "reset_after",
    "half_after",
    "server_error",
    "server_error_after",
    "fatal_error",
    "ratelimited",
)
ZONES = (
    "Africa/Lagos",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)
HOUR = timedelta(hours=1)
SPANS = [timedelta(minutes=m) for m in (1, 2, 10, 60, 180)] + [timedelta(days=d) for d in (1, 3)]
ROUNDS = 60
ON_THE_WAY = ("ready", "leased", "sending")

processes = st.integers(0, 1)
somebody = st.sampled_from(PEOPLE)


class Deliveries(WorldMachine):
    """The rules, the promises, and the comparison at the end of each example."""

    seen: ClassVar[Counter[str]] = Counter()
    """What happened in all examples together: a test requires that enough did."""

    @initialize()
    def begin(self) -> None:
        self.world.slack.faults.clear()
        self.do(self.world.begin())
        self.more = 0
        self.keys = {p.name: p.key for p in self.world.people()}

    # Time

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.world.moment += span

    @rule(skew=st.sampled_from([-HOUR, 0 * HOUR, HOUR]))
    def the_wall_clock_jumps(self, skew: timedelta) -> None:
        self.world.skew = skew

    # Processes

    @rule(place=processes)
    def ticks(self, place: int) -> None:
        if proc := self._awake(place):
            self.do(repeat(plan_due, proc))

    @rule(who=somebody)
    def more_falls_due(self, who: str) -> None:
        """Enqueue a message of another feature to the same member."""
        self.do(self._enqueue(self.keys[who]))

    @rule(place=processes)
    def sends(self, place: int) -> None:
        if proc := self._awake(place):
            self.do(self.world.send(proc))

    @rule(place=processes)
    def reaps(self, place: int) -> None:
        if proc := self._awake(place):
            self.do(recover(proc.work))

    @rule(place=processes, way=st.none() | st.sampled_from(WAYS), well=st.booleans())
    def what_is_due_goes_out(self, place: int, way: str | None, well: bool) -> None:
        if well:
            self.all_is_well_again()
        if proc := self._due(place):
            self.world.slack.faults.clear()
            if way:
                self.world.slack.faults.add(POST, way, retry_after=30)
            self.do(self.world.send(proc))

    @rule(place=processes, who=somebody, what=st.sampled_from(["off", "gone", "moved", "removed"]))
    def something_comes_between(self, place: int, who: str, what: str) -> None:
        if proc := self._due(place):
            if what == "off":
                self.do(self._choose(self.keys[who], cadence="off"))
            elif what == "gone":
                self.leaves(who=who, told=True)
            elif what == "moved":
                self.moves(who=who, zone="Pacific/Apia", told=True)
            else:
                self.the_app_is_removed(told=True)
            self.do(self.world.send(proc))

    @rule(place=processes, count=st.integers(1, 6))
    def dies_while_sending(self, place: int, count: int) -> None:
        if proc := self._due(place):
            before = proc.work
            proc.door.dies_before = count
            self.do(self.world.send(proc))
            self.seen["deaths"] += proc.work is not before

    @rule(place=processes, count=st.integers(1, 6))
    def freezes_while_sending(self, place: int, count: int) -> None:
        if proc := self._due(place):
            proc.door.freezes_before = count
            self.do(self.world.send(proc))
            self.seen["freezes"] += proc.frozen is not None

    @rule(place=processes, count=st.integers(1, 5))
    def sleeps_through_its_lease(self, place: int, count: int) -> None:
        self.freezes_while_sending(place=place, count=count)
        asleep = [proc for proc in self.world.procs if proc.frozen]
        awake = [proc for proc in self.world.procs if not proc.frozen]
        if len(asleep) == len(awake):
            self.do(recover(awake[0].work))
            self.world.moment += timedelta(seconds=110)
            self.do(recover(awake[0].work))
            self.do(self.world.send(awake[0]))
            self.wakes_up()

    @rule(place=processes)
    def looks_up_what_is_held(self, place: int) -> None:
        if proc := self._awake(place):
            self.do(recover(proc.work))
            self.world.moment += timedelta(seconds=110)
            self.do(recover(proc.work))

    @rule()
    def wakes_up(self) -> None:
        # No precondition: which of two posts under way froze is not hypothesis's choice.
        for proc in self.world.procs:
            if proc.frozen:
                self.do(self.world.thaw(proc))

    # People

    @rule(who=somebody, zone=st.sampled_from(ZONES), told=st.booleans())
    def moves(self, who: str, zone: str, told: bool) -> None:
        self._person(who).tz = zone
        if told:
            self._tell(who)

    @rule(who=somebody, told=st.booleans())
    def leaves(self, who: str, told: bool) -> None:
        self._person(who).deactivated = True
        if told:
            self._tell(who)

    @rule(who=somebody)
    def comes_back(self, who: str) -> None:
        self._person(who).deactivated = False
        self._tell(who)

    @rule(who=somebody, cadence=st.sampled_from(["weekly", "fortnightly", "off"]))
    def chooses(self, who: str, cadence: Any) -> None:
        self.do(self._choose(self.keys[who], cadence=cadence))

    @rule(who=somebody, weekday=st.integers(0, 6), hour=st.integers(8, 17))
    def chooses_a_time(self, who: str, weekday: int, hour: int) -> None:
        self.do(self._choose(self.keys[who], weekday=weekday, hour=hour))

    @rule(who=somebody, said=st.sampled_from(["done", "not_yet"]))
    def answers(self, who: str, said: str) -> None:
        self.do(self._answer(self.keys[who], said))

    # The app

    @rule(told=st.booleans())
    def the_app_is_removed(self, told: bool) -> None:
        self.world.slack.service.standing = "revoked"
        if told:
            deps = self._deps
            self.do(app_removed(deps, deps.identity.workspace_id, reason="tokens_revoked"))

    @rule()
    def the_app_is_installed(self) -> None:
        self.do(self._install())

    def all_is_well_again(self) -> None:
        """Install the app, reactivate everybody, and set check-ins that are off to weekly."""
        self.do(self._install())
        for who in PEOPLE:
            if self._person(who).deactivated:
                self.comes_back(who=who)
        off = self.world.rows(
            "SELECT user_id FROM pace WHERE cadence = 'off' OR paused_at NOT NULL"
        )
        for (user,) in off:
            self.do(self._choose(replace(self._key, user_id=user), cadence="weekly"))

    # Promises

    @invariant()
    def nothing_wrong_was_posted(self) -> None:
        assert self.world.judge.wrong == []

    def teardown(self) -> None:
        """Let every message end without further faults, and compare the tables with what was posted."""
        if self.world.procs:
            try:
                self.do(self._settle())
                self._compare()
                self._count()
            finally:
                self.do(self.world.end())

    def _count(self) -> None:
        self.seen["examples"] += 1
        self.seen["posts"] += sum(self.world.judge.posts.values())
        self.seen["reads"] += self.world.judge.calls_of[READ]
        rows = self.world.rows("SELECT coalesce(reason, state), count(*) FROM message GROUP BY 1")
        self.seen.update({str(name): int(count) for name, count in rows})

    async def _settle(self) -> None:
        world = self.world
        world.slack.faults.clear()
        for proc in world.procs:
            if proc.frozen:
                await world.thaw(proc)
        world.skew = timedelta()
        await self._install()
        proc = world.procs[0]
        for _ in range(ROUNDS):
            await repeat(plan_due, proc)
            await world.send(proc)
            await recover(proc.work)
            world.moment += timedelta(seconds=200)
            await recover(proc.work)
            await world.send(proc)
            if not self._on_the_way():
                break
            world.moment = max(world.moment, *(at for at in self._on_the_way()))

    def _compare(self) -> None:
        """Compare the bot's tables with the posts and with the plans."""
        assert self.world.judge.wrong == []
        assert self._on_the_way() == [], "Something is still on its way."
        rows = self.world.rows("SELECT id, state, due_at, expires_at FROM message")
        sent = {row[0] for row in rows if row[1] == "sent"}
        assert sent == set(self.world.judge.posts), "Sent is not what was posted."
        times = {row[0]: (utc(row[2]), utc(row[3])) for row in rows}
        for post in self.world.judge.made:
            due, end = times[post.key]
            assert due <= post.at < end, f"{post} was due {due} and expired {end}."
        yesterday = self.world.wall().date() - timedelta(days=1)
        work = self.world.procs[0].work
        assert self.do(check_day(work, self._deps.identity.workspace_id, yesterday)) == []

    def _on_the_way(self) -> list[datetime]:
        found = self.world.rows(f"SELECT not_before FROM message WHERE state IN {ON_THE_WAY}")
        return [utc(at) for (at,) in found]

    def _due(self, place: int) -> Proc | None:
        """Return a process at a moment at which a message is due; the app is installed."""
        self.do(self._install())
        if all(proc.frozen for proc in self.world.procs):
            self.wakes_up()
        proc = self._awake(place) or self._awake(1 - place)
        if proc:
            self._go_to_the_next()
            self.do(repeat(plan_due, proc))
            self.do(recover(proc.work))
        return proc
