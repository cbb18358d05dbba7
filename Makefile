# `make` alone prints what there is.
.DEFAULT_GOAL := help
# What `make lint` runs two at a time, the longest first.
LINTERS := lint.sql lint.types lint.documents lint.style lint.imports lint.scripts
.PHONY: help run pull test attack lint docs pictures bench speed timings clean browser $(LINTERS)

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# What we run ourselves takes a warning for an error.
STRICT := $(BIN)/python -W error
BIOME  := $(BIN)/node node_modules/@biomejs/biome/bin/biome

help:  ## print this
	@awk -F':.*## ' '/^[a-z.]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv: $(VENV)/.installed  ## make the environment that everything below uses
$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv does not work here; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing what the application needs into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what the tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# node and npm come with requirements-dev.txt, so that a machine needs Python and make alone.
node_modules/.installed: package-lock.json .npmrc | $(VENV)/.installed-dev
	@echo "Installing what checks the JavaScript into node_modules …"
	@$(BIN)/npm ci --loglevel=error >/dev/null
	@touch $@

run: $(VENV)/.installed  ## open the application: the demo company, or your portal once .env names its webhook
	@$(BIN)/python -m streamlit run streamlit_app.py

pull: $(VENV)/.installed  ## pull the portal and build the figures, in the terminal
	@$(BIN)/python -m metrics refresh

test: $(VENV)/.installed-dev browser lint  ## everything that proves it works: linters, tests, a real browser
	@$(BIN)/node --test --test-reporter=dot 'tests/**/*.test.js'
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

attack: $(VENV)/.installed-dev  ## pull from portals that are made to lie, ten times as often as the tests do
	@VITRINA_ATTACKS=400 $(BIN)/python -m pytest tests/crm/attacks

browser: $(VENV)/.installed-dev
	@$(STRICT) -m tests.browser.chromium

lint: $(VENV)/.installed-dev node_modules/.installed  ## ruff, mypy, sqlfluff, import-linter, biome, and documents that must match the code
	@$(MAKE) --no-print-directory -j 2 $(LINTERS)

lint.sql:
	@$(BIN)/sqlfluff lint --disable-progress-bar metrics/sql

lint.types:
	@$(BIN)/mypy

lint.documents:
	@$(STRICT) -m metrics docs --check

lint.style:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

lint.imports:
	@$(BIN)/lint-imports --no-logo --no-cache

lint.scripts:
	@$(BIOME) ci --error-on-warnings .

docs: $(VENV)/.installed  ## write docs/metrics.md, settings.md and commands.md from the program
	@$(STRICT) -m metrics docs

pictures: $(VENV)/.installed-dev browser  ## take the pictures of the READMEs from the demo company
	@$(STRICT) -m tests.browser.pictures

# The clients that Vitrina is measured beside have an environment of their own, of any Python they like.
BENCH_PYTHON ?= $(PYTHON)
BENCH_VENV   := $(VENV)/clients

$(BENCH_VENV)/.installed: benchmarks/requirements.txt
	@test -x $(BENCH_VENV)/bin/python || $(BENCH_PYTHON) -m venv $(BENCH_VENV)
	@echo "Installing the clients to measure beside into $(BENCH_VENV) …"
	@$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

bench: $(VENV)/.installed $(BENCH_VENV)/.installed  ## pull beside other clients, write docs/benchmarks.md; a part of it: make bench ARGS="--rows 20000"
	@$(STRICT) -m benchmarks.pulling $(ARGS)

speed: $(VENV)/.installed-dev browser $(BENCH_VENV)/.installed  ## time figures beside polars and pandas, pages and people, write docs/speed.md; a larger company: make speed ARGS="--size L"
	@$(STRICT) -m benchmarks.speed $(ARGS)

timings: $(VENV)/.installed  ## time every view on the demo company, and what drawing costs
	@$(STRICT) benchmarks/views.py
	@$(STRICT) benchmarks/charts.py

clean:  ## remove the environment and what was pulled from the demo
	rm -rf .venv-* $(VENV) node_modules data/demo
