# What one does with Plantain: `make help` lists it. Needs GNU Make 3.81 and Python 3.11, or newer.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first of these that is new enough. `make PYTHON=python3.13 …` decides otherwise.
PYTHONS := .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in $(PYTHONS); do \
	"$$python" -c '$(NEW_ENOUGH)' 2>/dev/null && echo "$$python" && break; done)

# Every command is a module of .venv's Python: its scripts name an absolute path, and break when
# the project is moved or its path has a space. `exec` hands Ctrl+C and SIGTERM to the command itself.
VENV_PYTHON := .venv/bin/python
TOOLS := requirements.txt tests/requirements.txt

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile
	@echo
	@echo 'PORT=… chooses the port, ARGS="…" is handed on, PYTHON=… is the interpreter of a new .venv.'

.PHONY: run
run: environment ## Start Plantain on http://127.0.0.1:8501 (ARGS: flags of streamlit run)
	@exec $(VENV_PYTHON) -m streamlit run app.py \
		--server.address 127.0.0.1 --server.port $(or $(PORT),8501) $(ARGS)

.PHONY: sandbox
sandbox: environment ## Start the stand-in for the Runflow API on http://127.0.0.1:8787
	@exec $(VENV_PYTHON) -m lib.sandbox --port $(or $(PORT),8787) $(ARGS)

.PHONY: backup
backup: environment ## Back up the data folder, also while Plantain runs (TO: where to)
	@exec $(VENV_PYTHON) -m scripts.backup $(if $(TO),--to "$(TO)") $(ARGS)

.PHONY: restore
restore: environment ## Put a backup back (FROM: which)
	@exec $(VENV_PYTHON) -m scripts.restore $(if $(FROM),"$(FROM)") $(ARGS)

.PHONY: test
test: tools ## Run all tests, those in a browser too (ARGS: flags of pytest)
	@CHROMIUM=$$($(VENV_PYTHON) -m scripts.find_chromium --install); export CHROMIUM; \
		exec $(VENV_PYTHON) -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

.PHONY: soak
soak: tools ## Run the long versions of the fault tests: an hour or more (ARGS: flags of pytest)
	@FAULT_SEED=$${FAULT_SEED:-$$(date +%s)} FAULT_DEATHS=1000 FAULT_STEPS=1000000 FAULT_CUTS=3000 \
		FAULT_CELLS=500 FAULT_KILLS=10 exec $(VENV_PYTHON) -m pytest -s \
		tests/faults/test_random_deaths.py tests/faults/test_state_machine.py \
		tests/faults/test_power_cuts.py tests/faults/test_crash_points.py \
		tests/faults/test_experiment_deaths.py $(ARGS)

.PHONY: lint
lint: tools ## Check style and types; change nothing
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@exec $(VENV_PYTHON) -m mypy

.PHONY: format
format: tools ## Put every file in the project's style
	@$(VENV_PYTHON) -m ruff check --fix .
	@exec $(VENV_PYTHON) -m ruff format .

.PHONY: bench
bench: tools ## Measure Plantain side by side with a raw client
	@exec $(VENV_PYTHON) -m tests.bench $(ARGS)

.PHONY: screenshots
screenshots: tools ## Make the README's pictures again
	@CHROMIUM=$$($(VENV_PYTHON) -m scripts.find_chromium --install); export CHROMIUM; \
		exec $(VENV_PYTHON) -m scripts.screenshots $(ARGS)

# What runs, and with what checks it: installed into .venv when it is not there as it should be.
.PHONY: environment tools
environment: python
	@"$(PYTHON)" scripts/environment.py requirements.txt

tools: python
	@"$(PYTHON)" scripts/environment.py $(TOOLS)

.PHONY: python
python:
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { \
		echo 'Plantain needs Python 3.11 or newer, and found none$(if $(PYTHON), in "$(PYTHON)").' >&2; \
		echo 'Install it, or name it: make PYTHON=/path/to/python3.' >&2; exit 1; }
