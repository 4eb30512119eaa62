"""Rows as earlier versions wrote them: two workspaces, with any number of members in each."""

from datetime import timedelta
from typing import Any

from tests.storage.cast import SALES, START, minute

Rows = dict[str, list[dict[str, Any]]]

FIRST = ("workspace", "member", "wording", "assessment", "answer", "step", "inbound")
SECOND = ("pace", "practice", "schedule", "message", "rate", "team", "roster", "release", "audit")
THIRD = ("agent", "agent_event", "grade", "project")
TABLES = {"0001": FIRST, "0002": FIRST + SECOND, "0003": FIRST + SECOND + THIRD}
TABLES["0004"] = TABLES["0005"] = TABLES["0003"]
"""The tables of each version, in the order of their references."""
RENAMED = {"audit": "completeness"}
"""The names that tables of earlier versions have now."""


def rows_of(version: str, people: int) -> Rows:
    """Return rows for every table of that version, for so many members in each workspace."""
    found: Rows = {name: [] for name in TABLES[version]}
    for workspace_id in ("T1", "T2"):
        here = {"workspace_id": workspace_id}
        found["workspace"].append(here | {"name": "Åcme “One”", "connected_at": START})
        found["wording"].append(here | words())
        for number in range(people):
            of_first(found, here, number)
        if version != "0001":
            of_second(found, here, people)
        if version not in ("0001", "0002"):
            of_third(found, here)
    if version >= "0005":
        of_fifth(found)
    return found


def of_first(found: Rows, here: dict[str, Any], number: int) -> None:
    """One member, with a finished and an open self-check, and two steps."""
    who = here | {"user_id": f"U{number}"}
    found["member"].append(who | met(number))
    found["inbound"].append(here | {"key": f"Ev{number}", "seen_at": minute(number)})
    found["assessment"] += [who | finished(number), who | opened(number)]
    found["answer"] += [here | given for given in answers(number)]
    found["step"] += [who | step(number, state) for state in ("done", "trying")]


def of_second(found: Rows, here: dict[str, Any], people: int) -> None:
    """A channel with a digest, and what the coach does for each member."""
    team = here | {"channel_id": "C1"}
    found["team"].append(team | followed())
    found["rate"].append(here | posting())
    found["audit"].append(here | checked())
    found["release"].append(team | released())
    for number in range(people):
        who = here | {"user_id": f"U{number}"}
        found["member"][number - people] |= {"zone": "Europe/Vienna", "profile_at": minute(number)}
        found["pace"].append(who | paced(number))
        found["practice"].append(who | practised(number))
        found["schedule"].append(who | planned(number))
        found["message"].append(who | sent(number))
        found["roster"].append(team | who | {"period": START.date()})


def of_third(found: Rows, here: dict[str, Any]) -> None:
    """A channel with an agent that was graded, and a project that was shared."""
    found["agent"].append(here | listed())
    found["agent_event"].append(here | happened())
    found["grade"].append(here | graded())
    found["project"].append(here | shared())


def of_fifth(found: Rows) -> None:
    """The event that each message tells of, and the date where the member was when it was sent."""
    for row in found["message"]:
        row |= {"about": "grade-1", "sent_on": START.date()}


def words() -> dict[str, Any]:
    return {
        "digest": SALES.digest,
        "framework": SALES.framework,
        "version": SALES.version,
        "family": SALES.family,
        "words": SALES.to_json(),
    }


def met(number: int) -> dict[str, Any]:
    return {
        "family": "sales" if number % 2 else None,
        "dm_channel": f"D{number}",
        "greeted_at": minute(number),
        "deactivated_at": minute(number) if number % 7 == 0 else None,
        "created_at": minute(number),
        "seen_at": minute(number + 1),
    }


def opened(number: int) -> dict[str, Any]:
    return {
        "id": f"open-{number}",
        "framework": SALES.framework,
        "family": SALES.family,
        "version": SALES.version,
        "wording_digest": SALES.digest,
        "state": "open",
        "started_at": minute(number),
        "ended_at": None,
        "tier": None,
        "floor": None,
        "spread": None,
        "card_channel": f"D{number}",
        "card_ts": f"{number}.000100",
        "card_key": "key",
        "revision": number,
    }


def finished(number: int) -> dict[str, Any]:
    result = {"state": "completed", "tier": 1.5, "floor": 1.0, "spread": 1.0}
    return opened(number) | result | {"id": f"done-{number}", "ended_at": minute(number + 9)}


def answers(number: int) -> list[dict[str, Any]]:
    return [
        {
            "assessment_id": f"done-{number}",
            "question_id": question.id,
            "place": place,
            "level": 1.0 + place / 2,
            "answered_at": minute(number + place),
        }
        for place, question in enumerate(SALES.questions)
    ]


