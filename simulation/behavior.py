"""What members do over the simulated time: begin, answer, snooze, move, leave, and lead teams."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

from bot.features.checkins import settings_views
from playground.server import Playground
from playground.state.people import DAY
from simulation.crowd import Crowd
from simulation.habits import JOINING_DAYS
from simulation.ledger import Post
from simulation.member import MOST_CLICKS, Member
from simulation.options import Options
from simulation.world import Settle

Action = Callable[[], Awaitable[None]]

AWAKE = (8, 20)
NOON = 12


class Agenda:
    """Actions by moment, in epoch seconds; those of the same moment run in the order of being added."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Action]] = []
        self._count = 0

    def plan(self, moment: float, action: Action) -> None:
        """Add an action for that moment."""
        self._count += 1
        heappush(self._heap, (moment, self._count, action))

    @property
    def next_moment(self) -> float | None:
        """The moment of the next action; None when there is none."""
        return self._heap[0][0] if self._heap else None

    async def do_due(self, now: float) -> int:
        """Run all actions up to now, one after another; return how many there were."""
        done = 0
        while self._heap and self._heap[0][0] <= now:
            await heappop(self._heap)[2]()
            done += 1
        return done


class Behavior:
    """Plans what all members do, and does it."""

    def __init__(
        self, playground: Playground, crowd: Crowd, options: Options, settle: Settle
    ) -> None:
        self.agenda = Agenda()
        self._playground = playground
        self._settle = settle
        self._options = options
        self._chance = Random(options.seed + 1)  # noqa: S311 (made-up members, no secret)
        self.members = {
            user: Member(playground, user, habits, self._chance)
            for user, habits in crowd.people.items()
        }
        for member in self.members.values():
            self._plan_member(member)
        for channel, users in crowd.teams.items():
            self._plan_team(channel, self.members[users[0]])

    def _plan_member(self, member: Member) -> None:
        habits = member.habits
        self.agenda.plan(habits.begins.timestamp(), lambda: self._begin(member))
        later = (
            (habits.rests_on, self._rest),
            (habits.moves_on, self._move),
            (habits.leaves_on, self._leave),
        )
        for day, happens in later:
            if day is not None and day > JOINING_DAYS:
                self.agenda.plan(self._noon(day), lambda h=happens: h(member))  # type: ignore[misc]

    def _noon(self, day: int) -> float:
        return (self._options.begin + timedelta(days=day, hours=NOON)).timestamp()

    def _plan_team(self, channel: str, leader: Member) -> None:
        moment = self._noon(self._chance.randrange(1, JOINING_DAYS + 7))
        self.agenda.plan(moment, lambda: self._follow(channel, leader))

    # What members do

    async def _begin(self, member: Member) -> None:
        await member.says("/rungs assess")
        await self._settle()
        await self._go_on(member)
        if member.habits.cadence is not None:
            await member.says(f"/rungs checkin {member.habits.cadence}")
            await self._settle()
        if member.habits.days_off != frozenset({5, 6}):
            await self._set_days_off(member)

    async def _go_on(self, member: Member) -> None:
        """Click on the newest message as long as it offers something that the member wants."""
        for _ in range(MOST_CLICKS):
            offer = member.wants()
            if offer is None:
                return
            await member.clicks(offer)
            await self._settle()

    async def _set_days_off(self, member: Member) -> None:
        await member.says("/rungs checkin")
        await self._settle()
        found = member.finds(settings_views.PACE_DAYS_OFF)
        if found is None:
            return
        options = found.element["options"]
        chosen = [one for one in options if int(one["value"]) in member.habits.days_off]
        await member.clicks(found, selected_options=chosen)
        await self._settle()

    async def _rest(self, member: Member) -> None:
        if not member.is_here:
            return
        await member.says("/rungs checkin")
        await self._settle()
        found = member.finds(f"{settings_views.PACE_SNOOZE}{self._chance.choice('12')}")
        if found is not None:
            await member.clicks(found)
            await self._settle()

    async def _move(self, member: Member) -> None:
        if member.is_here:
            await self._playground.move_to_zone(member.user, member.habits.moves_to)
            await self._settle()

    async def _leave(self, member: Member) -> None:
        member.is_here = False
        await self._playground.lifecycle("deactivate", user=member.user)
        await self._settle()

    async def _follow(self, channel: str, leader: Member) -> None:
        if not leader.is_here:
            return
        await leader.says("/rungs team follow", where=channel)
        await self._settle()
        stack = self._playground.workspace.modal_stack(leader.user)
        if stack:
            await self._playground.submit(leader.user, stack[-1].id)
            await self._settle()

    # How members answer

    def receive(self, post: Post) -> None:
        """Plan the answer to a message that the bot started by itself, if the member answers at all."""
        member = self.members.get(post.user or "")
        if member is None or self._chance.random() > member.habits.answers:
            return
        hours = member.habits.within * self._chance.random() + 0.02
        person = self._playground.workspace.person(member.user)
        moment = _awake(post.at + hours * 3600, person.tz or "UTC")
        self.agenda.plan(moment, lambda: self._answer(member))

    async def _answer(self, member: Member) -> None:
        if member.is_here:
            await self._go_on(member)


def _awake(moment: float, zone: str) -> float:
    """Return the moment, or the next morning when it is night in the zone."""
    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    start, end = AWAKE
    if start <= local.hour < end:
        return moment
    morning = local.replace(hour=start, minute=local.minute)
    later = morning if local.hour < start else morning + timedelta(seconds=DAY)
    return later.timestamp()
