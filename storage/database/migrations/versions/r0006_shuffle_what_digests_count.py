"""Shuffle what digests count: a secret for each workspace, and no memory of who was counted any more.

The hashes of whose answers a digest rested on, who was counted in which round, and the teams' secrets that
both were made with, are deleted: nothing needs them any more. The figures that digests showed stay.
"""

import json

from alembic import op
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    text,
)

revision = "0006"
down_revision = "0005"

NOT_NEEDED = {"rounds", "counted", "practised_at"}


def upgrade() -> None:
    op.add_column("workspace", Column("digest_secret", String()))
    op.add_column("team", Column("family", String()))
    op.add_column("team", Column("people", Integer()))
    op.create_table(
        "team_practice",
        Column("workspace_id", String(), nullable=False),
        Column("message_id", String(), nullable=False),
        Column("user_id", String(), nullable=False),
        Column("said_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("workspace_id", "message_id", "user_id", name="pk_team_practice"),
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_team_practice_member",
        ),
    )
    op.create_index("ix_team_practice_of_member", "team_practice", ["workspace_id", "user_id"])
    _forget_who_was_counted()
    op.drop_column("release", "contributors")
    op.drop_column("team", "secret")


def _forget_who_was_counted() -> None:
    """Remove from the facts of releases what is not a figure that was shown."""
    rows = op.get_bind().execute(text("SELECT workspace_id, id, facts FROM release")).all()
    for workspace_id, name, facts in rows:
        held = json.loads(facts)
        if not NOT_NEEDED.isdisjoint(held):
            kept = {key: value for key, value in held.items() if key not in NOT_NEEDED}
            op.get_bind().execute(
                text("UPDATE release SET facts = :facts WHERE workspace_id = :w AND id = :id"),
                {"facts": json.dumps(kept, sort_keys=True), "w": workspace_id, "id": name},
            )
