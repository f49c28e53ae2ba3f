"""Two machines work off one queue, and one of them loses its power."""

import ast
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from redis import Redis

from tests.requirements import require
from wagtail_clientportal.models import OutboundMessage

from .clusters import Machines
from .mail_server import MailServer

MESSAGES = 500
HOW_TO = Path(__file__).resolve().parent.parent.parent / "docs/how-to/several-machines.md"


def in_the_docs() -> dict:
    """The Q_CLUSTER that the page about several machines gives."""
    [written] = re.findall(r"^Q_CLUSTER = (\{.*?^\})", HOW_TO.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return ast.literal_eval(written)


@pytest.fixture(params=["orm", "redis"])
def q_cluster(request):
    """The Q_CLUSTER of a site whose queue is in its database, and of one whose queue is in Redis."""
    if os.environ.get("CLIENTPORTAL_DATABASE") == "mariadb":
        pytest.skip("the runs on SQLite and PostgreSQL have this; the queue is slow on MariaDB")
    name = f"clientportal_{os.getpid()}"
    if request.param == "orm":
        yield {"name": name, "orm": "default", "timeout": 60, "retry": 120, "workers": 2}
        return
    require("redis")
    example = in_the_docs()
    where = {"host": os.environ.get("REDIS_HOST", "127.0.0.1"), "port": int(os.environ.get("REDIS_PORT", "6379"))}
    yield example | {"name": name, "redis": example["redis"] | where}
    redis = Redis(**where)
    for key in redis.scan_iter(f"django_q:{name}:*"):
        redis.delete(key)


@pytest.fixture
def mail_server():
    server = MailServer().start()
    yield server
    server.stop()


@pytest.fixture
def machines(tmp_path, q_cluster, mail_server):
    machines = Machines(tmp_path, q_cluster, mail_server.port)
    yield machines
    machines.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_machine_that_dies_amid_its_work_loses_no_message_and_doubles_only_what_it_had_in_hand(
    machines, mail_server, q_cluster
):
    doomed, survivor = machines.start_cluster("doomed"), machines.start_cluster("survivor")
    machines.start("site", "tests.outbox.busy_site", str(MESSAGES))

    def sent_by(name):
        return sum(one.sender.startswith(name) for one in mail_server.received)

    machines.wait_until(lambda: sent_by("doomed") >= 50 and sent_by("survivor") >= 50, "both machines at work")
    machines.kill(doomed)
    assert len(mail_server.received) < MESSAGES, "the machine was to be killed amid its work"

    everybody = {f"desk{number}@harbour.example" for number in range(MESSAGES)}
    machines.wait_until(lambda: set(mail_server.recipients()) == everybody, "all messages delivered")
    waiting = OutboundMessage.objects.exclude(status="sent")
    machines.wait_until(lambda: not waiting.exists(), "all rows say so")
    assert survivor.poll() is None

    more_than_once = Counter(mail_server.recipients()) - Counter(everybody)
    assert more_than_once.total() <= q_cluster["workers"]


def test_the_queue_in_the_docs_keeps_what_the_checks_ask_of_any(settings):
    assert in_the_docs()["retry"] > in_the_docs()["timeout"]
