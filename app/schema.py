"""Every table of the program in one place: what migrations compare with, and what a restore goes through."""

from sqlmodel import SQLModel

import api.tables
import coaching.cases.tables
import coaching.conversations.tables
import coaching.inspection.custom.tables
import coaching.inspection.tables
import coaching.mystery.tables
import coaching.reviewing.tables
import coaching.suggestion_box_tables
import coaching.tables
import kb.cards.tables
import kb.feedback_tables

REGISTERED = (
    api.tables,
    coaching.cases.tables,
    coaching.conversations.tables,
    coaching.inspection.custom.tables,
    coaching.inspection.tables,
    coaching.mystery.tables,
    coaching.reviewing.tables,
    coaching.suggestion_box_tables,
    coaching.tables,
    kb.cards.tables,
    kb.feedback_tables,
)
"""Importing them registers their tables; what reads SCHEMA without this sees only those some other import brought."""

SCHEMA = SQLModel.metadata
