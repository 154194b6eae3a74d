# `make demo` trains, tests and reports on the embedded digits; `make test` runs the tests.
# Each makes its own .venv on first use. Set PYTHON to choose the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test coverage check clean

demo: $(VENV)/installed
	$(BIN)/inkgrad demo

test: $(VENV)/installed
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGUMENTS)

# Which lines no test runs; takes longer than the tests alone.
coverage: $(VENV)/installed
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile \
		--cov --cov-report=term --cov-report=html $(PYTEST_ARGUMENTS)

check: $(VENV)/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" ./check

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "inkgrad needs Python 3.11 or newer; set PYTHON=python3.12, say")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache
