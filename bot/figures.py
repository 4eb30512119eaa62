"""The figures of `/metrics`: those that a process measures about itself, and those from the database."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from time import monotonic

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from coaching.send_policy import MESSAGE_STATES
from storage.database.engine import Database
from storage.outbox import rates, reports
from storage.outbox.reports import Completeness
from storage.workspaces import Workspace

LAG_EVERY = 0.25
REMEMBERED = 60.0


class LoopLag:
    """Measures how late the event loop wakes a sleeping task."""

    def __init__(self) -> None:
        self._waits: deque[tuple[float, float]] = deque()

    def worst(self) -> float:
        """Return the longest delay of the last minute, in seconds."""
        self._forget(monotonic())
        return max((lag for _, lag in self._waits), default=0.0)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Measure while the block runs."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            asked = monotonic()
            await asyncio.sleep(LAG_EVERY)
            woke = monotonic()
            self._waits.append((woke, max(0.0, woke - asked - LAG_EVERY)))
            self._forget(woke)

    def _forget(self, now: float) -> None:
        while self._waits and self._waits[0][0] < now - REMEMBERED:
            self._waits.popleft()


CONTENT_TYPE = CONTENT_TYPE_LATEST
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
"""Slack waits three seconds; the aim of Rungs is half a second."""


class ProcessFigures:
    """The figures that one process measures about itself."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.lag = LoopLag()
        acknowledgements = Histogram(
            "rungs_ack_seconds",
            "From Slack's request to the acknowledgement that went out.",
            buckets=ACK_BUCKETS,
            registry=self.registry,
        )
        lag = Gauge(
            "rungs_loop_lag_seconds",
            "The longest that the event loop kept other work waiting, in the last minute.",
            registry=self.registry,
        )
        lag.set_function(self.lag.worst)
        self.acknowledged = acknowledgements.observe
        """Records how many seconds an acknowledgement took."""


def exposition(figures: ProcessFigures, found: Iterable[Metric] | None) -> bytes:
    """Return figures in the format of Prometheus; `found` is None when the database gave none."""
    about = "Whether the database answers: 1, or 0 when its figures are missing here."
    reachable = GaugeMetricFamily("rungs_database_reachable", about, value=found is not None)
    shared = CollectorRegistry()
    shared.register(_Found([reachable, *(found or ())]))
    return generate_latest(figures.registry) + generate_latest(shared)


class _Found(Collector):
    """The figures that were read from the database for one answer."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


ENDED_WITHIN = timedelta(days=6)
"""Of messages that ended, `/metrics` counts those of today and of so many days before."""


async def read_figures(database: Database, *, now: datetime) -> list[Metric]:
    """Return the figures of the database; raises one of DATABASE_ERRORS."""
    since = (now - ENDED_WITHIN).date()
    async with database.read() as session:
        return [
            *_messages(await reports.count_recent(session, since=since)),
            _age(await reports.oldest_due(session, now=now), now=now),
            *_calls(await rates.count_calls(session)),
            *_completeness(await reports.completeness_of_all(session)),
            *_workspaces(
                await reports.count_workspaces(session),
                await reports.list_workspaces(session, limit=LABELED),
            ),
        ]


def _messages(states: dict[str, int]) -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "rungs_messages",
        "Messages that the bot sends on its own, by state; finished ones, of the last seven days.",
        labels=["state"],
    )
    for state in MESSAGE_STATES:
        family.add_metric([state], states.get(state, 0))
    yield family


def _age(oldest: datetime | None, *, now: datetime) -> Metric:
    age = (now - oldest).total_seconds() if oldest else 0
    about = "How long the message waiting longest has been ready to go out."
    return GaugeMetricFamily("rungs_oldest_due_seconds", about, value=age)


def _calls(counted: Iterable[tuple[str, int, int]]) -> Iterator[Metric]:
    about, refusals = (
        "Calls reserved by jobs, in all processes.",
        "Calls that Slack refused with a 429.",
    )
    calls = CounterMetricFamily("rungs_slack_calls", about, labels=["method"])
    refused = CounterMetricFamily("rungs_slack_refused", refusals, labels=["method"])
    for method, of_calls, of_refused in counted:
        calls.add_metric([method], of_calls)
        refused.add_metric([method], of_refused)
    yield from (calls, refused)


def _completeness(latest: Completeness | None) -> Iterator[Metric]:
    if latest is None:
        return
    day = datetime.combine(latest.day, time.min, tzinfo=UTC).timestamp()
    for name, about, value in (
        (
            "rungs_completeness_expected",
            "Messages that should exist, on the last day checked.",
            latest.expected,
        ),
        (
            "rungs_completeness_missing",
            "Messages that should exist and do not.",
            latest.missing,
        ),
        ("rungs_completeness_late", "Messages that were late.", latest.late),
        ("rungs_completeness_day_seconds", "The last day that was checked.", day),
    ):
        yield GaugeMetricFamily(name, about, value=value)


LABELED = 20
"""At most so many workspaces stand in `/metrics` by their id, those with a problem first."""


def _workspaces(counted: dict[str, int], found: Iterable[Workspace]) -> Iterator[Metric]:
    about = (
        "Workspaces by state; in refused ones the app is installed, and Slack refuses its calls."
    )
    states = GaugeMetricFamily("rungs_workspaces", about, labels=["state"])
    for state, count in counted.items():
        states.add_metric([state], count)
    connected = GaugeMetricFamily(
        "rungs_workspace_connected",
        "Whether the app is installed and its token works: 1, or 0 after a removal.",
        labels=["workspace"],
    )
    refused = GaugeMetricFamily(
        "rungs_refused_since_seconds",
        "Since when Slack has refused the call that comes before every message to a member.",
        labels=["workspace", "method"],
    )
    for one in found:
        connected.add_metric([one.workspace_id], one.disconnected_at is None)
        if one.refused_at:
            labels = [one.workspace_id, one.refused_method or ""]
            refused.add_metric(labels, one.refused_at.timestamp())
    yield from (states, connected, refused)