def step(number: int, state: str) -> dict[str, Any]:
    return {
        "id": f"{state}-{number}",
        "tip_id": "note",
        "assessment_id": f"done-{number}",
        "family": "sales",
        "question": "starting",
        "from_tier": 1.0,
        "words": '{"title": "Größer – “once”"}',
        "state": state,
        "created_at": minute(number),
        "changed_at": minute(number + 2),
    }


def paced(number: int) -> dict[str, Any]:
    return {
        "cadence": "weekly" if number % 2 else "off",
        "weekday": number % 7,
        "hour": None,
        "days_off": "56",
        "snoozed_until": START.date(),
        "heard_at": minute(number),
        "paused_at": None,
        "shares_wins": bool(number % 3),
        "reminded_at": None,
    }


def practised(number: int) -> dict[str, Any]:
    return {
        "id": f"practice-{number}",
        "step_id": f"done-{number}",
        "tip_id": "note",
        "family": "sales",
        "question": "starting",
        "outcome": "partly",
        "obstacle": "time",
        "said_at": minute(number + 3),
    }


def planned(number: int) -> dict[str, Any]:
    return {
        "kind": "checkin",
        "subject": f"U{number}",
        "zone": "Europe/Vienna",
        "weekday": None,
        "hour": 9,
        "rule": "fortnightly",
        "next_due_at": minute(60),
        "next_on": START.date(),
        "generation": number,
        "planned_at": START,
        "begins_on": None,
    }


def sent(number: int) -> dict[str, Any]:
    return {
        "id": f"message-{number}",
        "dedupe_key": f"checkin:U{number}:2026-03-02",
        "kind": "checkin",
        "subject": f"U{number}",
        "channel": f"D{number}",
        "local_date": START.date(),
        "state": "sent",
        "due_at": START,
        "not_before": START,
        "expires_at": START + timedelta(days=3),
        "owner": "clock-1",
        "epoch": 1,
        "lease_until": None,
        "attempt": 1,
        "sending_at": minute(1),
        "sent_at": minute(1),
        "slack_ts": f"{number}.000200",
        "reason": None,
        "form": "ask",
        "step_id": f"done-{number}",
        "answer": "partly",
        "answered_at": minute(number + 3),
        "changed_at": minute(number + 3),
    }


def posting() -> dict[str, Any]:
    return {"method": "chat.postMessage", "free_at": minute(1), "calls": 500, "refused": 1}


def followed() -> dict[str, Any]:
    return {
        "set_by": "U1",
        "zone": "Europe/Vienna",
        "weekday": 1,
        "hour": 9,
        "secret": "never shown",
        "followed_at": START,
        "unfollowed_at": None,
        "stop_reason": None,
        "roster_period": START.date(),
        "announced_ts": "1.000300",
    }


def released() -> dict[str, Any]:
    return {
        "id": "release-1",
        "period": START.date(),
        "released_at": minute(9),
        "contributors": '["a", "b"]',
        "facts": '{"people": "some"}',
    }


def checked() -> dict[str, Any]:
    return {"day": START.date(), "expected": 500, "missing": 0, "late": 1}


def listed() -> dict[str, Any]:
    return {
        "id": "agent-1",
        "channel_id": "C1",
        "framework": "boats",
        "name": "Ærger",
        "name_key": "ærger",
        "tool": "Pathfinder",
        "model": "M-1",
        "owner": "U2",
        "purpose": "Small fixes",
        "added_by": "U1",
        "added_at": START,
        "changed_by": "U1",
        "changed_at": START,
        "model_since": START,
        "removed_by": None,
        "removed_at": None,
        "revision": 0,
    }


def happened() -> dict[str, Any]:
    of_agent = {"agent_id": "agent-1", "detail": '{"grade": "grade-1", "level": 2, "model": "M-1"}'}
    return of_agent | {"id": "event-1", "kind": "graded", "by": "U2", "at": minute(5)}


def graded() -> dict[str, Any]:
    return {
        "id": "grade-1",
        "agent_id": "agent-1",
        "framework": "boats",
        "version": SALES.version,
        "wording_digest": SALES.digest,
        "level": 2,
        "answers": '{"hull": 2.0}',
        "links": "{}",
        "model": "M-1",
        "graded_by": "U2",
        "graded_at": minute(5),
    }


def shared() -> dict[str, Any]:
    return {
        "id": "project-1",
        "channel_id": "C1",
        "framework": "boats",
        "name": "Order desk",
        "name_key": "order desk",
        "level": 3,
        "answers": '{"who": 1.0}',
        "wording_digest": SALES.digest,
        "shared_by": "U2",
        "shared_at": minute(6),
        "removed_by": None,
        "removed_at": None,
    }
