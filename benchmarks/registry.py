"""The benchmarks: what each line is called, which ratio it aims at, and how both sides are measured."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.acknowledgement import acknowledgement, start
from benchmarks.assessments import crowd, growth, memory, whole
from benchmarks.conversations import ENGINEERING, LADDER, LOWEST, NEEDS
from benchmarks.digests import digests
from benchmarks.measurement import Figures
from benchmarks.outbox import claims, limit, throughput
from benchmarks.scheduler import jobs, ticks
from benchmarks.sizes import Sizes
from benchmarks.table import Comparison, Line

PER_SECOND = "assessments per second, "
MEMORY = "resident memory, after {sizes.long_run:,} assessments against {sizes.warm_up:,} (MB)"
TICK = "tick, {sizes.few_plans:,} due of {sizes.many_plans:,}"
JOBS = "{sizes.jobs_due:,} due of {sizes.jobs:,} plans against one APScheduler job each"
CLAIMS = "messages per second claimed and marked, against the bare statements"
SENT = "messages sent per second, against the bare client"
LIMIT = "{sizes.everybody:,} messages at 300 a minute, against the least (s)"
DIGEST = "digest for {sizes.large_team:,} members against {sizes.small_team:,}"

BENCHMARKS: dict[str, Callable[[Path, Sizes], Awaitable[Sequence[Figures]]]] = {
    "ack": acknowledgement,
    "assessment": partial(whole, of=ENGINEERING),
    "ladder": partial(whole, of=LADDER),
    "lowest": partial(whole, of=LOWEST),
    "needs": partial(whole, of=NEEDS),
    "crowd": crowd,
    "members": growth,
    "start": start,
    "memory": memory,
    "tick": ticks,
    "jobs": jobs,
    "outbox": claims,
    "send": throughput,
    "limit": limit,
    "digest": digests,
}
"""Each is called with an empty folder and returns (ours, reference) for its lines, in their order."""

# A crowd is served at least as fast as people who wait for each other. The large team of a digest has a
# hundred times the people; half of that is what everything else may cost.
COMPARISONS = (
    Comparison("ack", "acknowledge /rungs assess, p50 (ms)", "≤ 1.3"),
    Comparison("ack", "acknowledge /rungs assess, p99 (ms)", "≤ 1.3"),
    Comparison("assessment", "one whole assessment (ms)", "≤ 1.5"),
    Comparison("ladder", "assessment: ladder (ms)", "≤ 1.5"),
    Comparison("lowest", "assessment: lowest (ms)", "≤ 1.5"),
    Comparison("needs", "assessment: needs (ms)", "≤ 1.5"),
    Comparison("crowd", PER_SECOND + "{sizes.at_once} members at once against one", "≥ 1"),
    Comparison(
        "members",
        PER_SECOND + "{sizes.many_members:,} members against {sizes.few_members:,}",
        "≥ 0.9",
    ),
    Comparison("start", "start to first acknowledged command (ms)", "≤ 2"),
    Comparison("memory", "resident memory, idle (MB)", "≤ 2"),
    Comparison("memory", MEMORY, "≤ 1.1"),
    Comparison("tick", TICK + " against {sizes.few_plans:,} (ms)", "≤ 1.2"),
    Comparison("tick", TICK + ": longest standstill against 50 ms", "≤ 1"),
    Comparison("tick", TICK + ": more memory at most, against 80 MB", "≤ 1"),
    Comparison("jobs", JOBS + " (ms)", "≤ 1"),
    Comparison("jobs", JOBS + ", longest standstill (ms)", "≤ 1"),
    Comparison("outbox", CLAIMS, "≥ 0.8"),
    Comparison("send", SENT, "≥ 0.8"),
    Comparison("send", SENT + " with the bare statements", "≥ 0.8"),
    Comparison("limit", LIMIT, "≤ 1.03"),
    Comparison("limit", "of those calls refused by the limit, against 1 in a hundred", "≤ 1"),
    Comparison("digest", DIGEST + " (ms)", "≤ 50"),
    Comparison("digest", DIGEST + " (statements)", "≤ 1.2"),
    Comparison("digest", DIGEST + " and the pages between (calls to Slack)", "≤ 1"),
)


async def measured(name: str, folder: Path, sizes: Sizes) -> list[Line]:
    """Measure the lines of one benchmark in an empty folder."""
    declared = [one for one in COMPARISONS if one.benchmark == name]
    pairs = await BENCHMARKS[name](folder, sizes)
    return [one.line(*pair, sizes=sizes) for one, pair in zip(declared, pairs, strict=True)]
