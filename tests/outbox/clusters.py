"""Several machines' processes on one broker and the test's own database, each in a process group of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 180  # seconds until what should happen counts as not happening
A_MOMENT = 0.05  # seconds between two looks


class Machines:
    """Starts processes, and sees to it that none is left."""

    def __init__(self, folder: Path, q_cluster: dict, mail_port: int):
        """
        :param folder: for what the processes print.
        :param q_cluster: the Q_CLUSTER of all of them.
        :param mail_port: where their mail server listens on this machine.
        """
        self._folder, self._q_cluster, self._mail_port = folder, q_cluster, mail_port
        self._running: list[subprocess.Popen] = []

    def start(self, name: str, *command: str) -> subprocess.Popen:
        """Run ``python -m`` *command*. Emails from there come from the address *name*@harbour.example."""
        with (self._folder / f"{name}.log").open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=os.environ | self._environment(name),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def start_cluster(self, name: str) -> subprocess.Popen:
        return self.start(name, "django", "qcluster")

    def kill(self, process: subprocess.Popen) -> None:
        """End it and all that it has started, as a power cut does."""
        self._running.remove(process)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the group that start() made for it
        process.wait()

    def close(self) -> None:
        for process in reversed(list(self._running)):
            self.kill(process)

    def wait_until(self, look: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not look():
            assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} seconds\n{self._printed()}"
            time.sleep(A_MOMENT)

    def _printed(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in self._folder.glob("*.log"))

    def _environment(self, name: str) -> dict[str, str]:
        handed = {
            "database": connection.settings_dict,
            "q_cluster": self._q_cluster,
            "mail_port": self._mail_port,
            "sender": f"{name}@harbour.example",
        }
        return {
            "DJANGO_SETTINGS_MODULE": "tests.outbox.cluster_settings",
            "CLIENTPORTAL_CLUSTER": json.dumps(handed, default=str),
        }
