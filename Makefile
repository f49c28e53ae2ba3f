# `make demo` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo fresh texts pictures docs test test-sqlite test-alone test-ends test-rest test-sql test-ahead test-postgresql test-mariadb check-python

help:
	@echo "make demo    a small clinic's site with the portal, on http://localhost:8000/ (or PORT=...)"
	@echo "make fresh   forget that clinic, so that the next make demo makes a new one"
	@echo "make test    the whole test suite"
	@echo "make docs    the documentation as a site, in site/"

demo: $(VENV)/.installed
	@$(BIN)/python sandbox/run.py

fresh:
	@rm -rf sandbox/var

# Those of docs/images/, by Chromium.
pictures: $(VENV)/.installed-test
	CLIENTPORTAL_PICTURES=1 CLIENTPORTAL_REQUIRE=chromium CLIENTPORTAL_DATABASE=sqlite \
	  $(BIN)/python -m pytest -q tests/journeys/test_pictures.py

# The documentation site, into site/.
docs: $(VENV)/.installed-test
	@$(BIN)/tox run -q -e docs

# See “Texts” in CONTRIBUTING.md.
texts: $(VENV)/.installed-test
	@cd wagtail_clientportal && $(abspath $(BIN))/python ../manage.py makemessages --add-location file --no-obsolete \
	  --verbosity 0 $(foreach one,$(notdir $(wildcard wagtail_clientportal/locale/*)),--locale $(one))
	@$(BIN)/python -m tests.locale.clients_side
	@cd wagtail_clientportal && $(abspath $(BIN))/python ../manage.py compilemessages --verbosity 0

# What no database server can change is proved on SQLite alone: pure arithmetic, the browser, the installation, the docs.
ON_SQLITE_ALONE := availability benchmarks blackbox journeys locale outbox/test_worker.py test_architecture_page.py \
  test_demo.py test_docs.py test_house.py test_install.py test_packaging.py test_reference_pages.py test_requirements.py \
  test_security_page.py test_uninstall_how_to.py test_without_worker.py
ARGS_postgresql := $(addprefix --ignore=tests/,$(ON_SQLITE_ALONE))
ARGS_mariadb := $(ARGS_postgresql)
# What of that a version of Django or Wagtail can change: the admin in a browser.
ENDS := journeys/staff
# No test knows today's date: these rooms, which start no processes, run quickly with the machine's clock ahead.
QUICK := access actions communications notifications pages policies portal practice sites \
  staff/notifications/test_notifications.py
# What one database can do otherwise than another: locks, statements of our own, searches, values that are out of range.
SQL := access/test_delete_along.py actions booking clearing diary exchange health outbox practice races \
  staff/clients/test_chooser.py staff/common/test_cannot_save.py staff/common/test_registers.py staff/reports/test_figures.py \
  staff/test_bad_input.py
# SQLite alone has the whole suite in one: the coverage is that of its run.
PYTEST := $(BIN)/python -m pytest
COVERED := $(BIN)/coverage run -m pytest
PYTEST_sqlite := $(COVERED)

# CLIENTPORTAL_REQUIRE=postgresql,mariadb,chromium turns "skipped, because it can't be reached" into a failure.
test: $(VENV)/.installed-test
	@rm -f .coverage .coverage.*
	@failed=; \
	for database in sqlite postgresql mariadb; do \
	  $(MAKE) --no-print-directory test-$$database || failed="$$failed $$database"; \
	done; \
	$(BIN)/coverage combine --quiet && $(BIN)/coverage report || failed="$$failed coverage"; \
	test -z "$$failed" || { echo "Failed:$$failed"; exit 1; }

test-sqlite test-postgresql test-mariadb: test-%:
	CLIENTPORTAL_DATABASE=$* $(or $(PYTEST_$*),$(PYTEST)) $(or $(ARGS),$(ARGS_$*))

test-alone: ARGS = $(addprefix tests/,$(ON_SQLITE_ALONE))
test-ends: ARGS = $(addprefix tests/,$(ENDS))
# What CI has on SQLite at the older end: all but what it has there on MariaDB or ahead, and the races, which are on each.
test-rest: ARGS = $(addprefix --ignore=tests/,$(ON_SQLITE_ALONE) $(QUICK) $(filter-out races diary,$(SQL)))
test-sql: ARGS = $(addprefix tests/,$(SQL)) --ignore=tests/outbox/test_worker.py
test-alone test-ends test-rest test-sql:
	CLIENTPORTAL_DATABASE=$(or $(DATABASE),sqlite) $(PYTEST) $(ARGS)

# Needs faketime. The whole suite runs so with ROOMS=tests; where processes wait for each other, they do it by the clock
# that isn't set.
AHEAD ?= 5y
ROOMS ?= $(addprefix tests/,$(QUICK))
test-ahead:
	CLIENTPORTAL_DATABASE=$(or $(DATABASE),sqlite) FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f +$(AHEAD) \
	  $(PYTEST) -q $(ROOMS)

$(VENV)/.installed: setup.cfg pyproject.toml | check-python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[worker,payments]"
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed. Name it like this: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
	  { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
