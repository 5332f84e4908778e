# Everything a developer or a machine does here has one word. `make` alone lists them.
# PY names the Python that makes .venv; tests take more arguments: make test ARGS="tests/rules -x".

PY ?= python3
BIN = .venv/bin
ARGS ?=
WORKERS ?= 2
LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test check fix lock bench install clean
.DELETE_ON_ERROR:

help: ## show this list
	@echo "POEMS Clinic. What you can make:"
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

# Each stamp is older than its lock file exactly when the lock has changed since the last install.
.venv/.runtime: requirements.txt scripts/install
	@PY="$(PY)" sh scripts/install requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt scripts/install
	@PY="$(PY)" sh scripts/install requirements-dev.txt
	@touch .venv/.runtime $@

install: .venv/.dev ## everything a developer needs, in .venv

demo: .venv/.runtime ## a clinic with invented people on this machine; Ctrl-C stops it
	@exec $(BIN)/python manage.py demo $(ARGS)

test: .venv/.dev ## the tests; says at the end what this machine could not run
	@exec $(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: .venv/.dev ## lint, format, types, templates, imports, migrations, lock files, deployment
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/check

fix: .venv/.dev ## put right what ruff can put right by itself
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: .venv/.dev ## resolve the dependencies again; the files hold hashes and no host
	@$(LOCK) -o requirements.txt
	@$(LOCK) --group dev -o requirements-dev.txt
	@git --no-pager diff --stat -- requirements.txt requirements-dev.txt

bench: .venv/.dev ## measure on PostgreSQL (DATABASE_URL), and print the tables of docs/performance.md
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/bench $(ARGS)

clean: ## forget the virtual environment and the caches; data/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache staticfiles
