"""Let a step wait behind the one that the member is trying."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("step") as batch_op:
        batch_op.drop_constraint(op.f("ck_step_state"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_step_state"),
            "state IN ('offered', 'trying', 'waiting', 'done', 'refused', 'passed')",
        )
