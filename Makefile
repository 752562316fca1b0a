# The two commands a newcomer needs are `make demo` and `make test`; everything they need is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
MUSIC ?=
DEMO_LIBRARY ?= demo-library

unexport PYTHONDONTWRITEBYTECODE # a hundred processes that tests start would each compile the program anew

.PHONY: demo test check lint types imports tests sweep cluster install install-dev browser clean

demo: .venv/installed
	$(BIN)/resona demo $(if $(MUSIC),"$(MUSIC)") --folder "$(DEMO_LIBRARY)"

test: .venv/installed-dev check

check: # side by side: mypy takes one core for half a minute
	$(MAKE) --jobs 2 lint types imports tests

lint:
	$(BIN)/ruff format --check src tests benchmarks research train.py
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

# Two processes have two cores: further threads of NumPy's would wait for each other, and take a core while they do.
tests: export OMP_NUM_THREADS = 1
tests:
	$(BIN)/pytest -n 2

sweep: # the page's views at every width in both themes; `make test` takes one look at each
	$(BIN)/pytest -m sweep tests/web/test_browser.py

cluster: # two simulated nodes; skipped without `pip install ray`
	$(BIN)/pytest -m cluster tests/ingest/test_cluster.py

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Resona needs Python 3.11 or newer; say which with PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade "pip>=25.1"

.venv/installed: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --editable ".[train]"
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --editable ".[train]" --group dev
	touch $@

clean:
	rm -rf .venv demo-library
