# Qadam. Needs Python 3.11 or newer, pip and make; everything else is installed into .venv.
VENV   := .venv
BIN    := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
OUT    := out
EXTRAS ?= classic,dev,lid

.PHONY: run test bench lint format site clean

run: $(VENV)/.ready            ## every study on its embedded sample, then the site
	@$(BIN)/qadam run --all --profile sample --out $(OUT)
	@echo "More: source $(VENV)/bin/activate, then qadam list"
	@$(BIN)/qadam site build --out $(OUT)

test: $(VENV)/.ready-dev       ## all tests: offline, no GPU
	@$(BIN)/python -m pytest -rs $(ARGS)

bench: $(VENV)/.ready-dev      ## speed against peers in one run, written to bench/RESULTS.md
	@$(BIN)/python bench/run.py

lint: $(VENV)/.ready-dev       ## style and types
	@$(BIN)/ruff check src tests bench
	@$(BIN)/ruff format --check src tests bench
	@$(BIN)/mypy

format: $(VENV)/.ready-dev
	@$(BIN)/ruff check --fix src tests bench
	@$(BIN)/ruff format src tests bench

site: $(VENV)/.ready
	@$(BIN)/qadam site build --out $(OUT)

clean:
	rm -rf $(VENV) $(OUT)

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Qadam needs Python 3.11 or newer: make run PYTHON=/path/to/python3.11")'
	@echo "Setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS)]'
	@touch $@
