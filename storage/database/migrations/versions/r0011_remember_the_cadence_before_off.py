"""Remember how often check-ins came before a member turned them off."""

from alembic import op
from sqlalchemy import Column, String

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("pace", Column("cadence_before_off", String()))
