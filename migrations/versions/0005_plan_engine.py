"""The plan engine: what amending and taking over need besides."""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0005"
down_revision = "0004"

UNIT_OWNED: tuple[str, ...] = ("plan_discard",)
HANDED_DOWN: tuple[str, ...] = ()
OVERSEEN: dict[str, str] = {}

OVERSEEN_THEN: dict[str, tuple[str, str]] = {}
WAS_OVERSEEN: tuple[str, ...] = ()

BATCH: dict[str, tuple[str, ...]] = {
    "adoption": ("update",),
    "audit_entry": ("insert",),
    "draft_node": ("select",),
    "node_omission": ("select",),
    "node_override": (
        "select",
        "update",
    ),
    "notice": (
        "insert",
        "select",
        "update",
    ),
    "plan": (
        "select",
        "update",
    ),
    "plan_change_set": (
        "insert",
        "select",
    ),
    "plan_citation": (
        "select",
        "update",
    ),
    "plan_decision": ("select",),
    "plan_takeover": (
        "insert",
        "update",
    ),
}

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
LISTED = (
    f"{BELOW} AND unit_id = ANY (string_to_array(nullif(current_setting('app.batch_ids', true), ''), ',')::bigint[])"
)
"""The units a batch works in: named one by one, and below its office."""
THEN = (
    "EXISTS (SELECT 1 FROM unit_closure c WHERE c.ancestor_id = nullif(current_setting('app.oversight_id', true), "
    "'')::bigint AND c.descendant_id = {table}.unit_id AND c.depth > 0 AND c.valid_from <= {table}.{last} "
    "AND (c.valid_to IS NULL OR c.valid_to > {table}.{first}))"
)
# Totals belong to whoever stood above on their days: dates that are written down, no clock.


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


def _change(table: str, statement: str) -> None:
    """Change rows of every unit: the owner of the table steps outside the row rules for it."""
    guarded = op.get_bind().dialect.name == "postgresql"
    if guarded:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    if guarded:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


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
    for table in WAS_OVERSEEN:
        op.execute(f"DROP POLICY overseen ON {table}")
    for table, (first, last) in OVERSEEN_THEN.items():
        if table not in WAS_OVERSEEN:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_unit ON {table} USING ({OWN}) WITH CHECK ({OWN})")
        then = THEN.format(table=table, first=first, last=last)
        op.execute(f"CREATE POLICY overseen_then ON {table} FOR SELECT USING ({then})")
    for table, verbs in BATCH.items():
        for verb in verbs:
            rule = f"WITH CHECK ({LISTED})" if verb == "insert" else f"USING ({LISTED})"
            op.execute(f"CREATE POLICY batch_{verb} ON {table} FOR {verb} {rule}")


def _unprotect() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in WAS_OVERSEEN:
        op.execute(f"DROP POLICY overseen_then ON {table}")
        op.execute(f"CREATE POLICY overseen ON {table} FOR SELECT USING ({BELOW})")
    for table, verbs in BATCH.items():
        for verb in verbs:
            op.execute(f"DROP POLICY batch_{verb} ON {table}")
