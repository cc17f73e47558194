"""The types of units the law knows now, and the former ones that old plans still name."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ALL = ["preschool", "primary", "lower_secondary", "upper_secondary"]
COMMUNE = ["preschool", "primary", "lower_secondary"]

TYPES = [
    ("department", "Sở Giáo dục và Đào tạo", "Department of Education and Training", "department", ALL),
    ("commune_office", "Ủy ban nhân dân xã, phường", "Commune People's Committee", "office", COMMUNE),
    ("culture_office", "Phòng Văn hóa - Xã hội", "Culture and Society Office", "office", COMMUNE),
    ("former_office", "Phòng Giáo dục và Đào tạo (trước 01/7/2025)", "District education office (before 1 July 2025)", "office", COMMUNE),
    ("cluster", "Cụm trường", "Cluster of schools", "cluster", ALL),
    ("preschool", "Trường mầm non", "Preschool", "school", ["preschool"]),
    ("kindergarten", "Trường mẫu giáo", "Kindergarten", "school", ["preschool"]),
    ("primary", "Trường tiểu học", "Primary school", "school", ["primary"]),
    ("lower_secondary", "Trường trung học cơ sở", "Lower-secondary school", "school", ["lower_secondary"]),
    ("primary_lower_secondary", "Trường tiểu học và trung học cơ sở", "Primary and lower-secondary school", "school", ["primary", "lower_secondary"]),
    ("upper_secondary", "Trường trung học phổ thông", "Upper-secondary school", "school", ["upper_secondary"]),
    ("lower_upper_secondary", "Trường trung học cơ sở và trung học phổ thông", "Lower- and upper-secondary school", "school", ["lower_secondary", "upper_secondary"]),
    ("continuing", "Trung tâm giáo dục thường xuyên", "Continuing education centre", "school", ["upper_secondary"]),
]  # fmt: skip

unit_type = sa.table(
    "unit_type",
    sa.column("code", sa.String),
    sa.column("label", sa.String),
    sa.column("label_en", sa.String),
    sa.column("tier", sa.String),
    sa.column("levels", sa.JSON),
    sa.column("position", sa.Integer),
)


def upgrade() -> None:
    op.bulk_insert(
        unit_type,
        [
            dict(code=code, label=label, label_en=label_en, tier=tier, levels=levels, position=position)
            for position, (code, label, label_en, tier, levels) in enumerate(TYPES)
        ],
    )


def downgrade() -> None:
    op.execute(sa.delete(unit_type))
