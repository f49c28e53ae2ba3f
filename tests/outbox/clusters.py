"""Several machines' processes on one broker and the test's own database, until a test kills it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from tests.processes import Processes

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
        self._processes = Processes()

    def start(self, name: str, *command: str) -> subprocess.Popen:
        """Run ``python -m`` *command*. Emails from there come from the address *name*@harbour.example."""
        return self._processes.start(
            [sys.executable, "-m", *command],
            env=os.environ | self._environment(name),
            log=self._folder / f"{name}.log",
        )

    def start_cluster(self, name: str) -> subprocess.Popen:
        return self.start(name, "django", "clientportal_worker")

    def kill(self, process: subprocess.Popen) -> None:
        """End the machine, as a power cut does."""
        self._processes.kill(process)

    def close(self) -> None:
        self._processes.kill_all()

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
