"""Every table of the program in one place: what migrations compare with, and what a restore goes through."""

from sqlmodel import SQLModel

# Importing registers the tables; what reads SCHEMA without this sees only those some other import brought.
import api.tables  # noqa: F401
import coaching.cases.tables
import coaching.conversations.tables
import coaching.inspection.custom.tables
import coaching.inspection.tables
import coaching.mystery.tables
import coaching.reviewing.tables
import coaching.suggestion_box_tables
import coaching.tables  # noqa: F401
import kb.cards.tables
import kb.feedback_tables  # noqa: F401

SCHEMA = SQLModel.metadata
