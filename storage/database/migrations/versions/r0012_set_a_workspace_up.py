"""Keep what the admins of a workspace have set, and which organization it belongs to."""

from alembic import op
from sqlalchemy import Column, String

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("workspace", Column("settings", String()))
    op.add_column("workspace", Column("enterprise_id", String()))
