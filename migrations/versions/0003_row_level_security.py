"""Row-level security on PostgreSQL: the scope's rule once more, below the ORM.

``app.unit_id`` is the unit of the session, ``app.oversight_id`` is set only while an officer looks over the subtree. Without them
nothing is visible. Each table has a policy for its own unit; tables that are handed down or overseen have a second one for reading.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

UNIT_OWNED = (
    "article", "attempt", "audit_entry", "channel_account", "draft_node", "media", "node_omission", "node_override",
    "plan", "plan_citation", "plan_dispatch", "plan_source", "review", "revision_media",
)  # fmt: skip
HANDED_DOWN = ("plan_node", "plan_version", "unit_setting")
OVERSEEN = {
    "adoption": "true",
    "article_revision": "approved_at IS NOT NULL",
    "delivery": "published_at IS NOT NULL",
    "month_fact": "true",
    "quota_slot": "true",
}

OWN = "unit_id = nullif(current_setting('app.unit_id', true), '')::bigint"
TODAY = "c.valid_from <= current_date + 1 AND (c.valid_to IS NULL OR c.valid_to >= current_date)"
# The service decides on days in its own time zone and may be a day ahead of the server: this wall is a day wide.
ABOVE = (
    "unit_id IN (SELECT c.ancestor_id FROM unit_closure c WHERE c.descendant_id = "
    f"nullif(current_setting('app.unit_id', true), '')::bigint AND {TODAY})"
)
BELOW = (
    "unit_id IN (SELECT c.descendant_id FROM unit_closure c WHERE c.ancestor_id = "
    f"nullif(current_setting('app.oversight_id', true), '')::bigint AND {TODAY})"
)


def upgrade() -> None:
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


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in HANDED_DOWN:
        op.execute(f"DROP POLICY handed_down ON {table}")
    for table in OVERSEEN:
        op.execute(f"DROP POLICY overseen ON {table}")
    for table in (*UNIT_OWNED, *HANDED_DOWN, *OVERSEEN):
        op.execute(f"DROP POLICY own_unit ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
