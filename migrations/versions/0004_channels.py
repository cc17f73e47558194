"""Channels: health of outlets, connecting, renewal, readings, comments, mailing lists, orders, offers, bulletins."""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"

UNIT_OWNED: tuple[str, ...] = ()
HANDED_DOWN: tuple[str, ...] = ()
OVERSEEN: dict[str, str] = {}

OWN = "unit_id = nullif(current_setting('app.unit_id', true), '')::bigint"
TODAY = "c.valid_from <= current_date + 1 AND (c.valid_to IS NULL OR c.valid_to >= current_date)"
ABOVE = (
    "unit_id IN (SELECT c.ancestor_id FROM unit_closure c WHERE c.descendant_id = "
    f"nullif(current_setting('app.unit_id', true), '')::bigint AND {TODAY})"
)
BELOW = (
    "unit_id IN (SELECT c.descendant_id FROM unit_closure c WHERE c.ancestor_id = "
    f"nullif(current_setting('app.oversight_id', true), '')::bigint AND {TODAY})"
)


def upgrade() -> None:
    with op.batch_alter_table("channel_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("previous_box", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("renew_wanted", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("account_ref", sa.String(), nullable=True))

    _protect()


def downgrade() -> None:
    with op.batch_alter_table("channel_account", schema=None) as batch_op:
        batch_op.drop_column("account_ref")
        batch_op.drop_column("renew_wanted")
        batch_op.drop_column("previous_box")


def _protect() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in (*UNIT_OWNED, *HANDED_DOWN, *OVERSEEN):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_unit ON {table} USING ({OWN}) WITH CHECK ({OWN})")
    for table in HANDED_DOWN:
        op.execute(f"CREATE POLICY handed_down ON {table} FOR SELECT USING ({ABOVE} OR {BELOW})")
    for table, seen in OVERSEEN.items():
        op.execute(f"CREATE POLICY overseen ON {table} FOR SELECT USING ({BELOW} AND ({seen}))")
