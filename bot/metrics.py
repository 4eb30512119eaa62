"""Figures for monitoring: what this process measured, and what the database says about all of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.loop_lag import LoopLag
from coaching.states import STATES
from storage.database.engine import Database
from storage.outbox import queue, rates, reports
from storage.outbox.rates import Rate
from storage.outbox.reports import Audit

CONTENT_TYPE = CONTENT_TYPE_LATEST
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
"""Slack waits three seconds; half a second is what Rungs holds itself to."""


class ProcessFigures:
    """What one process measures about itself."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.lag = LoopLag()
        self._ack = Histogram(
            "rungs_ack_seconds",
            "From Slack's request to the acknowledgement that left.",
            buckets=ACK_BUCKETS,
            registry=self.registry,
        )
        lag = Gauge(
            "rungs_loop_lag_seconds",
            "The longest that the event loop kept others waiting, in the last minute.",
            registry=self.registry,
        )
        lag.set_function(self.lag.worst)

    def acknowledged(self, seconds: float) -> None:
        """Slack was acknowledged after that long."""
        self._ack.observe(seconds)


async def exposition(
    figures: ProcessFigures, database: Database, workspace_id: str, *, now: datetime
) -> bytes:
    """Everything in the form that Prometheus reads."""
    async with database.read() as session:
        found = _Found(
            [
                *_messages(await queue.count_by_state(session)),
                _age(await queue.oldest_due(session, now=now), now=now),
                *_calls(await rates.list_rates(session)),
                *_audit(await reports.latest_audit(session, workspace_id)),
            ]
        )
    shared = CollectorRegistry()
    shared.register(found)
    return generate_latest(figures.registry) + generate_latest(shared)


class _Found(Collector):
    """Figures that were looked up for one answer."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _messages(states: dict[str, int]) -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "rungs_messages", "Messages that the bot sends by itself, by state.", labels=["state"]
    )
    for state in STATES:
        family.add_metric([state], states.get(state, 0))
    yield family


def _age(oldest: datetime | None, *, now: datetime) -> Metric:
    age = (now - oldest).total_seconds() if oldest else 0
    about = "How long the message that waits longest could have gone out."
    return GaugeMetricFamily("rungs_oldest_due_seconds", about, value=age)


def _calls(buckets: Iterable[Rate]) -> Iterator[Metric]:
    calls: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for bucket in buckets:
        calls[bucket.method] += bucket.calls
        refused[bucket.method] += bucket.refused
    for name, about, counted in (
        ("rungs_slack_calls", "Calls by jobs that were reserved, of all processes.", calls),
        ("rungs_slack_refused", "Calls by jobs that Slack refused with a 429.", refused),
    ):
        family = CounterMetricFamily(name, about, labels=["method"])
        for method, count in sorted(counted.items()):
            family.add_metric([method], count)
        yield family


def _audit(latest: Audit | None) -> Iterator[Metric]:
    if latest is None:
        return
    day = datetime.combine(latest.day, time.min, tzinfo=UTC).timestamp()
    for name, about, value in (
        (
            "rungs_audit_expected",
            "Messages that ought to exist, on the last audit's day.",
            latest.expected,
        ),
        ("rungs_audit_missing", "Messages that ought to exist and do not.", latest.missing),
        ("rungs_audit_late", "Messages that were late.", latest.late),
        ("rungs_audit_day_seconds", "The day that was audited last.", day),
    ):
        yield GaugeMetricFamily(name, about, value=value)
