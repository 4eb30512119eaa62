"""The demo's sandbox: two colleagues may supervise, and one button plays a sandbox from plan to report.

Sandboxes stay off until the button is clicked, so that a new visitor of the demo sees nothing of them.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from playground.scripts import Act, Clicks, Says, Script, Sees, Submits
from storage import holders
from storage.database.engine import Database

KENJI, MEI, NOAH, PRIYA = "U0KENJISATO", "U0MEILIN000", "U0NOAHBERG0", "U0PRIYARAO0"
ROLES: Mapping[str, tuple[str, ...]] = {"supervisor": (KENJI, PRIYA), "sandbox_lead": (NOAH,)}

IDEA = {
    "What I want to find out": "Does an agent write texts for our size guide that I'd publish?",
    "Tool": "Workbench, Oak 2",
    "Data that goes into it": "Public material (anyone may read it)",
    "Who is affected": "Kenji and I. Nobody else sees a draft.",
}
RISK = "It states something false, and somebody believes it"
MITIGATION = {"What I do about it": "I measure every chair myself before a text goes further."}
LIMITS = {
    "What can be undone, and how": "Drafts stay in my folder. I delete them at the end.",
    "When I stop before the time is over": "If a measure is wrong twice in a row.",
    "How long": "Two weeks",
    "Supervisor": KENJI,
}
ADVICE = {"What they read": "Try it on the three chairs whose texts you know best."}
SENTENCE = {"What happened": "It got the seat heights right and the armrests wrong."}
REPORT = {
    "What happened": "It wrote nine texts. I'd publish six of them after one correction each.",
    "Numbers, if there are any": "25 minutes for a text before, 10 now.",
    "What surprised me": "It made up armrests where the sketch had none.",
    "What others would want to know": "Give it the table of measures, and never the sketch alone.",
    "Keep it, change it, or stop it?": "Change: worth it with changes",
}
THANKS = {"What they read": "The armrests are worth a line in our guide for prompts."}
SENT, PUBLISHED = "Your supervisor reads it.", "*Published.*"


def sandbox_script() -> Script:
    """Return the script of a sandbox: planned, approved, stopped after a surprise, reported on, published."""
    return Script(
        "Let Mei try a tool, with Kenji as her supervisor, from plan to report",
        (*_switches_on(), *_plans(), *_supervises(), *_reports()),
        plays_onlooker=True,
        until=Sees(MEI, PUBLISHED),
    )


def _switches_on() -> Iterator[Act]:
    """Yield how Noah switches sandboxes on, and leaves on what is."""
    yield Says(NOAH, "/rungs admin")
    yield Clicks(NOAH, "Switch on or off")
    yield Submits(NOAH, {"Optional parts": "+ Sandbox"})


def _plans() -> Iterator[Act]:
    """Yield how Mei writes her plan, and asks for it."""
    yield Sees(MEI, "Now on: Sandbox", of=NOAH)
    yield Says(MEI, "/rungs try")
    yield from (Clicks(MEI, "Start a plan"), Submits(MEI, IDEA))
    yield from (Clicks(MEI, RISK), Submits(MEI, MITIGATION))
    yield from (Clicks(MEI, "Write the limits"), Submits(MEI, LIMITS))
    yield Clicks(MEI, "Ask for it")


def _supervises() -> Iterator[Act]:
    """Yield how Kenji approves the plan, and answers the report."""
    yield Sees(KENJI, "Nothing starts before that.", of=MEI)
    yield from (Says(KENJI, "/rungs try"), Clicks(KENJI, "Open"))
    yield from (Clicks(KENJI, "Approve"), Submits(KENJI, ADVICE))
    yield Sees(KENJI, SENT, of=MEI)
    yield from (Says(KENJI, "/rungs try"), Clicks(KENJI, "Open"))
    yield from (Clicks(KENJI, "Answer the report"), Submits(KENJI, THANKS))


def _reports() -> Iterator[Act]:
    """Yield what Mei says of the week, how she stops, and her report."""
    yield Sees(MEI, "*Approved.*", of=KENJI)
    yield from (Says(MEI, "/rungs try"), Clicks(MEI, "Open"))
    yield from (Clicks(MEI, "A surprise"), Clicks(MEI, "Add a sentence"), Submits(MEI, SENTENCE))
    yield from (Clicks(MEI, "Open the plan"), Clicks(MEI, "Stop now"))
    yield from (Clicks(MEI, "Write the report"), Submits(MEI, REPORT))
    yield Sees(MEI, "*Sent.*", of=KENJI)
    yield Says(MEI, "/invite @Rungs", where="product")
    yield from (Says(MEI, "/rungs try"), Clicks(MEI, "Open"))
    yield from (Clicks(MEI, "Publish it"), Submits(MEI, {"Channel": "C0PRODUCT00"}))


async def name_supervisors(database: Database, workspace_id: str, *, now: datetime) -> None:
    """Name the supervisors and the lead of sandboxes, unless somebody was named before."""
    async with database.write() as session:
        named = await holders.named(session, workspace_id)
        for role, users in ROLES.items():
            if role not in named:
                await holders.name_members(session, workspace_id, role, users, now=now)
