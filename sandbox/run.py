"""What `make demo` runs: the sandbox clinic, its web server and its worker, until Ctrl-C or SIGTERM.

Makes the database and the demo clinic where there are none, starts both processes, and when the site answers prints
what is needed to try it. Both end with this process; the children have sessions of their own, so that a Ctrl-C reaches
them once, from here.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "demo"
READY_SECONDS = 60  # until the site has to answer
STOP_SECONDS = 10  # for a child to end by itself
PARENT = os.getppid()

stopping = threading.Event()
children: list[subprocess.Popen] = []


class Failed(Exception):
    """Something that the person who typed the command has to hear about."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    os.chdir(ROOT)
    try:
        run()
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        stop_children()
    return 0


def run() -> None:
    """:raises Failed: when the clinic can't be started, or one of its processes ends by itself."""
    port = choose_port()
    os.environ["PORT"] = str(port)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"  # whatever the shell was set up for
    print("Preparing the sandbox clinic …", flush=True)
    finish("migrate", "--verbosity=0")
    block = finish("sandbox_clinic", f"--port={port}", f"--password={PASSWORD}")
    start("runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}", stdout=subprocess.DEVNULL)
    start("clientportal_worker")
    if not wait_until(lambda: answers(port), seconds=READY_SECONDS):
        if stopping.is_set():
            return
        raise Failed(f"The site did not answer on port {port} within {READY_SECONDS} seconds.")
    print(f"\n{block}\n\nCtrl-C ends the web server and the worker.", flush=True)
    while not stopping.wait(0.5):
        for child, name in zip(children[-2:], ("web server", "worker"), strict=True):
            if child.poll() is not None:
                raise Failed(f"The {name} has ended (exit code {child.returncode}), so the other one is ended too.")
        if os.getppid() != PARENT:
            return  # whoever started this was killed


def choose_port() -> int:
    """Return the port asked for by the environment's PORT, 8000 without.

    :raises Failed: where it isn't one, or isn't free.
    """
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdecimal() or not 1 <= int(asked) <= 65535:
        raise Failed(f"PORT={asked} is not a port: write a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(asked)))
        except OSError as error:
            raise Failed(
                f"Port {asked} can't be used ({error.strerror}). Choose another one, like this: make demo PORT=8001"
            ) from error
    return int(asked)


def start(*command: str, **options) -> subprocess.Popen:
    """Start one of Django's commands in a session of its own."""
    child = subprocess.Popen(
        [sys.executable, "manage.py", *command], stdin=subprocess.DEVNULL, start_new_session=True, **options
    )
    children.append(child)
    return child


def finish(*command: str) -> str:
    """Run one of Django's commands to its end and return what it printed.

    :raises Failed: when it fails, or is to be stopped.
    """
    child = start(*command, stdout=subprocess.PIPE, text=True)
    while not stopping.is_set():
        try:
            printed, _ = child.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
        if child.returncode:
            raise Failed(f"“manage.py {command[0]}” failed (exit code {child.returncode}).")
        children.remove(child)
        return printed.rstrip()
    raise Failed("Stopped.")


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_until(condition, *, seconds: float) -> bool:
    """Wait for *condition*; give up after *seconds*, when to be stopped, or when a child has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not stopping.is_set():
        if condition():
            return True
        if any(child.poll() is not None for child in children):
            return False
        stopping.wait(0.2)
    return False


def stop_children() -> None:
    """End every child with everything that it has started: kindly first, then surely."""
    for child in children:
        signal_session(child, signal.SIGTERM, everything=False)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=max(0.0, deadline - time.monotonic()))
        # The worker's own workers share its session; whatever is left there goes with it.
        signal_session(child, signal.SIGKILL, everything=True)
        child.wait()


def signal_session(child: subprocess.Popen, number: int, *, everything: bool) -> None:
    """Signal the child, or *everything* in its process group (whose id is the child's, and is never ours)."""
    try:
        if everything:
            os.killpg(child.pid, number)
        elif child.poll() is None:
            child.send_signal(number)
    except ProcessLookupError:
        pass  # nobody left


if __name__ == "__main__":
    sys.exit(main())
