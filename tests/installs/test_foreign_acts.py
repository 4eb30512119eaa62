"""Every command, click, form and event about ids of another workspace changes and tells nothing there."""

import re
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from dataclasses import dataclass
from logging import ERROR
from pathlib import Path

import pytest
import pytest_asyncio

from app import REGISTRY
from playground.clock import Clock
from playground.payloads.shapes import person_object, team_object
from playground.server import Playground
from playground.server import running as playing
from storage.database import schema
from tests.checkins.calendar import Calendar
from tests.installs.foreign import Act, Life, Payload, Sender, Watch
from tests.installs.many import GROUP, HARBOR, LAB, Many, many_running
from tests.old_cards.archive import load, load_database
from tests.old_cards.cards import action_family

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT_ONCE = 40
"""After how many clicks and forms the other workspace is looked at."""
GUESSES = 1
"""With how many values of other clicks one is tried that is on no card."""
SHIFTS = ("as_seen_here", "as_seen_there", "as_if_there")
"""What of a payload is changed before a member of the other workspace sends it."""


@dataclass
class Border:
    """Two workspaces; members of `own` act on what is in `foreign`, where every capability was used."""

    many: Many
    own: Life
    foreign: Life

    async def sender(self, number: int) -> Sender:
        """Return one of the members of `own`, who has a self-check open."""
        everyone = [one for one in self.own.workspace.members() if not one.guest]
        person = self.own.stage.person(everyone[number % len(everyone)].handle)
        await person.types("/rungs assess engineering")
        return Sender(person, await Watch.begins(self.many, self.foreign, self.own), [])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def border(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Border]:
    file: Path = tmp_path_factory.mktemp("border") / "rungs.db"
    recording, url = load(), f"sqlite:///{file}"
    load_database(file)
    await schema.upgrade(url)
    clock = Clock(Calendar(recording.at).seconds)
    async with playing(Playground(clock=clock, many=True)) as slack:
        recording.put_into(slack)
        slack.workspace.members()[0].admin = True
        async with many_running(url, playground=slack) as many:
            for team in (HARBOR, LAB):
                assert (await many.installs(team)).status == 200
            foreign = Life(many.stage(HARBOR))
            where = foreign.workspace.channel("growth")
            someone = foreign.workspace.people[min(where.members & {*foreign.workspace.dms})]
            await foreign.lives(foreign.stage.person(someone.handle), channel=where.id)
            yield Border(many, Life(many.stage(LAB)), foreign)


def acts_about(life: Life, name: str, *, is_form: bool) -> Iterator[Act]:
    """Yield what was on a card, or else this click or form with what others carry."""
    if name in life.acts:
        yield next(iter(life.acts[name].values()))
        return
    others = [next(iter(acts.values())) for acts in life.acts.values()]
    for other in [one for one in others if ("actions" in one.payload) != is_form][:GUESSES]:
        payload = deepcopy(other.payload)
        if is_form:
            payload["view"]["callback_id"] = name
        else:
            payload["actions"][0]["action_id"] = name
        yield Act(name, payload)


def shifted(act: Act, sender: Sender, how: str) -> Payload:
    """Return the act as this member's, with all ids of the other workspace or only those that an app sets."""
    payload, own = deepcopy(act.payload), sender.workspace
    person = own.people[sender.person.id]
    payload["user"] = person_object(own, person)
    if how == "as_if_there":
        payload["user"]["team_id"] = sender.watch.team
        return payload
    payload |= {"team": team_object(own), "enterprise": None}
    if how == "as_seen_there":
        payload |= {"enterprise": {"id": GROUP, "name": "Mill"}, "is_enterprise_install": True}
    if "view" in payload:
        payload["view"] |= {"team_id": own.id, "app_installed_team_id": own.id}
    if how == "as_seen_here" and "message" in payload.get("container", {}).get("type", ""):
        payload["container"]["channel_id"] = sender.person.dm
        payload["channel"]["id"] = sender.person.dm
    if how == "as_seen_here" and "view" in payload:
        payload["view"]["id"] = "V0ELSEWHERE"
    return payload


