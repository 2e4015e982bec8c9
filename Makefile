# Two commands to remember: `make serve` and `make test`. Each makes .venv and installs by itself.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PY := $(BIN)/python
PYTEST := $(PY) -m pytest
SOURCES := main.py app config database pkg routes
ANSWER := import sys; from pkg.testing import SERVICES, reachable; \
	sys.exit(not all(reachable(SERVICES[name]) for name in sys.argv[1:]))

.DEFAULT_GOAL := help
.PHONY: help serve test check fmt lint types arch test-all night cov bench docs release clean

help:
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: .venv/.core ## runs it: page, API and hub on http://127.0.0.1:8000
	@$(PY) main.py serve $(ARGS)

test: .venv/.dev ## runs the tests, under ten minutes
	$(PYTEST) -n auto $(ARGS)

check: .venv/.dev ## format, lint, types, floors, security: what each commit passes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r $(SOURCES)

fmt: .venv/.dev ## formats, and mends what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/.dev ## the linter alone
	$(BIN)/ruff check .

types: .venv/.dev ## mypy alone
	$(BIN)/mypy .

arch: .venv/.dev ## floors, rooms, shapes
	$(BIN)/lint-imports
	$(PYTEST) tests/architecture $(ARGS)

test-all: .venv/.dev ## slow tests too, then all again on PostgreSQL and MariaDB with Redis
	$(PYTEST) -n auto -m "not night" $(ARGS)
	@for database in postgres mysql; do \
		if $(PY) -c '$(ANSWER)' $$database redis; then \
			echo "== $$database and redis"; \
			TEST_DATABASE=$$database TEST_STORES=redis $(PYTEST) -n auto -m "not night" $(ARGS) || exit 1; \
		elif [ -n "$$REQUIRE_SERVICES" ]; then \
			echo "error: $$database or redis does not answer"; exit 1; \
		else \
			echo "== $$database and redis: skipped, no server answers"; \
		fi; \
	done

night: .venv/.dev ## the big counts; hours
	$(PYTEST) -m night -s $(ARGS)

cov: .venv/.dev ## which branches no test runs, and each pkg by its own tests alone
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto -m "not night" $(ARGS)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report
	$(PY) -m tests.own_coverage

bench: .venv/.dev ## measures; figures, no verdicts; ARGS="--full --install": the hub beside its peers
	@for each in tests/benchmarks/bench_*.py; do \
		echo "== $$each"; $(PY) -m "tests.benchmarks.$$(basename $$each .py)" || true; \
	done
	@echo "== tests/benchmarks/hub"; $(PY) -m tests.benchmarks.hub $(ARGS) || true

docs: .venv/.dev ## writes .env.example and the references in docs/
	$(PY) main.py docs:write

release: check test-all ## everything once more, then what is left to do by hand
	@$(PY) -c 'from pkg.app import VERSION; print(f"git tag -s v{VERSION}, after CHANGELOG.md says {VERSION}")'

clean: ## takes back what make made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer here: install one, or say make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.core: pyproject.toml | .venv/bin/python
	@echo "installing into .venv (once, a minute)"
	@$(PY) -m pip install --disable-pip-version-check -q -e .
	@touch $@

.venv/.dev: pyproject.toml | .venv/bin/python
	@echo "installing into .venv, test tools included (once, a minute)"
	@$(PY) -m pip install --disable-pip-version-check -q -e ".[dev]"
	@touch .venv/.core $@
