import os
import subprocess
import sys

import pytest

from tests.processes import ROOT

# As if it weren't there: where Python looks for it, it finds nothing.
WITHOUT_GUNICORN = """
import importlib.util, runpy

found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *args: None if name == "gunicorn" else found(name, *args)
runpy.run_module("tests.benchmarks.bench_pages", run_name="__main__")
"""


def test_without_gunicorn_it_says_so_at_once(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_GUNICORN],
        cwd=ROOT,
        env=os.environ | {"CLIENTPORTAL_SCRATCH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("gunicorn isn’t installed.") and "Traceback" not in run.stderr
    assert not list(tmp_path.iterdir())  # no database was made for it


def test_the_benchmark_runs_and_says_how_each_page_compares(tmp_path):
    pytest.importorskip("gunicorn", reason="gunicorn isn't installed")
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_pages", "--rounds=1", "--seconds=0.1", "--clients=2"],
        cwd=ROOT,
        env=os.environ | {"CLIENTPORTAL_SCRATCH": str(tmp_path)},  # beside the database of the suite
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr
    assert [line.partition(": ")[0].split(", ")[1] for line in run.stdout.splitlines()] == [
        "bare",
        "list",
        "detail",
        "change",
    ]
