# make run · make test · make check. Everything they need is installed into .venv.

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto

.PHONY: run test check screenshots bench clean

run: $(VENV)/.runtime
	@$(BIN)/python -m eventapp.serve

test: $(VENV)/.development
	@$(BIN)/python -m tests.ground.prepare
	@$(BIN)/python -m pytest -n $(WORKERS)

check: $(VENV)/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -m eventapp.translating --check
	$(BIN)/python -m eventapp.vendoring --check
	$(BIN)/python -m pytest -q -n 0 tests/architecture

screenshots: $(VENV)/.development
	@$(BIN)/python -m tests.ground.prepare
	@$(BIN)/python -m tests.ground.screenshots

bench: $(VENV)/.development
	@$(BIN)/python -m bench.run --write docs/performance.md

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache

# The first Python of the machine that is new enough makes the environment.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    exec $$python -m venv $(VENV); \
	  fi; \
	done; \
	echo "Eventapp needs Python 3.11 or newer, and none was found on this machine." >&2; exit 1

$(VENV)/.runtime: requirements.lock | $(BIN)/python
	@echo "Installing what Eventapp needs (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.development: requirements-dev.lock | $(BIN)/python
	@echo "Installing what the tests need (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.runtime
