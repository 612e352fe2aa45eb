# The commands of the project. `make run` and `make test` do all set-up by themselves.
# With another Python they do it in a folder of its own: `make test PYTHON=python3.13`.
PYTHON ?= python3
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'))
BIN := $(VENV)/bin
# most tests wait for tmux, for a disk or for a deadline: two for each processor
JOBS ?= $(shell expr 2 '*' "$$(getconf _NPROCESSORS_ONLN)")
AGENTS_DIR ?= $(HOME)/.cache/cafleet/agents
AGENTS := @anthropic-ai/claude-code@2.1.332 @openai/codex@0.171.0 opencode-ai@1.18.33 @qwen-code/qwen-code@0.24.4

.PHONY: run test again campaigns smoke test-agents check static format mutants tokens bench bench-peers screenshots movie docs clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## set up, then show a team at work
	@$(BIN)/cafleet demo

test: $(VENV)/.dev ## set up, then run the whole test suite; more with TESTS="--engine both"
	@$(BIN)/pytest -n $(JOBS) $(TESTS)

again: $(VENV)/.dev ## run what failed the last time once more, one test at a time
	@$(BIN)/pytest --last-failed --last-failed-no-failures none -n 0 $(TESTS)

smoke: $(VENV)/.run ## set up, then import everything and run a few commands, no warning allowed
	@$(BIN)/python -W error -m tests.install.smoke >/dev/null && $(BIN)/python -V

test-agents: $(VENV)/.dev $(AGENTS_DIR)/.installed ## test delivery to real coding agents, with a model on loopback
	@CAFLEET_AGENTS_DIR='$(AGENTS_DIR)' $(BIN)/pytest tests/agents

campaigns: $(VENV)/.dev ## try delivery CAMPAIGN_COUNT times of each kind on real tmux, by CAMPAIGN_SEED
	@CAMPAIGN_COUNT=$${CAMPAIGN_COUNT:-2000} $(BIN)/pytest -n 0 -s tests/campaigns

$(AGENTS_DIR)/.installed: Makefile
	@command -v npm >/dev/null || { echo "the agents' tests need npm on PATH" >&2; exit 1; }
	@echo "installing $(AGENTS) in $(AGENTS_DIR), about 1 GB ..."
	@mkdir -p '$(AGENTS_DIR)'
	@npm install --silent --no-fund --no-audit --prefix '$(AGENTS_DIR)' $(AGENTS)
	@touch $@

check: static test ## everything that must hold before a commit

static: lint types imports pictures documents ## formatting, lint, types, import contracts, stale pictures and documents

.PHONY: lint types imports pictures documents
lint: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/.dev
	@$(BIN)/mypy

imports: $(VENV)/.dev
	@$(BIN)/lint-imports

pictures: $(VENV)/.dev
	@$(BIN)/python -m screenshots.make --check

documents: $(VENV)/.dev
	@$(BIN)/python -m cafleet_core.reference --check
	@$(BIN)/python -m cafleet_tui.render.keys_document --check
	@$(BIN)/python -m cafleet_tui.server.api.document --check

format: $(VENV)/.dev ## put the code in its usual form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

mutants: $(VENV)/.dev ## break the guards in every small way, and list what no test notices; some with ARGS="push/script"
	@rm -rf mutants
	@$(BIN)/python -m tests.mutants $(ARGS)

tokens: $(VENV)/.dev ## count the characters that a working day prints to its agents
	@$(BIN)/python -m tests.tokens

bench: $(VENV)/.dev ## measure, three times, and judge the medians; more with ARGS="--json FILE", "--compare A B"
	@$(BIN)/python -m tests.bench $(ARGS)

bench-peers: $(VENV)/.dev ## do the same tasks with other programs, installed from the package index
	@$(BIN)/python -m tests.bench.peers

screenshots: $(VENV)/.dev ## draw the pictures again
	@$(BIN)/python -m screenshots.make

movie: $(VENV)/.dev ## play the demo and film it for the README
	@$(BIN)/python -m screenshots.movie

docs: $(VENV)/.dev ## write the documents that are made from the program again
	@$(BIN)/python -m cafleet_core.reference
	@$(BIN)/python -m cafleet_tui.render.keys_document
	@$(BIN)/python -m cafleet_tui.server.api.document

clean: ## remove what set-up made
	rm -rf .venv .venv-* mutants

.PHONY: prerequisites
prerequisites:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "cafleet needs Python 3.11 or newer as '$(PYTHON)'; name another with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "cafleet needs Python's venv module (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@command -v tmux >/dev/null \
	  || { echo "cafleet needs tmux 3.2 or newer on PATH" >&2; exit 1; }

$(BIN)/python: | prerequisites
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | prerequisites $(BIN)/python
	@echo "setting up $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(BIN)/python -m compileall -q cafleet_core cafleet_tui
	@touch $@

$(VENV)/.dev: pyproject.toml | prerequisites $(BIN)/python
	@echo "setting up $(VENV) for development ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q cafleet_core cafleet_tui
	@touch $@ $(VENV)/.run
