"""The cases: which load, which contestants, which metrics; and what the project asks of them."""

from dataclasses import dataclass
from typing import Callable

from measures import APART, ONE_CPU, UNPINNED

RELAYS = ["ringcat", "haproxy-splice", "nginx-16k", "socat"]
BULK = ["ringcat", "ringcat-copy", "haproxy-splice", "haproxy-copy", "nginx-16k", "nginx-256k",
        "socat", "direct"]

# Not in the race: what no relay at all, or a program that only sends, would take.
REFERENCES = {"direct", "nc"}


@dataclass(frozen=True)
class Metric:
    """How a figure is named in tables, and which way is better."""

    title: str
    lower_is_better: bool = True
    digits: int = 2


METRICS = {
    "cpu_s_per_gb": Metric("CPU s/GB", digits=3),
    "gbit_s": Metric("Gbit/s", lower_is_better=False, digits=1),
    "p50_us": Metric("p50 µs", digits=1),
    "p99_us": Metric("p99 µs", digits=1),
    "cpu_us_per_round_trip": Metric("CPU µs/round trip", digits=1),
    "connections_per_s": Metric("connections/s", lower_is_better=False, digits=0),
    "cpu_us_per_connection": Metric("CPU µs/connection", digits=1),
    "user_bytes_per_connection": Metric("user bytes/connection", digits=0),
    "wall_ms": Metric("wall ms"),
}


@dataclass(frozen=True)
class Case:
    """`measure(bench, contestant, scale)` gives the metrics of one run; `scale` shortens it."""

    group: str
    name: str
    title: str
    contestants: list
    measure: Callable
    sends_file: int = 0  # bytes; the contestants are senders of a file, not relays


def _bulk(flows):
    return Case("bulk", f"bulk-{flows}", f"Bulk TCP, {flows} flow{'s' if flows > 1 else ''}", BULK,
                lambda bench, relay, scale: bench.bulk(relay, flows, 2 * scale))


def _pingpong(name, title, placement):
    contestants = ["ringcat", *(["ringcat-busy-poll"] if placement == APART else []), *RELAYS[1:],
                   "direct"]
    return Case("pingpong", f"pingpong-{name}", f"Ping-pong, 64 bytes, {title}", contestants,
                lambda bench, relay, scale: bench.pingpong(relay, placement, 1.5 * scale))


def _one_shot(name, title, size, count, socat):
    return Case("one-shot", f"one-shot-{name}", f"One-shot, {title}, exec to exit",
                ["ringcat", socat, "nc"],
                lambda bench, sender, scale: bench.one_shot(*sender, max(1, int(count * scale))),
                sends_file=size)


CASES = [
    _bulk(1),
    _bulk(64),
    _pingpong("apart", "relay and generator pinned apart", APART),
    _pingpong("unpinned", "unpinned", UNPINNED),
    _pingpong("one-cpu", "all on one CPU", ONE_CPU),
    Case("short", "short", "Short connections, 16 at a time", [*RELAYS, "direct"],
         lambda bench, relay, scale: bench.short(relay, 16, 2 * scale)),
    Case("idle", "idle", "Idle connections (5,000)", RELAYS,
         lambda bench, relay, scale: bench.idle(relay, int(5000 * scale))),
    _one_shot("1k", "1 KiB from a file", 1 << 10, 50, "socat"),
    _one_shot("1g", "1 GiB from a file", 1 << 30, 1, "socat-b262144"),
]

GROUPS = sorted({case.group for case in CASES})


@dataclass(frozen=True)
class Target:
    """`contestant`'s median must be at most (or, where more is better, at least) `factor` times the
    best median of `rivals`. `of_rival_best_in` takes the rival that is best in that metric
    instead."""

    case: str
    metric: str
    contestant: str
    factor: float
    rivals: tuple
    of_rival_best_in: str = ""


_ALL = ("haproxy-splice", "nginx-16k", "socat")
_COPYING = ("haproxy-copy", "nginx-16k", "nginx-256k", "socat")

TARGETS = [
    *(Target(case, "cpu_s_per_gb", "ringcat", 0.85, ("haproxy-splice",))
      for case in ("bulk-1", "bulk-64")),
    *(Target(case, "gbit_s", "ringcat", 1.0, ("haproxy-splice",)) for case in ("bulk-1", "bulk-64")),
    *(Target(case, "gbit_s", "ringcat-copy", 0.95, _COPYING) for case in ("bulk-1", "bulk-64")),
    *(Target(case, "cpu_s_per_gb", "ringcat-copy", 1.0, _COPYING, of_rival_best_in="gbit_s")
      for case in ("bulk-1", "bulk-64")),
    *(Target(f"pingpong-{place}", metric, "ringcat", factor, _ALL)
      for place in ("apart", "unpinned", "one-cpu")
      for metric, factor in (("p50_us", 1.0), ("p99_us", 1.0), ("cpu_us_per_round_trip", 0.8))),
    Target("pingpong-apart", "p50_us", "ringcat-busy-poll", 0.4, _ALL),
    Target("short", "connections_per_s", "ringcat", 1.0, ("haproxy-splice",)),
    Target("short", "cpu_us_per_connection", "ringcat", 0.7, ("haproxy-splice",)),
    Target("idle", "user_bytes_per_connection", "ringcat", 0.3, ("haproxy-splice",)),
    Target("one-shot-1k", "wall_ms", "ringcat", 1.0, ("socat",)),
    Target("one-shot-1g", "wall_ms", "ringcat", 0.8, ("socat-b262144",)),
]
