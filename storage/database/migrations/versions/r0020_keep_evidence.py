"""Keep claims, what they show, who decides on them, and what is verified."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "evidence_key",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_evidence_key"),
    )
    op.create_table(
        "evidence_ladder",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("framework", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("steward", sa.String(), nullable=True),
        sa.Column("rule_level", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "framework", "family", name="pk_evidence_ladder"),
    )
    op.create_table(
        "evidence_claim",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("framework", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("from_level", sa.Integer(), nullable=False),
        sa.Column("is_renewal", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("needs", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_words", sa.Text(), nullable=True),
        sa.CheckConstraint("needs IN ('', 'first', 'second', 'appeal', 'steward')", name="needs"),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'accepted', 'adjusted', 'declined', "
            "'appealed', 'withdrawn', 'revoked')",
            name="state",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_evidence_claim_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_evidence_claim"),
    )
    op.create_index(
        "ix_evidence_claim_finish",
        "evidence_claim",
        ["finish_at"],
        sqlite_where=sa.text("finish_at IS NOT NULL"),
        postgresql_where=sa.text("finish_at IS NOT NULL"),
    )
    op.create_index(
        "ix_evidence_claim_of_member", "evidence_claim", ["workspace_id", "user_id", "opened_at"]
    )
    op.create_index(
        "ix_evidence_claim_waiting",
        "evidence_claim",
        ["workspace_id", "submitted_at"],
        sqlite_where=sa.text("state IN ('submitted', 'appealed')"),
        postgresql_where=sa.text("state IN ('submitted', 'appealed')"),
    )
    op.create_index(
        "one_open_claim",
        "evidence_claim",
        ["workspace_id", "user_id", "framework", "family"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned', 'appealed')"),
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned', 'appealed')"),
    )

    op.create_table(
        "evidence_verifier",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("framework", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("is_willing", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_evidence_verifier_member",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "framework", "family", "user_id", name="pk_evidence_verifier"
        ),
    )
    op.create_index(
        "ix_evidence_verifier_of_member", "evidence_verifier", ["workspace_id", "user_id"]
    )

    op.create_table(
        "evidence_ask",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stage IN ('new', 'reminder', 'another', 'steward')", name="stage"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "claim_id"],
            ["evidence_claim.workspace_id", "evidence_claim.id"],
            name="fk_evidence_ask_evidence_claim",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_evidence_ask_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "claim_id", "stage", name="pk_evidence_ask"),
    )
    op.create_index("ix_evidence_ask_of_member", "evidence_ask", ["workspace_id", "user_id"])

    op.create_table(
        "evidence_piece",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("ai_did", sa.Text(), nullable=False),
        sa.Column("checked", sa.Text(), nullable=False),
        sa.Column("shows", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "claim_id"],
            ["evidence_claim.workspace_id", "evidence_claim.id"],
            name="fk_evidence_piece_evidence_claim",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_evidence_piece_member",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_evidence_piece"),
    )
    op.create_index(
        "ix_evidence_piece_of_claim", "evidence_piece", ["workspace_id", "claim_id", "id"]
    )
    op.create_index("ix_evidence_piece_of_member", "evidence_piece", ["workspace_id", "user_id"])

    op.create_table(
        "evidence_review",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("look", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("talk_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint("look IN ('first', 'second', 'appeal', 'steward')", name="look"),
        sa.CheckConstraint(
            "state IN ('taken', 'given_back', 'returned', 'decided', 'revoked')",
            name="state",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "claim_id"],
            ["evidence_claim.workspace_id", "evidence_claim.id"],
            name="fk_evidence_review_evidence_claim",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_evidence_review"),
    )
    op.create_index(
        "ix_evidence_review_of_claim", "evidence_review", ["workspace_id", "claim_id", "id"]
    )
    op.create_index(
        "ix_evidence_review_of_verifier", "evidence_review", ["workspace_id", "verifier", "state"]
    )
    op.create_index(
        "one_taken_review",
        "evidence_review",
        ["workspace_id", "claim_id"],
        unique=True,
        sqlite_where=sa.text("state = 'taken'"),
        postgresql_where=sa.text("state = 'taken'"),
    )

    op.create_table(
        "evidence_verified",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("framework", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_with", sa.String(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "claim_id"],
            ["evidence_claim.workspace_id", "evidence_claim.id"],
            name="fk_evidence_verified_evidence_claim",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["member.workspace_id", "member.user_id"],
            name="fk_evidence_verified_member",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "user_id", "framework", "family", "level", name="pk_evidence_verified"
        ),
    )
    op.create_index("ix_evidence_verified_claim", "evidence_verified", ["workspace_id", "claim_id"])
    op.create_index("ix_evidence_verified_ends", "evidence_verified", ["ends_at"])

    op.create_table(
        "evidence_mark",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("review_id", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('shown', 'not_shown', 'cannot_tell')", name="verdict"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "review_id"],
            ["evidence_review.workspace_id", "evidence_review.id"],
            name="fk_evidence_mark_evidence_review",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "review_id", "criterion", name="pk_evidence_mark"),
    )
