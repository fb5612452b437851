"""The server: its parts, the threads beside it, and its life from start to shutdown."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.application import build_application
from api.services import Services
from app.chores import do_chores
from app.composition import Parts, present
from app.errors import AddressInUseError
from app.following import Follower
from app.jobs.card_imports import CardImportJob
from app.jobs.conversation_imports import ConversationImportJob
from app.jobs.inspections import InspectionJob, InspectionWatch
from app.jobs.names import IMPORT_CARDS, IMPORT_CONVERSATIONS, INSPECT
from app.jobs.queue import DurableJobQueue
from app.jobs.runner import Handler, JobRunner
from app.samples.conversations import SampleConversations
from app.samples.removing import has_samples, remove_samples
from app.secret_key import secret_key
from app.settings import Settings
from embeddings import Encoder
from kb.search.catalogue import Catalogue
from web.failures import error_page
from web.mounting import UPLOADS, Samples, mount

log = logging.getLogger(__name__)

_CLOSE_CONNECTIONS_AFTER_S = 5
_FIRST_PAGES_S = 2.0
"""Whoever waits for the start opens a page first; importing torch holds Python's lock for parts of a second."""


def bind(settings: Settings) -> socket.socket:
    """The server's address, taken before anything slow is loaded; listens only once uvicorn starts.

    Raises:
        AddressInUseError: taken, or not one of this machine.
    """
    host, port = settings.host, settings.port
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # The protocol is named: only then asyncio turns off Nagle's algorithm, which costs 40 ms an answer.
        taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as error:
        raise AddressInUseError(
            f"无法监听 {host}:{port}（{error.strerror}）；请关掉占用它的程序，或用 HUASHU_PORT 换一个端口。"
        ) from error
    return taken


def build_services(parts: Parts, catalogue: Catalogue, jobs: DurableJobQueue) -> Services:
    """What requests work with."""
    settings = parts.settings
    return Services(
        engine=parts.engine,
        catalogue=catalogue,
        cache=parts.cache,
        jobs=jobs,
        clock=present,
        zone=settings.zone,
        data_dir=settings.data_dir,
        public_url=settings.public_url,
        secret_key=secret_key(settings),
    )


def build_web_application(services: Services) -> FastAPI:
    """API and pages on these services."""
    app = build_application(error_page=error_page, uploads=UPLOADS)
    app.state.services = services
    mount(app, Samples(present=has_samples, remove=remove_samples))
    return app


@contextmanager
def running(parts: Parts, catalogue: Catalogue, *, samples: bool = False) -> Iterator[FastAPI]:
    """The application with its threads: following changes, doing jobs; ended again in good order.

    Args:
        parts: what is served.
        catalogue: the published cards.
        samples: whether the sample company's conversations are put in, where they are not there yet.
    """
    with ExitStack() as stack:
        jobs = DurableJobQueue(parts.engine, present)
        stack.callback(jobs.close)
        services = build_services(parts, catalogue, jobs)
        runner = _job_runner(parts, services, jobs, samples=samples)
        runner.start()
        stack.callback(runner.stop)
        parts.save_index(catalogue)
        stack.callback(parts.save_index, catalogue)
        follower = Follower(
            parts.engine, catalogue, lambda: parts.save_index(catalogue), services.lookups, services.pinyin
        )
        follower.start()
        stack.callback(follower.stop)
        yield build_web_application(services)


@contextmanager
def completing(encoder: Encoder, after_s: float = _FIRST_PAGES_S) -> Iterator[Callable[[], None]]:
    """Gives what has the encoder load, `after_s` later and beside the answers, what only storing needs.

    Whoever publishes the first card need not wait for it then. At the end it is called off, or awaited where it is
    under way: a process must not end in the middle of an import.
    """
    ending = threading.Event()

    def load() -> None:
        if not ending.wait(after_s):
            _complete(encoder)

    thread = threading.Thread(target=load, name="encoder", daemon=True)
    try:
        yield thread.start
    finally:
        ending.set()
        if thread.is_alive():
            thread.join()


def _complete(encoder: Encoder) -> None:
    started = time.monotonic()
    try:
        encoder.encode_documents(["在吗"])
    except Exception:
        log.exception("the encoder cannot load all of itself: new questions cannot be stored")
    else:
        log.info("encoder complete after %.1f s more", time.monotonic() - started)


class _AnnouncingServer(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to listen."""
        await super().startup(sockets)
        self._announce()


def serve(app: FastAPI, taken: socket.socket, announce: Callable[[], None]) -> None:
    """Answers requests until the process is told to end; calls `announce` once it listens."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=_CLOSE_CONNECTIONS_AFTER_S,
        server_header=False,
    )
    # uvicorn hands the signal on once it has shut down: it must end this function, not the process.
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        _AnnouncingServer(config, announce).run(sockets=[taken])
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _job_runner(parts: Parts, services: Services, jobs: DurableJobQueue, *, samples: bool) -> JobRunner:
    settings = parts.settings
    runner: JobRunner

    def check() -> None:
        runner.check()

    def chores() -> None:
        do_chores(parts.engine, settings.data_dir / "uploads", present())

    handlers: dict[str, Handler] = {
        IMPORT_CARDS: CardImportJob(parts.importer, settings.zone, check),
        IMPORT_CONVERSATIONS: ConversationImportJob(parts.conversation_importer, settings.zone, check),
        INSPECT: InspectionJob(parts.stored_inspector(services.catalogue, services.inspection), check),
    }
    watch = InspectionWatch(parts.engine, jobs)
    conversations = SampleConversations(parts.engine, present) if samples else None

    def look() -> None:
        if conversations is not None:
            conversations()
        watch()

    runner = JobRunner(parts.engine, settings.data_dir / "jobs.lock", handlers, present, chores, look)
    return runner
