"""The measures: what one run of one contestant gives, by the name of the metric.

Each starts its relay afresh, lets the load generator play client and server, and asks the kernel
what the relay's processes used meanwhile.
"""

import json
import subprocess
import tempfile
import time
from dataclasses import dataclass

from processes import SETTLE_SECONDS, MeasurementError, Server, free_port

# A generator ends by itself long before (see its `patience_s`).
GENERATOR_SECONDS = 130


@dataclass(frozen=True)
class Placement:
    """The CPUs of the relay and of the generator; empty: any."""

    relay: str
    generator: str


APART = Placement("0", "1")
UNPINNED = Placement("", "")
ONE_CPU = Placement("0", "0")


class Bench:
    """The load generator, ready to be pointed at a relay."""

    def __init__(self, loadgen):
        self._loadgen = loadgen

    def command(self, load, placement, **settings):
        words = [self._loadgen, load, f"--cpus={placement.generator}"]
        return words + [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]

    def through(self, relay, load, placement, **settings):
        """Runs `load` through a relay made by the builder `relay`: what the generator printed, and
        the CPU seconds of the relay (None for a direct connection)."""
        backend = free_port()
        port = free_port()
        with tempfile.TemporaryDirectory() as directory:
            command = relay(port, backend, directory)
            if command is None:
                direct = self.command(load, placement, port=backend, backend=backend, **settings)
                return run_generator(direct), None
            generator = self.command(load, placement, port=port, backend=backend, **settings)
            with Server(command, placement.relay, port) as server:
                processes = len(server.pids())
                before = server.cpu_seconds()
                printed = run_generator(generator)
                server.await_few_processes(processes)
                return printed, server.cpu_seconds() - before

    def bulk(self, relay, flows, seconds):
        printed, cpu = self.through(relay, "bulk", APART, flows=flows, seconds=seconds)
        gigabytes = printed["bytes"] / 1e9
        return _without_none({
            "cpu_s_per_gb": cpu and cpu / gigabytes,
            "gbit_s": gigabytes * 8 / printed["seconds"],
        })

    def pingpong(self, relay, placement, seconds):
        printed, cpu = self.through(relay, "pingpong", placement, seconds=seconds)
        return _without_none({
            "p50_us": printed["p50_us"],
            "p99_us": printed["p99_us"],
            "cpu_us_per_round_trip": cpu and cpu * 1e6 / printed["round_trips"],
        })

    def short(self, relay, concurrency, seconds):
        printed, cpu = self.through(relay, "short", APART, concurrency=concurrency,
                                    seconds=seconds)
        if printed["failed"]:
            raise MeasurementError(f"{printed['failed']} of {printed['connections']} connections failed")
        return _without_none({
            "connections_per_s": printed["connections"] / printed["seconds"],
            "cpu_us_per_connection": cpu and cpu * 1e6 / printed["connections"],
        })

    def idle(self, relay, connections):
        backend = free_port()
        port = free_port()
        generator = self.command("idle", APART, port=port, backend=backend,
                                 connections=connections)
        with tempfile.TemporaryDirectory() as directory:
            with Server(relay(port, backend, directory), APART.relay, port) as server:
                before = server.pss_bytes()
                with Held(generator):
                    time.sleep(SETTLE_SECONDS)
                    held = server.pss_bytes() - before
        return {"user_bytes_per_connection": held / connections}

    def one_shot(self, sender, path, size, count):
        backend = free_port()
        command, standard_input = sender(path, backend)
        generator = self.command("one-shot", APART, backend=backend, bytes=size, count=count,
                                 command_cpus=APART.relay, input=standard_input)
        return {"wall_ms": run_generator([*generator, "--", *command])["wall_us"] / 1e3}


class Held:
    """The idle load: its connections are open while the context is."""

    def __init__(self, command):
        self._command = command

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        if self._process.stdout.readline() != "ready\n":
            self.__exit__()
            raise MeasurementError("the connections could not be opened")
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run_generator(command):
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, check=False,
                                timeout=GENERATOR_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise MeasurementError("the load generator did not end") from error
    if result.returncode != 0:
        raise MeasurementError(result.stderr.strip() or f"loadgen ended with {result.returncode}")
    return json.loads(result.stdout)


def _without_none(metrics):
    return {name: value for name, value in metrics.items() if value is not None}
