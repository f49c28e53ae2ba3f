# `make demo` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo fresh test test-sqlite test-alone test-postgresql test-mariadb check-python

help:
	@echo "make demo    a small clinic's site with the portal, on http://localhost:8000/ (or PORT=...)"
	@echo "make fresh   forget that clinic, so that the next make demo makes a new one"
	@echo "make test    the whole test suite"

demo: $(VENV)/.installed
	@$(BIN)/python sandbox/run.py

fresh:
	@rm -rf sandbox/var

# What no database server can change is proved on SQLite alone: pure arithmetic, the browser, the installation, the docs.
ON_SQLITE_ALONE := availability benchmarks blackbox journeys test_docs.py test_house.py test_install.py \
  test_packaging.py test_requirements.py test_security_page.py
ARGS_postgresql := $(addprefix --ignore=tests/,$(ON_SQLITE_ALONE))
ARGS_mariadb := $(ARGS_postgresql)
PYTEST := $(BIN)/coverage run -m pytest

# CLIENTPORTAL_REQUIRE=postgresql,mariadb,chromium turns "skipped, because it can't be reached" into a failure.
test: $(VENV)/.installed-test
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory test-sqlite test-postgresql test-mariadb
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

test-sqlite test-postgresql test-mariadb: test-%:
	CLIENTPORTAL_DATABASE=$* $(PYTEST) $(or $(ARGS),$(ARGS_$*))

test-alone:
	CLIENTPORTAL_DATABASE=sqlite $(PYTEST) $(addprefix tests/,$(ON_SQLITE_ALONE))

$(VENV)/.installed: setup.cfg pyproject.toml | check-python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed. Name it like this: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
