"""Channels: health of outlets, connecting, renewal, readings, comments, mailing lists, orders, offers, bulletins."""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"

UNIT_OWNED: tuple[str, ...] = (
    "article_watch",
    "bulletin",
    "bulletin_item",
    "collection",
    "consult_remark",
    "consult_request",
    "follow_up_step",
    "mailing_entry",
    "notice",
    "offer_answer",
    "order_target",
    "pending_connection",
    "plan_archive",
    "plan_change_set",
    "plan_check",
    "plan_consultation",
    "plan_consulted",
    "plan_decision",
    "plan_remark",
    "plan_reminder",
    "publishing_wish",
    "remote_comment",
    "subscriber",
)
HANDED_DOWN: tuple[str, ...] = (
    "channel_rule",
    "content_order",
    "kept_base",
    "plan_revocation",
    "publishing_hold",
)
OVERSEEN: dict[str, str] = {
    "layer_fact": "true",
    "offer": "state != 'withdrawn'",
    "order_item": "order_unit_id != unit_id",
    "order_receipt": "order_unit_id != unit_id",
    "outlet_health": "account_id IS NOT NULL",
    "plan_takeover": "true",
    "reading": "true",
}

OVERSEEN_THEN: dict[str, tuple[str, str]] = {
    "month_fact": ("month", "month"),
    "quota_slot": ("period_start", "period_end"),
    "reach_fact": ("month", "month"),
}
WAS_OVERSEEN: tuple[str, ...] = (
    "month_fact",
    "quota_slot",
)

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
THEN = (
    "EXISTS (SELECT 1 FROM unit_closure c WHERE c.ancestor_id = nullif(current_setting('app.oversight_id', true), "
    "'')::bigint AND c.descendant_id = {table}.unit_id AND c.depth > 0 AND c.valid_from <= {table}.{last} "
    "AND (c.valid_to IS NULL OR c.valid_to > {table}.{first}))"
)
# Totals belong to whoever stood above on their days: dates that are written down, no clock.


