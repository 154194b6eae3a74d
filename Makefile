# `make docs` builds the documentation into site/; `make test-docs` tests what was built.
# `make demo` trains, tests and reports on the embedded digits; `make test` runs the tests,
# `make test-slow` those that take long: kills, full disks; `make test-data` those that need data
# sets in INKGRAD_DATA, `make test-browser` those that drive the lab in Chromium,
# `make test-postgresql` those of a desk on a PostgreSQL server, which they start, and
# `make test-course` runs the chapters of the course and compares them with what was approved.
# Each makes its own .venv on first use. Set PYTHON to choose the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

.PHONY: demo test test-slow test-data test-browser test-postgresql test-course docs test-docs
.PHONY: coverage check clean

demo: $(VENV)/installed
	$(BIN)/inkgrad demo

test: $(VENV)/installed
	$(PYTEST) -m "not slow and not browser and not site and not course and not real_data and not postgresql" $(PYTEST_ARGUMENTS)

test-slow: $(VENV)/installed
	$(PYTEST) -m "slow and not real_data and not postgresql" $(PYTEST_ARGUMENTS)

test-data: $(VENV)/installed
	$(PYTEST) -m real_data $(PYTEST_ARGUMENTS)

test-browser: $(VENV)/installed
	$(PYTEST) -m "browser and not postgresql" $(PYTEST_ARGUMENTS)

test-postgresql: $(VENV)/installed
	$(PYTEST) -m "postgresql and not browser" tests/desk $(PYTEST_ARGUMENTS)

docs: $(VENV)/docs
	$(BIN)/python docs/build_site.py

test-docs: docs
	$(PYTEST) -m site tests/web/test_site.py $(PYTEST_ARGUMENTS)

test-course: $(VENV)/installed
	$(BIN)/python -m pytest -n 2 -m course $(PYTEST_ARGUMENTS)

# Which lines no test runs; takes longer than the tests alone.
coverage: $(VENV)/installed
	$(PYTEST) -m "not slow and not browser and not site and not course and not postgresql" \
		--cov --cov-report=term --cov-report=html $(PYTEST_ARGUMENTS)

check: $(VENV)/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" ./check

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "inkgrad needs Python 3.11 or newer; set PYTHON=python3.12, say")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --group dev --editable '.[all,course,skl2onnx]'
	touch $@

$(VENV)/docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --group docs
	touch $@

clean:
	rm -rf $(VENV) build site dist htmlcov .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache
