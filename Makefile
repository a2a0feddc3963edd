# The commands of the day. PYTHON may name another interpreter; the environment is .venv unless VENV says otherwise.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ROUNDS ?= 300
SEED ?= 1

.PHONY: help env demo test check drill bench manual pictures clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(BIN)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $@

env: $(BIN)/.ready  ## the environment for all of the below

demo: env  ## the demo, then the terminal interface
	$(BIN)/tracker demo

test: env  ## the tests
	$(BIN)/python -m pytest

check: env  ## lint, types, import contracts, coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	BIN=$(BIN) sh tests/coverage.sh

drill: env  ## the long drills (hours): kill -9 (ROUNDS, SEED), outages, clocks, no room; eight at once; days of schedule
	$(BIN)/python -m tests.drill --rounds $(ROUNDS) --seed $(SEED)
	$(BIN)/python -m tests.drill --rounds 50 --seed $(SEED) --db pg --parts A
	$(BIN)/python -m tests.drill.team --seed $(SEED) --seconds 300
	$(BIN)/python -m tests.drill.hammer
	$(BIN)/python -m tests.drill.load

bench: env  ## measured side by side with whatever peers are installed (BENCH: groups and options)
	$(BIN)/python -m bench $(BENCH)

manual: env  ## write the generated parts of the manual again
	$(BIN)/python -m tests.manual

pictures: env  ## draw the pictures of the manual again
	$(BIN)/python -m tests.manual pictures

clean:  ## caches and builds
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
