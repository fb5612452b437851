"""Everything that touches DBOS: its tables, asking for work, doing work. Nothing of it is loaded before it is used."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.jobs.names import APP_NAME, APP_VERSION, QUEUE_NAME, WORKFLOW_NAME

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions, StepOptions

_MAX_RECOVERIES = 5
"""A job that takes its process down this often is given up instead of doing so for ever."""
_TRIES = 8
"""Tries on a busy database, 1, 2, 4 … s apart."""

Work = Callable[[str, str, dict[str, Any]], None]
"""Does the job with this id, kind and inputs."""


def open_client(engine: Engine) -> "DBOSClient":
    """What `enqueue` needs; makes the library's tables where they are missing."""
    _quiet()
    from dbos import DBOS, DBOSClient

    DBOS.migrate(_url(engine))
    return DBOSClient(system_database_engine=engine, application_name=APP_NAME, lazy=True)


def enqueue(client: "DBOSClient", session: Session, job_id: str, kind: str, task: dict[str, Any]) -> None:
    """Puts a job in line, in the session's transaction."""
    options: EnqueueOptions = {
        "workflow_name": WORKFLOW_NAME,
        "queue_name": QUEUE_NAME,
        "workflow_id": job_id,
        "app_version": APP_VERSION,
    }
    client.enqueue_in_transaction(session, options, job_id, kind, task)


def start_executor(engine: Engine, work: Work) -> None:
    """Begins to do waiting jobs, and those that a killed process left behind, one at a time, on threads of its own."""
    _quiet()
    from dbos import DBOS, DBOSConfig

    patient: StepOptions = {
        "name": "work",
        "retries_allowed": True,
        "max_attempts": _TRIES,
        "should_retry": lambda error: isinstance(error, OperationalError),
    }

    def do(job_id: str, kind: str, task: dict[str, Any]) -> None:
        DBOS.run_step(patient, work, job_id, kind, task)

    DBOS(
        config=DBOSConfig(
            name=APP_NAME,
            system_database_url=_url(engine),
            application_version=APP_VERSION,
            executor_id="local",
            enable_otlp=False,
            log_level="WARNING",
            max_executor_threads=4,
        )
    )
    DBOS.workflow(name=WORKFLOW_NAME, max_recovery_attempts=_MAX_RECOVERIES)(do)
    DBOS.launch()
    DBOS.register_queue(QUEUE_NAME, global_concurrency=1, polling_interval_sec=0.5)


def given_up(job_id: str) -> bool:
    """Whether the library will not try this job again."""
    from dbos import DBOS

    status = DBOS.get_workflow_status(job_id)
    return status is None or status.status not in ("ENQUEUED", "PENDING", "DELAYED")


def stop_executor() -> None:
    """Ends the threads; jobs under way stay pending and are taken up again at the next start."""
    from dbos import DBOS

    DBOS.destroy(destroy_registry=True)


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def _quiet() -> None:
    """Lets the library's warnings come through our log, and its start-up chatter not at all."""
    log = logging.getLogger("dbos")
    # The library adds a handler of its own only where there is none.
    log.handlers[:] = [logging.NullHandler()]
    log.propagate = True
    log.setLevel(logging.WARNING)
