"""Sends a file through a relay, with ringcat at every end, and shows what it took.

    sender (ringcat -u FILE TCP4) → relay (ringcat TCP4-LISTEN,fork TCP4) → receiver (ringcat -u
    TCP4-LISTEN CREATE)
"""

import hashlib
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processes import MeasurementError, Server, free_port

ROOT = Path(__file__).resolve().parents[2]
FILE_BYTES = 1 << 30
COPY_BYTES = 1 << 20
TRANSFER_SECONDS = 120


def write_random_file(path):
    """Its SHA-256."""
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for _ in range(FILE_BYTES // COPY_BYTES):
            block = os.urandom(COPY_BYTES)
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(COPY_BYTES):
            digest.update(block)
    return digest.hexdigest()


def send(command):
    try:
        status = subprocess.run(command, check=False, timeout=TRANSFER_SECONDS).returncode
    except subprocess.TimeoutExpired as error:
        raise MeasurementError(f"{command} did not end") from error
    if status != 0:
        raise MeasurementError(f"{command} ended with status {status}")


def transfer(ringcat, source, target):
    """Sends `source` to `target`: the commands used, the seconds it took, the relay's CPU
    seconds."""
    front, back = free_port(), free_port()
    receiver = [ringcat, "-u", f"TCP4-LISTEN:{back},bind=127.0.0.1,reuseaddr", f"CREATE:{target}"]
    relay = [ringcat, f"TCP4-LISTEN:{front},bind=127.0.0.1,reuseaddr,fork",
             f"TCP4:127.0.0.1:{back}"]
    sender = [ringcat, "-u", f"FILE:{source}", f"TCP4:127.0.0.1:{front}"]
    with Server(receiver, "", back) as receiving, Server(relay, "", front) as relaying:
        cpu_before = relaying.cpu_seconds()
        start = time.monotonic()
        send(sender)
        status = receiving.wait(TRANSFER_SECONDS)
        elapsed = time.monotonic() - start
        cpu = relaying.cpu_seconds() - cpu_before
    if status != 0:
        raise MeasurementError(f"{receiver} ended with status {status}")
    return {"receiver": receiver, "relay": relay, "sender": sender}, elapsed, cpu


def main():
    ringcat = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="quickstart-", dir=ROOT / "build") as directory:
        source, target = Path(directory) / "sent", Path(directory) / "received"
        print(f"Writing {FILE_BYTES >> 20} MiB of random bytes …", flush=True)
        sent = write_random_file(source)
        try:
            commands, elapsed, cpu = transfer(ringcat, source, target)
        except MeasurementError as error:
            sys.exit(f"quickstart: {error}")
        received = sha256(target)

    for role, command in commands.items():
        print(f"{role:9} {shlex.join(command)}")
    print(f"sent      SHA-256 {sent}\nreceived  SHA-256 {received}")
    if sent != received:
        sys.exit("quickstart: the file was changed on its way")
    print(f"equal; {FILE_BYTES * 8 / elapsed / 1e9:.1f} Gbit/s from file to file, "
          f"{cpu / (FILE_BYTES / 1e9):.3f} CPU seconds per GB in the relay")


if __name__ == "__main__":
    main()