def upgrade() -> None:
    op.create_table(
        "callback_seen",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_callback_seen")),
    )
    with op.batch_alter_table("callback_seen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callback_seen_seen_at"), ["seen_at"], unique=False)

    op.create_table(
        "channel_address",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("hook", sa.String(), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_channel_address_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_address")),
        sa.UniqueConstraint("hook", name=op.f("uq_channel_address_hook")),
        sa.UniqueConstraint("unit_id", "account_id", name=op.f("uq_channel_address_unit_id_account_id")),
    )
    with op.batch_alter_table("channel_address", schema=None) as batch_op:
        batch_op.create_index("ix_channel_address_ref", ["channel", "ref"], unique=False)

    op.create_table(
        "channel_rule",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("set_by", BIG, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["user.id"], name=op.f("fk_channel_rule_set_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_channel_rule_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_rule")),
        sa.UniqueConstraint("unit_id", "channel", name=op.f("uq_channel_rule_unit_id_channel")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_channel_rule_unit_id_id")),
    )
    with op.batch_alter_table("channel_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_rule_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "consult_request",
        sa.Column("from_unit_id", BIG, nullable=False),
        sa.Column("from_unit_name", sa.String(), nullable=False),
        sa.Column("consultation_id", BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["from_unit_id"], ["unit.id"], name=op.f("fk_consult_request_from_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_consult_request_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consult_request")),
        sa.UniqueConstraint(
            "unit_id",
            "from_unit_id",
            "consultation_id",
            name=op.f("uq_consult_request_unit_id_from_unit_id_consultation_id"),
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_consult_request_unit_id_id")),
    )
    with op.batch_alter_table("consult_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consult_request_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "content_order",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("article_id", BIG, nullable=True),
        sa.Column("node_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("issued_by", BIG, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["issued_by"], ["user.id"], name=op.f("fk_content_order_issued_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_content_order_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_order")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_content_order_unit_id_id")),
    )
    with op.batch_alter_table("content_order", schema=None) as batch_op:
        batch_op.create_index("ix_content_order_state", ["unit_id", "state", "issued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_order_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "kept_base",
        sa.Column("base_unit_id", BIG, nullable=False),
        sa.Column("base_plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("nodes", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_kept_base_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_base")),
        sa.UniqueConstraint(
            "unit_id",
            "base_unit_id",
            "base_plan_id",
            "version",
            name=op.f("uq_kept_base_unit_id_base_unit_id_base_plan_id_version"),
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_kept_base_unit_id_id")),
    )
    with op.batch_alter_table("kept_base", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_base_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("link_label", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_notice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_notice_unit_id_id")),
        sa.UniqueConstraint("unit_id", "key", name=op.f("uq_notice_unit_id_key")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_open", ["unit_id", "resolved_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "order_receipt",
        sa.Column("order_unit_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("order_state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("article_id", BIG, nullable=True),
        sa.Column("node_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("issued_by", BIG, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sign_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("serial", BIG, nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["issued_by"], ["user.id"], name=op.f("fk_order_receipt_issued_by")),
        sa.ForeignKeyConstraint(["order_unit_id"], ["unit.id"], name=op.f("fk_order_receipt_order_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_order_receipt_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_receipt")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_order_receipt_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "order_unit_id", "order_id", name=op.f("uq_order_receipt_unit_id_order_unit_id_order_id")
        ),
    )
    with op.batch_alter_table("order_receipt", schema=None) as batch_op:
        batch_op.create_index("ix_order_receipt_open", ["unit_id", "order_state", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_receipt_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "publishing_hold",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=True),
        sa.Column("article_id", BIG, nullable=True),
        sa.Column("revision_id", BIG, nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("order_unit_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", BIG, nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_publishing_hold_by_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["user.id"], name=op.f("fk_publishing_hold_lifted_by")),
        sa.ForeignKeyConstraint(["order_unit_id"], ["unit.id"], name=op.f("fk_publishing_hold_order_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_publishing_hold_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishing_hold")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_publishing_hold_unit_id_id")),
    )
    with op.batch_alter_table("publishing_hold", schema=None) as batch_op:
        batch_op.create_index("ix_publishing_hold_open", ["unit_id", "lifted_at", "article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publishing_hold_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "reach_fact",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_reach_fact_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_fact")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_reach_fact_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id",
            "month",
            "channel",
            "node_id",
            "metric",
            name=op.f("uq_reach_fact_unit_id_month_channel_node_id_metric"),
        ),
    )
    with op.batch_alter_table("reach_fact", schema=None) as batch_op:
        batch_op.create_index("ix_reach_fact_month", ["month", "unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reach_fact_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "subscriber",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("address_key", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("consent_source", sa.Text(), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", BIG, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["user.id"], name=op.f("fk_subscriber_added_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_subscriber_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("token", name=op.f("uq_subscriber_token")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_subscriber_unit_id_id")),
        sa.UniqueConstraint("unit_id", "kind", "address_key", name=op.f("uq_subscriber_unit_id_kind_address_key")),
    )
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.create_index("ix_subscriber_state", ["unit_id", "kind", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscriber_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_change",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("office_id", BIG, nullable=False),
        sa.Column("receiver_id", BIG, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("unit_ids", sa.JSON(), nullable=False),
        sa.Column("affected", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", BIG, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["unit.id"], name=op.f("fk_unit_change_office_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["unit.id"], name=op.f("fk_unit_change_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_change")),
    )
    with op.batch_alter_table("unit_change", schema=None) as batch_op:
        batch_op.create_index("ix_unit_change_office", ["office_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_change_receiver_id"), ["receiver_id"], unique=False)

    op.create_table(
        "article_watch",
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"],
            ["article.unit_id", "article.id"],
            name=op.f("fk_article_watch_unit_id_article_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_article_watch_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_watch")),
        sa.UniqueConstraint("unit_id", "article_id", "kind", name=op.f("uq_article_watch_unit_id_article_id_kind")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_article_watch_unit_id_id")),
    )
    with op.batch_alter_table("article_watch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_watch_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "bulletin",
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("broadcast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("greeting", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.Column("speed", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("payload_hash", sa.String(), nullable=True),
        sa.Column("artefacts", sa.JSON(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.JSON(), nullable=True),
        sa.Column("link_nonce", sa.String(), nullable=True),
        sa.Column("link_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_bulletin_created_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "account_id"],
            ["channel_account.unit_id", "channel_account.id"],
            name=op.f("fk_bulletin_unit_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_bulletin_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_bulletin_unit_id_id")),
    )
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.create_index("ix_bulletin_state", ["unit_id", "state", "broadcast_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_bulletin_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "consult_remark",
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_consult_remark_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "request_id"],
            ["consult_request.unit_id", "consult_request.id"],
            name=op.f("fk_consult_remark_unit_id_request_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_consult_remark_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consult_remark")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_consult_remark_unit_id_id")),
    )
    with op.batch_alter_table("consult_remark", schema=None) as batch_op:
        batch_op.create_index("ix_consult_remark", ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consult_remark_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "offer_answer",
        sa.Column("offer_unit_id", BIG, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("article_id", BIG, nullable=True),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_url", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_offer_answer_by_id")),
        sa.ForeignKeyConstraint(["offer_unit_id"], ["unit.id"], name=op.f("fk_offer_answer_offer_unit_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"],
            ["article.unit_id", "article.id"],
            name=op.f("fk_offer_answer_unit_id_article_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_offer_answer_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_answer")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_offer_answer_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "offer_unit_id", "offer_id", name=op.f("uq_offer_answer_unit_id_offer_unit_id_offer_id")
        ),
    )
    with op.batch_alter_table("offer_answer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_answer_article", ["unit_id", "article_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_answer_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "order_target",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("target_unit_id", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("items", BIG, nullable=False),
        sa.Column("ended", BIG, nullable=False),
        sa.Column("serial", BIG, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sign_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", BIG, nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["target_unit_id"], ["unit.id"], name=op.f("fk_order_target_target_unit_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "order_id"],
            ["content_order.unit_id", "content_order.id"],
            name=op.f("fk_order_target_unit_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_order_target_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_target")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_order_target_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "order_id", "target_unit_id", name=op.f("uq_order_target_unit_id_order_id_target_unit_id")
        ),
    )
    with op.batch_alter_table("order_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_target_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "outlet_health",
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rank", BIG, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", BIG, nullable=False),
        sa.Column("troubled", BIG, nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "account_id"],
            ["channel_account.unit_id", "channel_account.id"],
            name=op.f("fk_outlet_health_unit_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_outlet_health_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_health")),
        sa.UniqueConstraint("unit_id", "account_id", name=op.f("uq_outlet_health_unit_id_account_id")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_outlet_health_unit_id_id")),
    )
    with op.batch_alter_table("outlet_health", schema=None) as batch_op:
        batch_op.create_index("ix_outlet_health_rank", ["rank", "since"], unique=False)
        batch_op.create_index(batch_op.f("ix_outlet_health_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "pending_connection",
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("account_id", BIG, nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=True),
        sa.Column("box", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "account_id"],
            ["channel_account.unit_id", "channel_account.id"],
            name=op.f("fk_pending_connection_unit_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_pending_connection_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_pending_connection_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_connection")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_pending_connection_unit_id_id")),
    )
    with op.batch_alter_table("pending_connection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_connection_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "publishing_wish",
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("wish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_publishing_wish_asked_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"],
            ["article.unit_id", "article.id"],
            name=op.f("fk_publishing_wish_unit_id_article_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_publishing_wish_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishing_wish")),
        sa.UniqueConstraint("unit_id", "article_id", name=op.f("uq_publishing_wish_unit_id_article_id")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_publishing_wish_unit_id_id")),
    )
    with op.batch_alter_table("publishing_wish", schema=None) as batch_op:
        batch_op.create_index("ix_publishing_wish_state", ["unit_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_publishing_wish_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "layer_fact",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("base_unit_id", BIG, nullable=False),
        sa.Column("base_plan_id", BIG, nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_layer_fact_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_layer_fact_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layer_fact")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_layer_fact_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id",
            "plan_id",
            "node_id",
            "field",
            "kind",
            name=op.f("uq_layer_fact_unit_id_plan_id_node_id_field_kind"),
        ),
    )
    with op.batch_alter_table("layer_fact", schema=None) as batch_op:
        batch_op.create_index("ix_layer_fact_base", ["base_unit_id", "base_plan_id", "node_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_layer_fact_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("target_unit_id", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("genre", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=True),
        sa.Column("role_model_name", sa.String(), nullable=False),
        sa.Column("role_model_deed", sa.Text(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("article_url", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("offered_by", BIG, nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", BIG, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_url", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name=op.f("fk_offer_answered_by")),
        sa.ForeignKeyConstraint(["offered_by"], ["user.id"], name=op.f("fk_offer_offered_by")),
        sa.ForeignKeyConstraint(["target_unit_id"], ["unit.id"], name=op.f("fk_offer_target_unit_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"], ["article.unit_id", "article.id"], name=op.f("fk_offer_unit_id_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "revision_id"],
            ["article_revision.unit_id", "article_revision.id"],
            name=op.f("fk_offer_unit_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_offer_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_offer_unit_id_id")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_article", ["unit_id", "article_id"], unique=False)
        batch_op.create_index("ix_offer_target", ["target_unit_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_archive",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_archive_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_archive_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_archive_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_archive")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_archive_unit_id_id")),
    )
    with op.batch_alter_table("plan_archive", schema=None) as batch_op:
        batch_op.create_index("ix_plan_archive_plan", ["unit_id", "plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_archive_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_change_set",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", BIG, nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_change_set_by_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["user.id"], name=op.f("fk_plan_change_set_undone_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_change_set_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_change_set_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change_set")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_change_set_unit_id_id")),
    )
    with op.batch_alter_table("plan_change_set", schema=None) as batch_op:
        batch_op.create_index("ix_plan_change_set_plan", ["unit_id", "plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_change_set_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_check",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_check_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_check_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_check_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_check")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_check_unit_id_id")),
    )
    with op.batch_alter_table("plan_check", schema=None) as batch_op:
        batch_op.create_index("ix_plan_check_plan", ["unit_id", "plan_id", "version"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_check_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_consultation",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("opened_by", BIG, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["user.id"], name=op.f("fk_plan_consultation_opened_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_consultation_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_consultation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_consultation")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_consultation_unit_id_id")),
    )
    with op.batch_alter_table("plan_consultation", schema=None) as batch_op:
        batch_op.create_index("ix_plan_consultation_plan", ["unit_id", "plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_consultation_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_reminder",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("target_unit_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_reminder_by_id")),
        sa.ForeignKeyConstraint(["target_unit_id"], ["unit.id"], name=op.f("fk_plan_reminder_target_unit_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_reminder_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_reminder_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_reminder")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_reminder_unit_id_id")),
    )
    with op.batch_alter_table("plan_reminder", schema=None) as batch_op:
        batch_op.create_index("ix_plan_reminder", ["unit_id", "plan_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_reminder_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_revocation",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("notation", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("signer_title", sa.String(), nullable=False),
        sa.Column("signer_name", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_revocation_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_revocation_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_revocation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_revocation")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_revocation_unit_id_id")),
        sa.UniqueConstraint("unit_id", "plan_id", name=op.f("uq_plan_revocation_unit_id_plan_id")),
        sa.UniqueConstraint(
            "unit_id", "year", "number", "notation", name=op.f("uq_plan_revocation_unit_id_year_number_notation")
        ),
    )
    with op.batch_alter_table("plan_revocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_revocation_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_takeover",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("base_unit_id", BIG, nullable=False),
        sa.Column("base_plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("auto", BIG, nullable=False),
        sa.Column("decisions", BIG, nullable=False),
        sa.Column("locked_replaced", BIG, nullable=False),
        sa.Column("orphaned", BIG, nullable=False),
        sa.Column("hidden", BIG, nullable=False),
        sa.Column("unanswered", BIG, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_takeover_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_takeover_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_takeover")),
        sa.UniqueConstraint(
            "unit_id",
            "base_unit_id",
            "base_plan_id",
            "version",
            name=op.f("uq_plan_takeover_unit_id_base_unit_id_base_plan_id_version"),
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_takeover_unit_id_id")),
    )
    with op.batch_alter_table("plan_takeover", schema=None) as batch_op:
        batch_op.create_index("ix_plan_takeover_base", ["base_unit_id", "base_plan_id", "version"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_takeover_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "bulletin_item",
        sa.Column("bulletin_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("cue_seconds", BIG, nullable=False),
        sa.Column("delivery_id", BIG, nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"],
            ["article.unit_id", "article.id"],
            name=op.f("fk_bulletin_item_unit_id_article_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "bulletin_id"],
            ["bulletin.unit_id", "bulletin.id"],
            name=op.f("fk_bulletin_item_unit_id_bulletin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "delivery_id"],
            ["delivery.unit_id", "delivery.id"],
            name=op.f("fk_bulletin_item_unit_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "revision_id"],
            ["article_revision.unit_id", "article_revision.id"],
            name=op.f("fk_bulletin_item_unit_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_bulletin_item_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_item")),
        sa.UniqueConstraint(
            "unit_id", "bulletin_id", "article_id", name=op.f("uq_bulletin_item_unit_id_bulletin_id_article_id")
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_bulletin_item_unit_id_id")),
    )
    with op.batch_alter_table("bulletin_item", schema=None) as batch_op:
        batch_op.create_index("ix_bulletin_item_delivery", ["unit_id", "delivery_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bulletin_item_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "collection",
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "delivery_id"],
            ["delivery.unit_id", "delivery.id"],
            name=op.f("fk_collection_unit_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_collection_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint("unit_id", "delivery_id", name=op.f("uq_collection_unit_id_delivery_id")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_collection_unit_id_id")),
    )
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.create_index("ix_collection_due", ["unit_id", "account_id", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_collection_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "follow_up_step",
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("settled_by", BIG, nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_follow_up_step_asked_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["user.id"], name=op.f("fk_follow_up_step_settled_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "delivery_id"],
            ["delivery.unit_id", "delivery.id"],
            name=op.f("fk_follow_up_step_unit_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_follow_up_step_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_step")),
        sa.UniqueConstraint("unit_id", "delivery_id", name=op.f("uq_follow_up_step_unit_id_delivery_id")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_follow_up_step_unit_id_id")),
    )
    with op.batch_alter_table("follow_up_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_step_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "mailing_entry",
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("subscriber_id", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "delivery_id"],
            ["delivery.unit_id", "delivery.id"],
            name=op.f("fk_mailing_entry_unit_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "subscriber_id"],
            ["subscriber.unit_id", "subscriber.id"],
            name=op.f("fk_mailing_entry_unit_id_subscriber_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_mailing_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_entry")),
        sa.UniqueConstraint(
            "unit_id", "delivery_id", "subscriber_id", name=op.f("uq_mailing_entry_unit_id_delivery_id_subscriber_id")
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_mailing_entry_unit_id_id")),
    )
    with op.batch_alter_table("mailing_entry", schema=None) as batch_op:
        batch_op.create_index("ix_mailing_entry_state", ["unit_id", "delivery_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailing_entry_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "order_item",
        sa.Column("receipt_id", BIG, nullable=False),
        sa.Column("order_unit_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("outlet", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_order_item_by_id")),
        sa.ForeignKeyConstraint(["order_unit_id"], ["unit.id"], name=op.f("fk_order_item_order_unit_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"], ["article.unit_id", "article.id"], name=op.f("fk_order_item_unit_id_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "delivery_id"],
            ["delivery.unit_id", "delivery.id"],
            name=op.f("fk_order_item_unit_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "receipt_id"],
            ["order_receipt.unit_id", "order_receipt.id"],
            name=op.f("fk_order_item_unit_id_receipt_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_order_item_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_item")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_order_item_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "receipt_id", "delivery_id", name=op.f("uq_order_item_unit_id_receipt_id_delivery_id")
        ),
    )
    with op.batch_alter_table("order_item", schema=None) as batch_op:
        batch_op.create_index("ix_order_item_article", ["unit_id", "article_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_item_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_consulted",
        sa.Column("consultation_id", BIG, nullable=False),
        sa.Column("target_unit_id", BIG, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["target_unit_id"], ["unit.id"], name=op.f("fk_plan_consulted_target_unit_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "consultation_id"],
            ["plan_consultation.unit_id", "plan_consultation.id"],
            name=op.f("fk_plan_consulted_unit_id_consultation_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_consulted_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_consulted")),
        sa.UniqueConstraint(
            "unit_id",
            "consultation_id",
            "target_unit_id",
            name=op.f("uq_plan_consulted_unit_id_consultation_id_target_unit_id"),
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_consulted_unit_id_id")),
    )
    with op.batch_alter_table("plan_consulted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_consulted_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_decision",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("base_unit_id", BIG, nullable=False),
        sa.Column("base_plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("base_value", sa.JSON(), nullable=False),
        sa.Column("upstream_value", sa.JSON(), nullable=False),
        sa.Column("local_value", sa.JSON(), nullable=False),
        sa.Column("chosen_value", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("change_set_id", BIG, nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_decision_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "change_set_id"],
            ["plan_change_set.unit_id", "plan_change_set.id"],
            name=op.f("fk_plan_decision_unit_id_change_set_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_decision_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_decision_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_decision")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_decision_unit_id_id")),
    )
    with op.batch_alter_table("plan_decision", schema=None) as batch_op:
        batch_op.create_index("ix_plan_decision_plan", ["unit_id", "plan_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_decision_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_remark",
        sa.Column("consultation_id", BIG, nullable=False),
        sa.Column("from_unit_id", BIG, nullable=False),
        sa.Column("remote_id", BIG, nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_remark_by_id")),
        sa.ForeignKeyConstraint(["from_unit_id"], ["unit.id"], name=op.f("fk_plan_remark_from_unit_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "consultation_id"],
            ["plan_consultation.unit_id", "plan_consultation.id"],
            name=op.f("fk_plan_remark_unit_id_consultation_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_remark_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_remark")),
        sa.UniqueConstraint(
            "unit_id",
            "consultation_id",
            "from_unit_id",
            "remote_id",
            name=op.f("uq_plan_remark_unit_id_consultation_id_from_unit_id_remote_id"),
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_remark_unit_id_id")),
    )
    with op.batch_alter_table("plan_remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_remark_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "reading",
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("node_id", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "delivery_id"], ["delivery.unit_id", "delivery.id"], name=op.f("fk_reading_unit_id_delivery_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_reading_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_reading_unit_id_id")),
    )
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.create_index("ix_reading_delivery", ["unit_id", "delivery_id", "metric", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reading_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "remote_comment",
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vanished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "delivery_id"],
            ["delivery.unit_id", "delivery.id"],
            name=op.f("fk_remote_comment_unit_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_remote_comment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_comment")),
        sa.UniqueConstraint(
            "unit_id", "delivery_id", "remote_id", name=op.f("uq_remote_comment_unit_id_delivery_id_remote_id")
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_remote_comment_unit_id_id")),
    )
    with op.batch_alter_table("remote_comment", schema=None) as batch_op:
        batch_op.create_index("ix_remote_comment_at", ["unit_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_remote_comment_unit_id"), ["unit_id"], unique=False)

    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suspended_reason", sa.Text(), nullable=True))

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("transcript", sa.JSON(), nullable=True))

    with op.batch_alter_table("channel_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("previous_box", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("renew_wanted", sa.Boolean(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("account_ref", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("rest_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("at_once", sa.Boolean(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seen_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("seen_hash", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("altered", sa.Boolean(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("vanished_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("looks", BIG, nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("proof", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("link_nonce", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("link_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("hold_id", BIG, nullable=True))
        batch_op.create_index("ix_delivery_sent", ["unit_id", "account_id", "sent_at"], unique=False)

    with op.batch_alter_table("draft_node", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaces", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lane", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("sublane", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("plan_citation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("linked_unit_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("linked_plan_id", BIG, nullable=True))

    with op.batch_alter_table("plan_node", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaces", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follow_up", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("worker_heartbeat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))

    _change("delivery", "UPDATE delivery SET seen_at = published_at, seen_by = 'answer' WHERE published_at IS NOT NULL")
    _protect()


def downgrade() -> None:
    _unprotect()
    with op.batch_alter_table("worker_heartbeat", schema=None) as batch_op:
        batch_op.drop_column("stopped_at")

    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.drop_column("acknowledge_by")
        batch_op.drop_column("reason")
        batch_op.drop_column("follow_up")

    with op.batch_alter_table("plan_node", schema=None) as batch_op:
        batch_op.drop_column("replaces")

    with op.batch_alter_table("plan_citation", schema=None) as batch_op:
        batch_op.drop_column("linked_plan_id")
        batch_op.drop_column("linked_unit_id")

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("claimed_at")
        batch_op.drop_column("sublane")
        batch_op.drop_column("lane")

    with op.batch_alter_table("draft_node", schema=None) as batch_op:
        batch_op.drop_column("replaces")

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_sent")
        batch_op.drop_column("hold_id")
        batch_op.drop_column("link_until")
        batch_op.drop_column("link_nonce")
        batch_op.drop_column("proof")
        batch_op.drop_column("due_at")
        batch_op.drop_column("handed_at")
        batch_op.drop_column("looks")
        batch_op.drop_column("vanished_at")
        batch_op.drop_column("altered")
        batch_op.drop_column("seen_hash")
        batch_op.drop_column("seen_by")
        batch_op.drop_column("seen_at")
        batch_op.drop_column("at_once")
        batch_op.drop_column("sent_at")

    with op.batch_alter_table("channel_account", schema=None) as batch_op:
        batch_op.drop_column("checked_at")
        batch_op.drop_column("rest_reason")
        batch_op.drop_column("account_ref")
        batch_op.drop_column("renew_wanted")
        batch_op.drop_column("previous_box")

    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_column("transcript")

    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_column("suspended_reason")

    with op.batch_alter_table("remote_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remote_comment_unit_id"))
        batch_op.drop_index("ix_remote_comment_at")

    op.drop_table("remote_comment")
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_unit_id"))
        batch_op.drop_index("ix_reading_delivery")

    op.drop_table("reading")
    with op.batch_alter_table("plan_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_remark_unit_id"))

    op.drop_table("plan_remark")
    with op.batch_alter_table("plan_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_decision_unit_id"))
        batch_op.drop_index("ix_plan_decision_plan")

    op.drop_table("plan_decision")
    with op.batch_alter_table("plan_consulted", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_consulted_unit_id"))

    op.drop_table("plan_consulted")
    with op.batch_alter_table("order_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_item_unit_id"))
        batch_op.drop_index("ix_order_item_article")

    op.drop_table("order_item")
    with op.batch_alter_table("mailing_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailing_entry_unit_id"))
        batch_op.drop_index("ix_mailing_entry_state")

    op.drop_table("mailing_entry")
    with op.batch_alter_table("follow_up_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_step_unit_id"))

    op.drop_table("follow_up_step")
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_unit_id"))
        batch_op.drop_index("ix_collection_due")

    op.drop_table("collection")
    with op.batch_alter_table("bulletin_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulletin_item_unit_id"))
        batch_op.drop_index("ix_bulletin_item_delivery")

    op.drop_table("bulletin_item")
    with op.batch_alter_table("plan_takeover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_takeover_unit_id"))
        batch_op.drop_index("ix_plan_takeover_base")

    op.drop_table("plan_takeover")
    with op.batch_alter_table("plan_revocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_revocation_unit_id"))

    op.drop_table("plan_revocation")
    with op.batch_alter_table("plan_reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_reminder_unit_id"))
        batch_op.drop_index("ix_plan_reminder")

    op.drop_table("plan_reminder")
    with op.batch_alter_table("plan_consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_consultation_unit_id"))
        batch_op.drop_index("ix_plan_consultation_plan")

    op.drop_table("plan_consultation")
    with op.batch_alter_table("plan_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_check_unit_id"))
        batch_op.drop_index("ix_plan_check_plan")

    op.drop_table("plan_check")
    with op.batch_alter_table("plan_change_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_change_set_unit_id"))
        batch_op.drop_index("ix_plan_change_set_plan")

    op.drop_table("plan_change_set")
    with op.batch_alter_table("plan_archive", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_archive_unit_id"))
        batch_op.drop_index("ix_plan_archive_plan")

    op.drop_table("plan_archive")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_unit_id"))
        batch_op.drop_index("ix_offer_target")
        batch_op.drop_index("ix_offer_article")

    op.drop_table("offer")
    with op.batch_alter_table("layer_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_layer_fact_unit_id"))
        batch_op.drop_index("ix_layer_fact_base")

    op.drop_table("layer_fact")
    with op.batch_alter_table("publishing_wish", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publishing_wish_unit_id"))
        batch_op.drop_index("ix_publishing_wish_state")

    op.drop_table("publishing_wish")
    with op.batch_alter_table("pending_connection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_connection_unit_id"))

    op.drop_table("pending_connection")
    with op.batch_alter_table("outlet_health", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlet_health_unit_id"))
        batch_op.drop_index("ix_outlet_health_rank")

    op.drop_table("outlet_health")
    with op.batch_alter_table("order_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_target_unit_id"))

    op.drop_table("order_target")
    with op.batch_alter_table("offer_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_answer_unit_id"))
        batch_op.drop_index("ix_offer_answer_article")

    op.drop_table("offer_answer")
    with op.batch_alter_table("consult_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consult_remark_unit_id"))
        batch_op.drop_index("ix_consult_remark")

    op.drop_table("consult_remark")
    with op.batch_alter_table("bulletin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulletin_unit_id"))
        batch_op.drop_index("ix_bulletin_state")

    op.drop_table("bulletin")
    with op.batch_alter_table("article_watch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_watch_unit_id"))

    op.drop_table("article_watch")
    with op.batch_alter_table("unit_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_change_receiver_id"))
        batch_op.drop_index("ix_unit_change_office")

    op.drop_table("unit_change")
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscriber_unit_id"))
        batch_op.drop_index("ix_subscriber_state")

    op.drop_table("subscriber")
    with op.batch_alter_table("reach_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reach_fact_unit_id"))
        batch_op.drop_index("ix_reach_fact_month")

    op.drop_table("reach_fact")
    with op.batch_alter_table("publishing_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publishing_hold_unit_id"))
        batch_op.drop_index("ix_publishing_hold_open")

    op.drop_table("publishing_hold")
    with op.batch_alter_table("order_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_receipt_unit_id"))
        batch_op.drop_index("ix_order_receipt_open")

    op.drop_table("order_receipt")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_unit_id"))
        batch_op.drop_index("ix_notice_open")

    op.drop_table("notice")
    with op.batch_alter_table("kept_base", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_base_unit_id"))

    op.drop_table("kept_base")
    with op.batch_alter_table("content_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_content_order_unit_id"))
        batch_op.drop_index("ix_content_order_state")

    op.drop_table("content_order")
    with op.batch_alter_table("consult_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consult_request_unit_id"))

    op.drop_table("consult_request")
    with op.batch_alter_table("channel_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_rule_unit_id"))

    op.drop_table("channel_rule")
    with op.batch_alter_table("channel_address", schema=None) as batch_op:
        batch_op.drop_index("ix_channel_address_ref")

    op.drop_table("channel_address")
    with op.batch_alter_table("callback_seen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_callback_seen_seen_at"))

    op.drop_table("callback_seen")


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


def _unprotect() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in WAS_OVERSEEN:
        op.execute(f"DROP POLICY overseen_then ON {table}")
        op.execute(f"CREATE POLICY overseen ON {table} FOR SELECT USING ({BELOW})")
