"""The tables of the main job: units, people, jobs, plans, articles, reviews, deliveries, facts."""

import sqlalchemy as sa
from alembic import op


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("max_attempts", BIG, nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("dedup", sa.String(), nullable=True),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedup", name=op.f("uq_job_dedup")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_batch", ["batch"], unique=False)
        batch_op.create_index("ix_job_due", ["state", "run_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "schedule",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_run", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", BIG, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "unit_type",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit_type")),
    )
    op.create_table(
        "user",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("sign_in_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_stamp", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_user_sign_in_name")),
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_heartbeat")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("contact", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["type_code"], ["unit_type.code"], name=op.f("fk_unit_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("slug", name=op.f("uq_unit_slug")),
    )
    op.create_table(
        "article",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("genre", sa.String(), nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("head_revision_id", BIG, nullable=True),
        sa.Column("approved_revision_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_article_author_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_article_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_article_unit_id_id")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index("ix_article_state", ["unit_id", "state", "updated_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_audit_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_audit_entry_unit_id_id")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at", ["unit_id", "at"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_subject", ["unit_id", "subject_type", "subject_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_audit_entry_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "channel_account",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secrets_box", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("busy_key", sa.String(), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_channel_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_account")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_channel_account_unit_id_id")),
    )
    with op.batch_alter_table("channel_account", schema=None) as batch_op:
        batch_op.create_index("ix_channel_account_channel", ["unit_id", "channel"], unique=False)
        batch_op.create_index(batch_op.f("ix_channel_account_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "media",
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("thumb_sha256", sa.String(), nullable=False),
        sa.Column("width", BIG, nullable=False),
        sa.Column("height", BIG, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("uploaded_by", BIG, nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_media_unit_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["user.id"], name=op.f("fk_media_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_media_unit_id_id")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index("ix_media_sha", ["unit_id", "sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "user_id",
            "unit_id",
            "role",
            "valid_from",
            name=op.f("uq_membership_user_id_unit_id_role_valid_from"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_unit", ["unit_id"], unique=False)

    op.create_table(
        "month_fact",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("genre", sa.String(), nullable=False),
        sa.Column("articles", BIG, nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_month_fact_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_fact")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_month_fact_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id",
            "month",
            "channel",
            "node_id",
            "genre",
            name=op.f("uq_month_fact_unit_id_month_channel_node_id_genre"),
        ),
    )
    with op.batch_alter_table("month_fact", schema=None) as batch_op:
        batch_op.create_index("ix_month_fact_month", ["month", "unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_month_fact_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_source",
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("source_text", sa.Text(), nullable=True),
        sa.Column("read", sa.JSON(), nullable=True),
        sa.Column("plan_id", BIG, nullable=True),
        sa.Column("uploaded_by", BIG, nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_source_unit_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["user.id"], name=op.f("fk_plan_source_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_source")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_source_unit_id_id")),
    )
    with op.batch_alter_table("plan_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_source_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "quota_slot",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("needed", BIG, nullable=False),
        sa.Column("filled", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_quota_slot_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_slot")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_quota_slot_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id",
            "plan_id",
            "node_id",
            "period_start",
            name=op.f("uq_quota_slot_unit_id_plan_id_node_id_period_start"),
        ),
    )
    with op.batch_alter_table("quota_slot", schema=None) as batch_op:
        batch_op.create_index("ix_quota_slot_node", ["node_id", "period_start"], unique=False)
        batch_op.create_index(batch_op.f("ix_quota_slot_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_closure",
        sa.Column("ancestor_id", BIG, nullable=False),
        sa.Column("descendant_id", BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("depth", BIG, nullable=False),
        sa.ForeignKeyConstraint(["ancestor_id"], ["unit.id"], name=op.f("fk_unit_closure_ancestor_id")),
        sa.ForeignKeyConstraint(["descendant_id"], ["unit.id"], name=op.f("fk_unit_closure_descendant_id")),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", "valid_from", name=op.f("pk_unit_closure")),
    )
    with op.batch_alter_table("unit_closure", schema=None) as batch_op:
        batch_op.create_index("ix_unit_closure_descendant", ["descendant_id", "ancestor_id"], unique=False)

    op.create_table(
        "unit_name",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_name_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_name")),
    )
    with op.batch_alter_table("unit_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_name_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_relation",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("parent_id", BIG, nullable=False),
        sa.Column("child_id", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["unit.id"], name=op.f("fk_unit_relation_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_relation_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_relation")),
    )
    with op.batch_alter_table("unit_relation", schema=None) as batch_op:
        batch_op.create_index("ix_unit_relation_child", ["child_id", "valid_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_relation_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "unit_route",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["target_id"], ["unit.id"], name=op.f("fk_unit_route_target_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_route_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_route")),
    )
    with op.batch_alter_table("unit_route", schema=None) as batch_op:
        batch_op.create_index("ix_unit_route_unit", ["unit_id", "purpose"], unique=False)

    op.create_table(
        "unit_setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_setting_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_setting")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_unit_setting_unit_id_id")),
        sa.UniqueConstraint("unit_id", "key", name=op.f("uq_unit_setting_unit_id_key")),
    )
    with op.batch_alter_table("unit_setting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_setting_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "unit_succession",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("predecessor_id", BIG, nullable=False),
        sa.Column("successor_id", BIG, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["unit.id"], name=op.f("fk_unit_succession_predecessor_id")
        ),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("fk_unit_succession_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_succession")),
    )
    with op.batch_alter_table("unit_succession", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unit_succession_predecessor_id"), ["predecessor_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_unit_succession_successor_id"), ["successor_id"], unique=False)

    op.create_table(
        "article_revision",
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("saves", BIG, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("genre", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=True),
        sa.Column("plan_id", BIG, nullable=True),
        sa.Column("plan_version", BIG, nullable=True),
        sa.Column("off_plan_reason", sa.Text(), nullable=True),
        sa.Column("role_model_name", sa.String(), nullable=True),
        sa.Column("role_model_deed", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("editor_ids", sa.JSON(), nullable=False),
        sa.Column("saved_from", sa.String(), nullable=False),
        sa.Column("saved_by", BIG, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name=op.f("fk_article_revision_saved_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"],
            ["article.unit_id", "article.id"],
            name=op.f("fk_article_revision_unit_id_article_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_article_revision_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_revision")),
        sa.UniqueConstraint(
            "unit_id", "article_id", "number", name=op.f("uq_article_revision_unit_id_article_id_number")
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_article_revision_unit_id_id")),
    )
    with op.batch_alter_table("article_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_revision_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("period_kind", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("notation", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("signer_title", sa.String(), nullable=False),
        sa.Column("signer_name", sa.String(), nullable=False),
        sa.Column("introduction", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("current_version", BIG, nullable=False),
        sa.Column("lock", BIG, nullable=False),
        sa.Column("source_id", BIG, nullable=True),
        sa.Column("created_by", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_plan_created_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "source_id"],
            ["plan_source.unit_id", "plan_source.id"],
            name=op.f("fk_plan_unit_id_source_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_unit_id_id")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "adoption",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("base_unit_id", BIG, nullable=False),
        sa.Column("base_plan_id", BIG, nullable=False),
        sa.Column("base_version", BIG, nullable=False),
        sa.Column("offered_version", BIG, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("localized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_version", BIG, nullable=True),
        sa.Column("adapted", BIG, nullable=False),
        sa.Column("added", BIG, nullable=False),
        sa.Column("omitted", BIG, nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["base_unit_id", "base_plan_id"],
            ["plan.unit_id", "plan.id"],
            name=op.f("fk_adoption_base_unit_id_base_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_adoption_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_adoption_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
        sa.UniqueConstraint("unit_id", "base_plan_id", name=op.f("uq_adoption_unit_id_base_plan_id")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_adoption_unit_id_id")),
    )
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.create_index("ix_adoption_base", ["base_unit_id", "base_plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adoption_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("checks", BIG, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("payload_hash", sa.String(), nullable=False),
        sa.Column("artefacts", sa.JSON(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("retract_reason", sa.Text(), nullable=True),
        sa.Column("replaces_id", BIG, nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("genre", sa.String(), nullable=False),
        sa.Column("node_id", sa.String(), nullable=True),
        sa.Column("role_model", sa.Boolean(), nullable=False),
        sa.Column("asked_by", BIG, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_delivery_asked_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "account_id"],
            ["channel_account.unit_id", "channel_account.id"],
            name=op.f("fk_delivery_unit_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"],
            ["article.unit_id", "article.id"],
            name=op.f("fk_delivery_unit_id_article_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "revision_id"],
            ["article_revision.unit_id", "article_revision.id"],
            name=op.f("fk_delivery_unit_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_delivery_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_delivery_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "revision_id", "account_id", name=op.f("uq_delivery_unit_id_revision_id_account_id")
        ),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_article", ["unit_id", "article_id"], unique=False)
        batch_op.create_index(
            "ix_delivery_channel", ["unit_id", "channel", "state", "published_at"], unique=False
        )
        batch_op.create_index("ix_delivery_state", ["unit_id", "state", "published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "draft_node",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("source_lines", sa.JSON(), nullable=True),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("parent_node_id", sa.String(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("owners", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("due_from", sa.Date(), nullable=True),
        sa.Column("due_to", sa.Date(), nullable=True),
        sa.Column("quota", sa.JSON(), nullable=True),
        sa.Column("policies", sa.JSON(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_draft_node_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_draft_node_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_node")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_draft_node_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "plan_id", "node_id", name=op.f("uq_draft_node_unit_id_plan_id_node_id")
        ),
    )
    with op.batch_alter_table("draft_node", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_node_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "node_omission",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("base_version", BIG, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_node_omission_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_node_omission_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_node_omission_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_omission")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_node_omission_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "plan_id", "node_id", name=op.f("uq_node_omission_unit_id_plan_id_node_id")
        ),
    )
    with op.batch_alter_table("node_omission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_node_omission_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "node_override",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("base_value", sa.JSON(), nullable=False),
        sa.Column("base_version", BIG, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_node_override_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_node_override_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_node_override_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_override")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_node_override_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id",
            "plan_id",
            "node_id",
            "field",
            name=op.f("uq_node_override_unit_id_plan_id_node_id_field"),
        ),
    )
    with op.batch_alter_table("node_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_node_override_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_citation",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("doc_type", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("notation", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_citation_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_citation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_citation")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_citation_unit_id_id")),
    )
    with op.batch_alter_table("plan_citation", schema=None) as batch_op:
        batch_op.create_index("ix_plan_citation_plan", ["unit_id", "plan_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_citation_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_dispatch",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("target_unit_id", BIG, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", BIG, nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["sent_by"], ["user.id"], name=op.f("fk_plan_dispatch_sent_by")),
        sa.ForeignKeyConstraint(
            ["target_unit_id"], ["unit.id"], name=op.f("fk_plan_dispatch_target_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_dispatch_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_dispatch_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_dispatch")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_dispatch_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id",
            "plan_id",
            "version",
            "target_unit_id",
            name=op.f("uq_plan_dispatch_unit_id_plan_id_version_target_unit_id"),
        ),
    )
    with op.batch_alter_table("plan_dispatch", schema=None) as batch_op:
        batch_op.create_index("ix_plan_dispatch_target", ["unit_id", "target_unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_dispatch_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_node",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("from_version", BIG, nullable=False),
        sa.Column("to_version", BIG, nullable=True),
        sa.Column("omitted", sa.Boolean(), nullable=False),
        sa.Column("origin_unit_id", BIG, nullable=False),
        sa.Column("node_id", sa.String(), nullable=False),
        sa.Column("parent_node_id", sa.String(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("owners", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("due_from", sa.Date(), nullable=True),
        sa.Column("due_to", sa.Date(), nullable=True),
        sa.Column("quota", sa.JSON(), nullable=True),
        sa.Column("policies", sa.JSON(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_node_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_node_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_node")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_node_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id",
            "plan_id",
            "node_id",
            "from_version",
            name=op.f("uq_plan_node_unit_id_plan_id_node_id_from_version"),
        ),
    )
    with op.batch_alter_table("plan_node", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_node_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "plan_version",
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("period_kind", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("notation", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("signer_title", sa.String(), nullable=False),
        sa.Column("signer_name", sa.String(), nullable=False),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("managing_unit_name", sa.String(), nullable=True),
        sa.Column("introduction", sa.JSON(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("bases", sa.JSON(), nullable=False),
        sa.Column("change_class", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("issued_by", BIG, nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["issued_by"], ["user.id"], name=op.f("fk_plan_version_issued_by")),
        sa.ForeignKeyConstraint(
            ["unit_id", "plan_id"], ["plan.unit_id", "plan.id"], name=op.f("fk_plan_version_unit_id_plan_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_version_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_plan_version_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "plan_id", "version", name=op.f("uq_plan_version_unit_id_plan_id_version")
        ),
        sa.UniqueConstraint(
            "unit_id", "year", "number", "notation", name=op.f("uq_plan_version_unit_id_year_number_notation")
        ),
    )
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_version_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("article_id", BIG, nullable=False),
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_review_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "article_id"],
            ["article.unit_id", "article.id"],
            name=op.f("fk_review_unit_id_article_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "revision_id"],
            ["article_revision.unit_id", "article_revision.id"],
            name=op.f("fk_review_unit_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_review_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_review_unit_id_id")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index("ix_review_article", ["unit_id", "article_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "revision_media",
        sa.Column("revision_id", BIG, nullable=False),
        sa.Column("media_id", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "media_id"],
            ["media.unit_id", "media.id"],
            name=op.f("fk_revision_media_unit_id_media_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "revision_id"],
            ["article_revision.unit_id", "article_revision.id"],
            name=op.f("fk_revision_media_unit_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_revision_media_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_media")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_revision_media_unit_id_id")),
        sa.UniqueConstraint(
            "unit_id", "revision_id", "media_id", name=op.f("uq_revision_media_unit_id_revision_id_media_id")
        ),
    )
    with op.batch_alter_table("revision_media", schema=None) as batch_op:
        batch_op.create_index("ix_revision_media_media", ["unit_id", "media_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revision_media_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_attempt_by_id")),
        sa.ForeignKeyConstraint(
            ["unit_id", "delivery_id"],
            ["delivery.unit_id", "delivery.id"],
            name=op.f("fk_attempt_unit_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_attempt_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "unit_id", "delivery_id", "number", name=op.f("uq_attempt_unit_id_delivery_id_number")
        ),
        sa.UniqueConstraint("unit_id", "id", name=op.f("uq_attempt_unit_id_id")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_unit_id"), ["unit_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_unit_id"))

    op.drop_table("attempt")
    with op.batch_alter_table("revision_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_media_unit_id"))
        batch_op.drop_index("ix_revision_media_media")

    op.drop_table("revision_media")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_unit_id"))
        batch_op.drop_index("ix_review_article")

    op.drop_table("review")
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_version_unit_id"))

    op.drop_table("plan_version")
    with op.batch_alter_table("plan_node", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_node_unit_id"))

    op.drop_table("plan_node")
    with op.batch_alter_table("plan_dispatch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_dispatch_unit_id"))
        batch_op.drop_index("ix_plan_dispatch_target")

    op.drop_table("plan_dispatch")
    with op.batch_alter_table("plan_citation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_citation_unit_id"))
        batch_op.drop_index("ix_plan_citation_plan")

    op.drop_table("plan_citation")
    with op.batch_alter_table("node_override", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_node_override_unit_id"))

    op.drop_table("node_override")
    with op.batch_alter_table("node_omission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_node_omission_unit_id"))

    op.drop_table("node_omission")
    with op.batch_alter_table("draft_node", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_node_unit_id"))

    op.drop_table("draft_node")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_unit_id"))
        batch_op.drop_index("ix_delivery_state")
        batch_op.drop_index("ix_delivery_channel")
        batch_op.drop_index("ix_delivery_article")

    op.drop_table("delivery")
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adoption_unit_id"))
        batch_op.drop_index("ix_adoption_base")

    op.drop_table("adoption")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_unit_id"))

    op.drop_table("plan")
    with op.batch_alter_table("article_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_revision_unit_id"))

    op.drop_table("article_revision")
    with op.batch_alter_table("unit_succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_succession_successor_id"))
        batch_op.drop_index(batch_op.f("ix_unit_succession_predecessor_id"))

    op.drop_table("unit_succession")
    with op.batch_alter_table("unit_setting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_setting_unit_id"))

    op.drop_table("unit_setting")
    with op.batch_alter_table("unit_route", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_route_unit")

    op.drop_table("unit_route")
    with op.batch_alter_table("unit_relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_relation_parent_id"))
        batch_op.drop_index("ix_unit_relation_child")

    op.drop_table("unit_relation")
    with op.batch_alter_table("unit_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_name_unit_id"))

    op.drop_table("unit_name")
    with op.batch_alter_table("unit_closure", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_closure_descendant")

    op.drop_table("unit_closure")
    with op.batch_alter_table("quota_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_slot_unit_id"))
        batch_op.drop_index("ix_quota_slot_node")

    op.drop_table("quota_slot")
    with op.batch_alter_table("plan_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_source_unit_id"))

    op.drop_table("plan_source")
    with op.batch_alter_table("month_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_month_fact_unit_id"))
        batch_op.drop_index("ix_month_fact_month")

    op.drop_table("month_fact")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_unit")

    op.drop_table("membership")
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_unit_id"))
        batch_op.drop_index("ix_media_sha")

    op.drop_table("media")
    with op.batch_alter_table("channel_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_account_unit_id"))
        batch_op.drop_index("ix_channel_account_channel")

    op.drop_table("channel_account")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_unit_id"))
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index("ix_audit_entry_at")

    op.drop_table("audit_entry")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_unit_id"))
        batch_op.drop_index("ix_article_state")

    op.drop_table("article")
    op.drop_table("unit")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_user_id"))

    op.drop_table("api_token")
    op.drop_table("worker_heartbeat")
    op.drop_table("user")
    op.drop_table("unit_type")
    op.drop_table("throttle")
    op.drop_table("schedule")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_unit_id"))
        batch_op.drop_index("ix_job_due")
        batch_op.drop_index("ix_job_batch")

    op.drop_table("job")
