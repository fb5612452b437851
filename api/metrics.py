"""What this process has done since it started, as Prometheus text (exposition format 0.0.4)."""

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

BUCKETS_S = (0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the latency histogram; 15 and 25 ms are what a suggestion may take."""


class Metrics:
    """Counters of one process; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._lookups: Counter[tuple[str, str]] = Counter()

    def count_request(self, method: str, route: str, status: int, took_s: float) -> None:
        """One answered request; `route` is the template, never the path that was asked for."""
        with self._lock:
            self._requests[method, route, status] += 1
            buckets = self._buckets.setdefault(route, [0] * (len(BUCKETS_S) + 1))
            buckets[bisect_left(BUCKETS_S, took_s)] += 1
            self._seconds[route] += took_s

    def count_lookup(self, via: str, outcome: str) -> None:
        """One suggestion or search; `outcome` is `answered` or `abstained`."""
        with self._lock:
            self._lookups[via, outcome] += 1

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """Everything counted, and gauges given as name → (help, value)."""
        with self._lock:
            lines = [*self._request_lines(), *self._latency_lines(), *self._lookup_lines()]
        for name, (help_text, value) in gauges.items():
            lines += [*_head(name, help_text, "gauge"), f"{name} {value:g}"]
        return "\n".join(lines) + "\n"

    def _request_lines(self) -> Iterable[str]:
        yield from _head("huashu_requests_total", "Requests answered.", "counter")
        for (method, route, status), count in sorted(self._requests.items()):
            yield f'huashu_requests_total{{method="{method}",route="{_quoted(route)}",status="{status}"}} {count}'

    def _latency_lines(self) -> Iterable[str]:
        name = "huashu_request_seconds"
        yield from _head(name, "Time from request to last byte of the answer.", "histogram")
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*map(str, BUCKETS_S), "+Inf"), buckets, strict=True):
                total += count
                yield f'{name}_bucket{{route="{_quoted(route)}",le="{bound}"}} {total}'
            yield f'{name}_sum{{route="{_quoted(route)}"}} {self._seconds[route]:.6f}'
            yield f'{name}_count{{route="{_quoted(route)}"}} {total}'

    def _lookup_lines(self) -> Iterable[str]:
        yield from _head("huashu_lookups_total", "Suggestions and searches.", "counter")
        for (via, outcome), count in sorted(self._lookups.items()):
            yield f'huashu_lookups_total{{via="{via}",outcome="{outcome}"}} {count}'


def _head(name: str, help_text: str, kind: str) -> list[str]:
    return [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
