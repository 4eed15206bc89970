"""The contestants: how each is told to relay from one loopback port to another.

A builder takes the two ports and a directory for its configuration and returns a command line.
One worker thread or process each, so that a pinned relay is compared with a pinned relay.
"""

import glob
import shutil
import subprocess
from pathlib import Path

HAPROXY = """\
global
  nbthread 1
  maxconn 6000
  {tuning}
defaults
  mode tcp
  {options}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen relay
  bind 127.0.0.1:{port}
  server backend 127.0.0.1:{backend}
"""

NGINX = """\
{load_module}
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log stderr error;
events {{ worker_connections 12000; }}
stream {{
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    proxy_pass 127.0.0.1:{backend};
    proxy_buffer_size {buffer};
    proxy_timeout 60s;
  }}
}}
"""


def haproxy(tuning, options):
    def build(port, backend, directory):
        configuration = Path(directory) / "haproxy.cfg"
        configuration.write_text(HAPROXY.format(tuning=tuning, options=options, port=port,
                                                backend=backend), encoding="ascii")
        return ["haproxy", "-db", "-f", str(configuration)]
    return build


def nginx(buffer):
    def build(port, backend, directory):
        configuration = Path(directory) / "nginx.conf"
        modules = glob.glob("/usr/lib/nginx/modules/ngx_stream_module.so")
        load_module = f"load_module {modules[0]};" if modules else ""
        configuration.write_text(NGINX.format(load_module=load_module, directory=directory,
                                              port=port, backend=backend, buffer=buffer),
                                 encoding="ascii")
        return ["nginx", "-e", "stderr", "-p", str(directory), "-c", str(configuration)]
    return build


def socat(port, backend, _directory):
    # Its own default backlog of 5 would measure lost connection requests.
    return ["socat", f"TCP4-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork,backlog=4096",
            f"TCP4:127.0.0.1:{backend}"]


def ringcat(binary, *flags):
    def build(port, backend, _directory):
        return [binary, "--threads=1", *flags,
                f"TCP4-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", f"TCP4:127.0.0.1:{backend}"]
    return build


def direct(_port, _backend, _directory):
    """No relay at all: clients connect to the server."""
    return None


def relays(ringcat_binary):
    """Every contestant that is installed, by name; ringcat where it is built."""
    table = {
        "socat": socat,
        "haproxy-splice": haproxy("tune.pipesize 1048576",
                                  "option splice-request\n  option splice-response"),
        "haproxy-copy": haproxy("tune.bufsize 262144", ""),
        "nginx-16k": nginx("16k"),
        "nginx-256k": nginx("256k"),
    }
    found = {name: build for name, build in table.items() if shutil.which(name.split("-")[0])}
    if ringcat_binary:
        found |= {
            "ringcat": ringcat(ringcat_binary),
            "ringcat-copy": ringcat(ringcat_binary, "--lane=copy"),
            "ringcat-busy-poll": ringcat(ringcat_binary, "--busy-poll=1ms"),
        }
    return found | {"direct": direct}


def senders(ringcat_binary):
    """How each sends the file `path` to a loopback port and exits: (command, standard input)."""
    def with_address(*command):
        return lambda path, port: (
            [*command, "-u", f"OPEN:{path}", f"TCP4:127.0.0.1:{port}"], "/dev/null")

    found = {}
    if shutil.which("socat"):
        found["socat"] = with_address("socat")
        found["socat-b262144"] = with_address("socat", "-b", "262144")
    if ringcat_binary:
        found["ringcat"] = with_address(ringcat_binary)
    if shutil.which("nc.openbsd"):
        found["nc"] = lambda path, port: (["nc.openbsd", "-N", "127.0.0.1", str(port)], path)
    return found


def versions(ringcat_binary):
    """The first line that names a version, for each program."""
    questions = {"socat": ["socat", "-V"], "haproxy": ["haproxy", "-v"], "nginx": ["nginx", "-v"]}
    if ringcat_binary:
        questions["ringcat"] = [ringcat_binary, "-V"]
    answers = {}
    for name, command in questions.items():
        if shutil.which(command[0]):
            result = subprocess.run(command, text=True, check=False, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, timeout=10)
            lines = [line for line in result.stdout.splitlines() if "version" in line.lower()]
            answers[name] = lines[0].strip() if lines else "unknown"
    return answers
