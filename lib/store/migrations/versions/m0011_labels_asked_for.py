"""What a request that waits for an owner is put under once its run is made."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("approval", sa.Column("labels", sa.Text))
