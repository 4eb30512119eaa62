"""Let messages tell of events: of what happens once, not of a day."""

from alembic import op
from sqlalchemy import Column, String

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("message", Column("about", String()))
