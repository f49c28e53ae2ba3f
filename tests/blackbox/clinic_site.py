"""The sandbox clinic as a site that runs: real processes, real HTTP, messages as files.

The tests' own process doesn't use its database: what they know of the clinic a client or the staff could know too.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple

import requests

from tests.processes import ROOT, Processes

PASSWORD = "tea and biscuits"
STAFF = "demo-staff"
PATIENCE = 90  # seconds until what should happen counts as not happening
A_MOMENT = 0.1  # seconds between two looks
# Django's file backend writes this line behind each message: without it the file is still being written.
END_OF_MAIL = b"-" * 79 + b"\n"
LINK = re.compile(r"http://\S+/p/[0-9A-Za-z]+/")


class Mail(NamedTuple):
    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        return only_link(self.text)


class Text(NamedTuple):
    to: str
    body: str

    @property
    def link(self) -> str:
        return only_link(self.body)


def only_link(text: str) -> str:
    """Return the one magic link that the text holds."""
    [link] = set(LINK.findall(text))
    return link


def wait_for(look, what: str):
    """Look until something is seen, and return it."""
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()):
        assert time.monotonic() < deadline, f"{what}: nothing within {PATIENCE} seconds"
        time.sleep(A_MOMENT)
    return seen


class ClinicSite:
    """One clinic in a folder of its own, with its web server and, where it was started, its worker."""

    def __init__(self, folder: Path):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self._processes = Processes()

    def prepare(self, migrated: Path) -> str:
        """Make the demo clinic in a copy of that database; return what the command printed."""
        shutil.copy(migrated, self.folder)
        return self.manage("clientportal_demo", f"--port={self.port}", f"--password={PASSWORD}")

    def manage(self, *command: str) -> str:
        """Run one of Django's commands to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen:
        """Start one of Django's commands."""
        return self._processes.start(
            [sys.executable, "manage.py", *command], env=self._environment, log=self.folder / f"{command[0]}.log"
        )

    def start_web_server(self) -> None:
        server = self.start("runserver", "--noreload", "--skip-checks", f"127.0.0.1:{self.port}")

        def answers():
            assert server.poll() is None, (self.folder / "runserver.log").read_text()
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(self.address, timeout=PATIENCE).status_code == 200

        wait_for(answers, "the web server")

    def start_worker(self) -> subprocess.Popen:
        return self.start("clientportal_worker")

    def stop(self, process: subprocess.Popen) -> None:
        self._processes.stop(process)

    def stop_all(self) -> None:
        self._processes.stop_all()

    @property
    def _environment(self) -> dict:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "sandbox.settings",
            "SANDBOX_VAR": str(self.folder),
            "PORT": str(self.port),
        }

    # -- What lies in the folders of messages

    def mails(self, *, to: str, subject: str = "") -> list[Mail]:
        """The emails to that address whose subject has *subject* in it, the oldest first."""
        found = [_read_mail(path) for path in sorted((self.folder / "mail").glob("*.eml"))]
        return [mail for mail in found if mail and mail.to == to and subject in mail.subject]

    def texts(self, *, to: str) -> list[Text]:
        found = [_read_text(path) for path in sorted((self.folder / "sms").glob("*.txt"))]
        return [text for text in found if text and text.to == to]

    def wait_for_mail(self, *, to: str, subject: str) -> Mail:
        """Return the one email to that address with such a subject."""
        [mail] = wait_for(lambda: self.mails(to=to, subject=subject), f"an email to {to}, “{subject}”")
        return mail

    def wait_for_text(self, *, to: str) -> Text:
        [text] = wait_for(lambda: self.texts(to=to), f"a text to {to}")
        return text


def _read_mail(path: Path) -> Mail | None:
    written = path.read_bytes()
    if not written.endswith(END_OF_MAIL):
        return None
    message: EmailMessage = message_from_bytes(written, policy=default)
    return Mail(message["To"], message["Subject"], message.get_body(["plain"]).get_content())


def _read_text(path: Path) -> Text | None:
    written = path.read_text(encoding="utf-8")
    to, _blank, body = written.partition("\n\n")
    return Text(to.removeprefix("To: "), body) if body.endswith("\n") else None
