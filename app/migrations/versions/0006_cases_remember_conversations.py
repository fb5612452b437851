"""Cases remember the conversation they are from; findings, since when they are shown"""

import sqlalchemy as sa
from alembic import op

import kb.stored_time

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("shown_at", kb.stored_time.UtcDateTime(), nullable=True))
    with op.batch_alter_table("library_case", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("conversation_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_library_case_conversation_id", ["conversation_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_library_case_conversation", "conversation", ["conversation_id"], ["id"], ondelete="SET NULL"
        )
    # Those taken from a finding by one click know it by their finding; of others nobody can tell any more.
    op.execute(
        "UPDATE library_case SET conversation_id ="
        " (SELECT conversation_id FROM finding WHERE finding.id = library_case.finding_id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("library_case", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_index("ix_library_case_conversation_id")
        batch_op.drop_column("conversation_id")
    with op.batch_alter_table("finding", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("shown_at")
