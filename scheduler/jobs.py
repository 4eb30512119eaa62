"""The table of jobs: what runs when, and what each promises."""

from scheduler.audit import audit
from scheduler.prune import prune
from scheduler.reap import reap
from scheduler.roster import roster
from scheduler.send import send
from scheduler.tick import tick
from scheduler.work import Job as Job
from scheduler.work import Timings as Timings
from scheduler.work import Work as Work

JOBS = (
    Job(
        name="tick",
        every_seconds=5,
        promise=(
            "Turns plans that are due into messages, 100 at a time. Twice or in several processes: one "
            "message per kind, receiver and local date. Late: one catch-up, skipped when past its expiry."
        ),
        step=tick,
    ),
    Job(
        name="send",
        every_seconds=1,
        promise=(
            "Sends what is due and wanted, at Slack's pace. Twice or in several processes: each message "
            "is held by one of them and posted once. Late: the gate is asked anew for each."
        ),
        step=send,
    ),
    Job(
        name="reap",
        every_seconds=10,
        promise=(
            "Settles what a dead process held: unsent goes back, the rest is looked up in Slack first. "
            "Twice or in several processes: one of them decides. Late: the message is late, not lost."
        ),
        step=reap,
    ),
    Job(
        name="audit",
        every_seconds=3600,
        promise=(
            "Counts, once a day, the messages that ought to exist and do not. Safe to run twice, late, "
            "or in several processes: each day is counted from the plans."
        ),
        step=audit,
    ),
    Job(
        name="roster",
        every_seconds=60,
        promise=(
            "Fixes who counts for a team when its period begins, and asks Slack where members are whose "
            "message is due soon. Twice or in several processes: the first roster stays. Late: so is its "
            "period."
        ),
        step=roster,
    ),
    Job(
        name="prune",
        every_seconds=600,
        promise=(
            "Forgets what Slack sent more than three days ago and messages of more than 400 days ago, "
            "500 rows at a time. Safe to run twice, late, or in several processes."
        ),
        step=prune,
    ),
)
