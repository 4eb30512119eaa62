"""The demo's claim: three colleagues may verify AI coding, and one button plays a claim from start to end.

Evidence stays off until the button is clicked, so that a new visitor of the demo sees nothing of it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from coaching.evidence import LadderKey
from coaching.members import MemberKey
from playground.scripts import Act, Clicks, Says, Script, Sees, Submits, Taps
from storage import members
from storage.database.engine import Database
from storage.evidence import ladders

KENJI, MEI, NOAH, PRIYA, SOFIA = (
    *("U0KENJISATO", "U0MEILIN000", "U0NOAHBERG0", "U0PRIYARAO0", "U0SOFIAROSS"),
)
CODING = LadderKey("ai-coding")
VERIFIERS, STEWARD = (KENJI, NOAH, SOFIA), PRIYA
LEVEL = "AI coding: level 1, Fluency"
TOPICS = (
    "Small coding tasks + Where AI fits into your work + What AI can and cannot do + Safe prompts"
)
PIECES: tuple[Mapping[str, str], ...] = (
    {
        "Link": "https://github.com/harbor-and-pine/size-guide/pull/18",
        "What I did": "I asked for one table at a time, read each diff, and wrote the texts myself.",
        "What AI did": "The table of sizes and its tests, from three sketches without customers' names.",
        "How I checked it": "I opened it on my phone.",
        "What it shows": TOPICS,
    },
    {
        "Link": "https://github.com/harbor-and-pine/size-guide/pull/21",
        "What I did": "I listed where AI helps in the size guide and where it made up measures.",
        "What AI did": "A first version of the list, of which I kept half.",
        "How I checked it": "I measured five chairs in the showroom.",
        "What it shows": TOPICS,
    },
)
MORE = {"How I checked it": "The tests ran on two phones, and one failed until I fixed the table."}
ASK = "How did you check the first one? Say which tests ran, and what you saw."
THANKS = "Both pieces show it. The list of made-up measures is worth passing on."
SENT = "*Submitted.*"
NONE = "No claim waits for you right now"


def claims_script() -> Script:
    """Return the script of a claim: shown, returned with words, shown again, and accepted.

    Ten minutes later the decision is final, and Mei may have a badge.
    """
    return Script(
        "Let Mei claim a coding level, and Kenji return it and then accept it",
        (*_switches_on(), *_claims(), *_verifies()),
        plays_onlooker=True,
        until=Sees(MEI, SENT, times=2),
    )


def _switches_on() -> Iterator[Act]:
    """Yield how Noah switches evidence on, and then badges, which need it."""
    for ticked in ("Evidence", "Badges"):
        yield Says(NOAH, "/rungs admin")
        yield Clicks(NOAH, "Switch on or off")
        yield Submits(NOAH, {"Optional parts": f"+ {ticked}"})
        yield Sees(NOAH, f"Now on: {ticked}")


def _claims() -> Iterator[Act]:
    """Yield what Mei does: two pieces, then one of them with more words."""
    yield Sees(MEI, "Now on: Badges", of=NOAH)
    yield Says(MEI, "/rungs prove")
    yield from (Clicks(MEI, LEVEL), Clicks(MEI, "Start this claim"))
    for piece in PIECES:
        yield Clicks(MEI, "Add a piece for level 1")
        yield Submits(MEI, piece)
    yield Clicks(MEI, "Submit it")
    yield Sees(MEI, NONE, of=KENJI)
    yield Says(MEI, "/rungs prove")
    yield from (Clicks(MEI, "Open"), Clicks(MEI, "Change"), Submits(MEI, MORE))
    yield Clicks(MEI, "Submit it")


def _verifies() -> Iterator[Act]:
    """Yield what Kenji does: a return with words, then an acceptance."""
    yield Sees(KENJI, SENT, of=MEI)
    yield from _takes()
    yield from (Taps(KENJI, "Return with words"), Submits(KENJI, {"What they read": ASK}))
    yield Taps(KENJI, "See what waits")
    yield Says(KENJI, "/rungs reviews")
    yield Sees(KENJI, SENT, of=MEI, times=2)
    yield from _takes()
    yield from (Taps(KENJI, "Shown") for _ in range(4))
    yield from (Taps(KENJI, "Decide"), Submits(KENJI, {"What they read": THANKS}))


def _takes() -> Iterator[Act]:
    yield Says(KENJI, "/rungs reviews")
    yield Clicks(KENJI, "Take it")


async def name_verifiers(database: Database, workspace_id: str, *, now: datetime) -> None:
    """Name the verifiers and the steward of AI coding, unless somebody was named before."""
    async with database.write() as session:
        if await ladders.set_ladders(session, workspace_id):
            return
        steward = MemberKey(workspace_id, STEWARD)
        await members.ensure(session, steward, now=now)
        await ladders.name_verifiers(session, workspace_id, CODING, VERIFIERS, now=now)
        await ladders.name_steward(session, steward, CODING, now=now)
