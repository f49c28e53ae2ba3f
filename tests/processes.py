"""Processes that a test starts, and of which it leaves none behind."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRACE = 15  # seconds that a process has to end by itself


class Processes:
    """Each one is started in a process group of its own, so that what it starts ends with it."""

    def __init__(self):
        self._running: list[subprocess.Popen] = []

    def start(self, command: list[str], *, env: dict[str, str], log: Path, cwd: Path = ROOT) -> subprocess.Popen:
        """Start *command*; what it prints is added to the file *log*."""
        with log.open("a") as output:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """End it and all that it has started, as a power cut does."""
        self._running.remove(process)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the group that start() made for it
        process.wait()

    def stop(self, process: subprocess.Popen) -> None:
        """Ask it to end, and see to it that nothing that it has started is left."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE)
        self.kill(process)

    def stop_all(self) -> None:
        for process in reversed(list(self._running)):
            self.stop(process)

    def kill_all(self) -> None:
        for process in reversed(list(self._running)):
            self.kill(process)
