"""Processes that do something at the same moment, and a referee who sets the scene and looks at what came of it.

Processes and not threads, each with Django and a database connection of its own, as the workers of a web server are.
This module runs on both sides and imports no Django: a process is forked from one that has loaded it (loaded.py)
and has no connection, so that it is loaded once and not again in each.
"""

import json
import multiprocessing
import os
from importlib import import_module
from typing import Any, NamedTuple
from unittest.mock import patch

RACERS, CROWD = 8, 16  # how many of them race; the rest of the crowd waits
PATIENCE = 120  # seconds until a process that doesn't answer counts as stuck; a deadlock would be one

DONE = "done"


class Outcome(NamedTuple):
    """What one racer came back with.

    :param said: DONE or the name of the exception.
    :param detail: the exception's text, or what the contest returned.
    """

    said: str
    detail: Any = None


class Stuck(AssertionError):
    """A process didn't answer, or couldn't do what it was asked to."""


class Racers:
    """The crowd and their referee, on one database."""

    def __init__(self, server: str, database: dict):
        """:param database: entry of Django's DATABASES; it is made here, and dropped by ``close()``."""
        self.server, self._database = server, database
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.races.loaded"])
        with patch.dict(os.environ, _environment(database)):
            barriers = {count: context.Barrier(count) for count in (RACERS, CROWD)}
            # The racers connect once the referee has made the database.
            self._referee = _Process(context, barriers)
            self._racers = [_Process(context, barriers) for _ in range(CROWD)]
        try:
            self.referee("make_database")
        except Stuck:
            self._end(self._referee, *self._racers)
            raise

    def referee(self, task: str, **arguments) -> Any:
        """Have the referee run the function *task* of referee.py, and return what it returns."""
        return self._referee.ask(task, arguments)

    def everybody(self, task: str, **arguments) -> None:
        """Have the referee and then each racer run the function *task* of it."""
        for process in [self._referee, *self._racers]:
            process.ask(task, arguments)

    def connect(self, options: dict) -> None:
        """Have all of them connect anew. :param options: OPTIONS of Django's DATABASES."""
        # A journal mode can be set only while nobody else is connected.
        self.everybody("disconnect")
        self.everybody("connect", options=options)
        self._database = self._database | {"OPTIONS": options}

    def environment(self) -> dict[str, str]:
        """For any other process that is to work on their database."""
        return _environment(self._database)

    def race(self, contest: str, entries: list[dict]) -> list[Outcome]:
        """Have each racer prepare the *contest* with its own entry, then start all at one moment.

        :param entries: arguments for the function of contests.py, one dict a racer: for eight, or for the whole crowd.
        """
        racers = self._racers[: len(entries)]
        for process, entry in zip(racers, entries, strict=True):
            process.tell(contest, entry, len(entries))
        return [Outcome(*process.answer()) for process in racers]

    def close(self) -> None:
        """End the racers, drop the database, end the referee."""
        self._end(*self._racers)
        try:
            self.referee("drop_database")
        finally:
            self._end(self._referee)

    @staticmethod
    def _end(*processes: "_Process") -> None:
        for process in processes:
            process.hang_up()
        for process in processes:
            process.end()


class _Process:
    """This side of one process."""

    def __init__(self, context, barriers):
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, barriers), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, task: str, arguments: dict) -> Any:
        self.tell(task, arguments)
        return self.answer()

    def tell(self, task: str, arguments: dict, racers: int = 0) -> None:
        """:param racers: how many do it at one moment; none: it isn't a race."""
        self._pipe.send((task, arguments, racers))

    def answer(self) -> Any:
        if not self._pipe.poll(PATIENCE):
            raise Stuck(f"no answer within {PATIENCE} seconds")
        ok, answer = self._pipe.recv()
        if not ok:
            raise Stuck(answer)
        return answer

    def hang_up(self) -> None:
        """Let the process end; several do so at once."""
        self._pipe.close()

    def end(self) -> None:
        """Wait until it has ended, and see to it."""
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def serve(pipe, barriers: dict) -> None:
    """What each process does: answer questions until the other side hangs up.

    :param barriers: by how many race, where they wait for one another.
    """
    contests, referee = import_module("tests.races.contests"), import_module("tests.races.referee")
    while True:
        try:
            name, arguments, racers = pipe.recv()
        except EOFError:
            return
        try:
            if racers:
                answer = tuple(_race(getattr(contests, name)(**arguments), barriers[racers]))
            else:
                answer = getattr(referee, name)(**arguments)
        except Exception as error:
            if racers:
                barriers[racers].abort()
            pipe.send((False, f"{name}: {type(error).__name__}: {error}"))
        else:
            pipe.send((True, answer))


def _environment(database: dict) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.races.settings", "CLIENTPORTAL_RACE_DATABASE": json.dumps(database)}


def _race(go, barrier) -> Outcome:
    barrier.wait(PATIENCE / 2)
    try:
        return Outcome(DONE, go())
    except Exception as error:
        return Outcome(type(error).__name__, str(error))
