"""The bundled cards in a data directory of their own, for the benchmarks that need a whole product."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from app.composition import Parts, open_parts
from app.samples.loading import is_untouched, load_samples
from app.settings import Settings
from embeddings import Progress

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"


def quietly(_stage: str, _size: int | None) -> Progress:
    """Stages nobody watches."""
    return lambda _done: None


@contextmanager
def sample_parts() -> Iterator[Parts]:
    """Parts with the bundled cards published; `HUASHU_BENCH_VAR` names a folder to keep between runs."""
    kept = os.environ.get("HUASHU_BENCH_VAR")
    with TemporaryDirectory() as passing, open_parts(Settings(data_dir=Path(kept or passing))) as parts:
        with Session(parts.engine) as session:
            empty = is_untouched(session)
        if empty:
            load_samples(parts.importer, parts.settings.zone, quietly)
        yield parts
