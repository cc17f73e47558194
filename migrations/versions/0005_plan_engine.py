"""The plan engine: drafts of amendments that were given up, and what a batch of units may do."""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0005"
down_revision = "0004"

BATCH = {
    "adoption": ("update",),
    "audit_entry": ("insert",),
    "draft_node": ("select",),
    "node_omission": ("select",),
    "node_override": ("select", "update"),
    "notice": ("insert", "select", "update"),
    "plan": ("select", "update"),
    "plan_change_set": ("insert", "select"),
    "plan_citation": ("select", "update"),
    "plan_decision": ("select",),
    "plan_takeover": ("insert", "update"),
}
"""What the classes say in ``Scoped.BATCH``, table by table."""

OWN = "unit_id = nullif(current_setting('app.unit_id', true), '')::bigint"
TODAY = "c.valid_from <= current_date + 1 AND (c.valid_to IS NULL OR c.valid_to >= current_date)"
BELOW = (
    "unit_id IN (SELECT c.descendant_id FROM unit_closure c WHERE c.ancestor_id = "
    f"nullif(current_setting('app.oversight_id', true), '')::bigint AND {TODAY})"
)
LISTED = (
    f"{BELOW} AND unit_id = ANY (string_to_array(nullif(current_setting('app.batch_ids', true), ''), ',')::bigint[])"
)
"""The units a batch works in: named one by one, and below its office."""


def upgrade() -> None:
    op.create_table(
        "plan_discard",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("changes", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_discard_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_discard_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_discard_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_discard")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_discard_unit_id_id")),
    )
    with op.batch_alter_table("plan_discard", schema=None) as batch_op:
        batch_op.create_index("ix_plan_discard_plan", ["unit_id", "plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_discard_unit_id"), ["unit_id"], unique=False)

    _protect()


def downgrade() -> None:
    _unprotect()
    with op.batch_alter_table("plan_discard", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_discard_unit_id"))
        batch_op.drop_index("ix_plan_discard_plan")

    op.drop_table("plan_discard")


def _protect() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE plan_discard ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE plan_discard FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_unit ON plan_discard USING ({OWN}) WITH CHECK ({OWN})")
    for table, verbs in BATCH.items():
        for verb in verbs:
            rule = f"WITH CHECK ({LISTED})" if verb == "insert" else f"USING ({LISTED})"
            op.execute(f"CREATE POLICY batch_{verb} ON {table} FOR {verb} {rule}")


def _unprotect() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, verbs in BATCH.items():
        for verb in verbs:
            op.execute(f"DROP POLICY batch_{verb} ON {table}")
