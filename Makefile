# `make demo` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo fresh test test-postgresql test-mariadb check-python

help:
	@echo "make demo    a small clinic's site with the portal, on http://localhost:8000/ (or PORT=...)"
	@echo "make fresh   forget that clinic, so that the next make demo makes a new one"
	@echo "make test    the whole test suite"

demo: $(VENV)/.installed
	@$(BIN)/python sandbox/run.py

fresh:
	@rm -rf sandbox/var

# What a database server may change: not the browser, the installation and the docs, which are proved on SQLite alone.
# MariaDB, slow at making and emptying tables, gets the rooms whose SQL and locks could differ there.
ON_postgresql := $(addprefix tests/,access actions communications diary notifications outbox pages policies portal \
  practice races sites staff test_demo.py test_send.py)
ON_mariadb := $(addprefix tests/,access actions diary outbox policies races)

# CLIENTPORTAL_REQUIRE=postgresql,redis,chromium turns "skipped, because it can't be reached" into a failure.
test: $(VENV)/.installed-test
	@rm -f .coverage .coverage.*
	CLIENTPORTAL_DATABASE=sqlite $(BIN)/coverage run -m pytest $(ARGS)
	@$(MAKE) --no-print-directory test-postgresql test-mariadb
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

test-postgresql test-mariadb: test-%:
	@if $(BIN)/python -m tests.requirements $*; then \
	  echo "CLIENTPORTAL_DATABASE=$* $(BIN)/coverage run -m pytest $(or $(ARGS),$(ON_$*))"; \
	  CLIENTPORTAL_DATABASE=$* $(BIN)/coverage run -m pytest $(or $(ARGS),$(ON_$*)); \
	fi

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
