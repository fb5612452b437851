"""Names under which jobs are stored; changing one orphans what waits. Pure."""

APP_NAME = "huashu"
APP_VERSION = "1"
"""Of the jobs' inputs, not of Huashu: a job begun before an update is finished after it."""
QUEUE_NAME = "huashu-jobs"
WORKFLOW_NAME = "job"

IMPORT_CARDS = "import_cards"
IMPORT_CONVERSATIONS = "import_conversations"
INSPECT = "inspect"