async def verdict(sender: Sender, *, may_ask: str, besides: str = "") -> list[str]:
    """Return what went wrong since the last time; `may_ask` is the workspace whose token may be used."""
    watch = sender.watch
    await watch.many.settle()
    calls = watch.new_calls()
    found = [f"{c.method} with {c.team}: {c.arguments}" for c in calls if c.team != may_ask]
    about = [c for c in calls if c.ok and may_ask != watch.team]
    found += watch.told([str(c.arguments) for c in about], sender.sent)
    found += watch.told(watch.new_texts(sender.workspace), sender.sent)
    found += await watch.changed(besides=besides)
    return found


@pytest.mark.parametrize("how", SHIFTS)
async def test_no_click_or_form_reaches_another_workspace(
    border: Border, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    sender = await border.sender(SHIFTS.index(how))
    is_there = how == "as_if_there"
    team = border.foreign.workspace.id if is_there else sender.workspace.id
    besides = sender.person.id if is_there else ""
    problems, before = [], len(border.many.playground.calls)
    names = sorted([*REGISTRY.clicks, *REGISTRY.forms], key=lambda name: "confirmed" in name)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        for name in some:
            for act in acts_about(border.foreign, name, is_form=name in REGISTRY.forms):
                await sender.interacts(shifted(act, sender, how))
        wrong = await verdict(sender, may_ask=team, besides=besides)
        problems += [f"one of {some}: {one}"[:900] for one in wrong]
    assert len(border.many.playground.calls) > before
    assert not problems, "\n".join(problems)
    assert not failures(caplog)


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        f"{one.message} {one.exc_info}"
        for one in caplog.records
        if one.levelno >= ERROR or one.exc_info
    ]


@pytest.mark.parametrize("is_there", [False, True])
async def test_no_command_reaches_another_workspace(
    border: Border, caplog: pytest.LogCaptureFixture, *, is_there: bool
) -> None:
    sender, there = await border.sender(1), border.foreign.workspace
    team = {"team_id": there.id} if is_there else {}
    place = there.channel("growth").id
    somebody = there.conversations[place]
    names = ("Scout", f"<@{min(somebody.members)}>", f"<#{place}>")
    problems = []
    for command in REGISTRY.commands.values():
        words = ["", *re.findall(r"[a-z]{3,}", command.arguments)]
        for number, word in enumerate(words):
            about = names[number % len(names)]
            await sender.commands(f"{command.name} {word} {about}", where=place, **team)
        wrong = await verdict(
            sender,
            may_ask=team.get("team_id", sender.workspace.id),
            besides=sender.person.id if is_there else "",
        )
        problems += [f"{command.name}: {one}"[:500] for one in wrong]
    assert not problems, "\n".join(problems)
    assert not failures(caplog)


async def test_no_event_reaches_another_workspace(
    border: Border, caplog: pytest.LogCaptureFixture
) -> None:
    sender, there = await border.sender(2), border.foreign.workspace
    place, dm = there.channel("growth").id, next(iter(there.dms.values()))
    member = min(there.conversations[place].members)
    problems = []
    for kind in (*REGISTRY.events, "message", "app_mention", "user_change"):
        for channel, user in ((place, member), (dm, sender.person.id), (place, sender.person.id)):
            told = {
                "type": kind,
                "channel": channel,
                "user": {"id": user, "deleted": True} if kind == "user_change" else user,
                "text": "agent show Scout",
                "channel_type": "im" if channel == dm else "channel",
                "tab": "home",
                "ts": f"1.{user}",
                "event_ts": "1.1",
            }
            await sender.tells(told)
            wrong = await verdict(sender, may_ask=sender.workspace.id)
            problems += [f"{kind}: {one}"[:500] for one in wrong]
    assert not problems, "\n".join(problems)
    assert not failures(caplog)


async def test_every_click_and_form_was_tried(border: Border) -> None:
    for name in (*REGISTRY.clicks, *REGISTRY.forms):
        assert list(acts_about(border.foreign, name, is_form=name in REGISTRY.forms)), name
    recorded = {action_family(name) for name in load().actions}
    assert recorded <= border.foreign.acts.keys()
