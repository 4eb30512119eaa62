# The two commands of the README are `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT ?= 8137
DATA ?= .rungs-demo
# Three more than there are cores: many tests wait, for a lease to end or for a page to draw.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 3)
# Many processes start here: what one has compiled, the others load.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test setup check bench soak figures docs lock format sbom

# The environment alone; afterwards the command line is .venv/bin/rungs.
setup: $(VENV)/.run

demo: $(VENV)/.run
	@PORT=$(PORT) $(BIN)/rungs demo --data $(DATA) $(if $(RESET),--reset)

# In a fresh copy each test process would compile all tests for itself, at the same time as the others.
test: $(VENV)/.dev
	@$(if $(CI),$(BIN)/python -m pytest --collect-only --quiet $(ARGS) >/dev/null || true)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/rungs content check
	@$(BIN)/python -m docs.generate --check
	@$(BIN)/python -m docs.libraries --check

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks $(ARGS)

# The long runs: kills, freezes, lost replies. Under 30 minutes; writes the table of docs/reliability.md.
soak: $(VENV)/.dev
	@$(BIN)/python -m tests.reliability.soak $(ARGS)

# How the code is laid out, in figures; writes the table of docs/structure.md.
figures: $(VENV)/.dev
	@$(BIN)/python -m tests.house.structure

# What the code knows, written into the documents.
docs: $(VENV)/.dev
	@$(BIN)/python -m docs.generate

# The libraries that Rungs runs on, with licenses and what each needs, as CycloneDX in rungs.cdx.json.
sbom: $(VENV)/.dev
	@$(BIN)/python -m docs.libraries

# Universal locks: any platform, Python 3.11 and later, versions and hashes only.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-strip-extras --no-emit-index-url pyproject.toml
lock: $(VENV)/.dev
	@$(LOCK) --upgrade --extra dev --output-file requirements-dev.txt
	@$(LOCK) --upgrade --constraint requirements-dev.txt --output-file requirements.txt

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Rungs needs Python 3.11 or later. Found: $$($(PYTHON) --version). Try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/.python
	@echo "Setting up $(VENV) (once, about a minute) …"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Adding the test tools to $(VENV) …"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
