"""A batch of units may raise questions: schools that are asked about own words take an amendment over together too."""

from alembic import op

revision = "0006"
down_revision = "0005"

TODAY = "c.valid_from <= current_date + 1 AND (c.valid_to IS NULL OR c.valid_to >= current_date)"
BELOW = (
    "unit_id IN (SELECT c.descendant_id FROM unit_closure c WHERE c.ancestor_id = "
    f"nullif(current_setting('app.oversight_id', true), '')::bigint AND {TODAY})"
)
LISTED = (
    f"{BELOW} AND unit_id = ANY (string_to_array(nullif(current_setting('app.batch_ids', true), ''), ',')::bigint[])"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY batch_insert ON plan_decision FOR insert WITH CHECK ({LISTED})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY batch_insert ON plan_decision")
