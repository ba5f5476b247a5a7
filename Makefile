# Everything a newcomer needs: `make run` plays music, `make test` proves it, `make check` is what CI runs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PY     := $(BIN)/python
PORT   ?= 8765

.PHONY: help setup run dev test check lint fix bench proof e2e docs screenshot lock clean
help:
	@grep -E '^## ' $(MAKEFILE_LIST) | sed 's/^## //'

## make setup        virtual environment, locked dependencies, web player built, sound kernels compiled
setup: $(VENV)/installed
	@$(PY) web/build.py
	@$(PY) -c 'from auralis.streaming.render import warm; warm()'

$(VENV)/installed: requirements.lock pyproject.toml
	@test -x $(PY) || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Auralis needs Python 3.11 or later")'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

## make run          start Auralis; MUSIC=~/Music uses your own folder (kept for next time), else a demo library
run: setup
	@$(BIN)/auralis serve --port $(PORT) --demo $(if $(MUSIC),--music "$(MUSIC)")

## make dev          server with reload on port 8765, Vite on port 3000
dev: setup
	@AURALIS_ALLOWED_ORIGINS='["http://localhost:3000","http://127.0.0.1:3000"]' $(PY) -m auralis.app.reload --port $(PORT) & \
	  trap 'kill %1' EXIT INT TERM; $(PY) web/build.py npm run dev

## make test         every test: Python, web, browser
test: setup
	@$(PY) tests/run.py

## make check        lint, types, imports, docs in step, tests, and at least 85 % line coverage (Python and web)
check: lint
	@$(PY) tests/run.py --unless-passed
	@$(PY) -m coverage report --format=total | sed 's/^/Python line coverage, per cent: /'
	@$(PY) -m coverage report --fail-under=85 > /dev/null || { $(PY) -m coverage report; exit 1; }

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/codespell src tests docs benchmarks web/src README.md CHANGELOG.md CONTRIBUTING.md
	@$(PY) docs/generate.py --check
	@$(PY) web/build.py npm run --silent lint
	@$(PY) web/build.py npm run --silent typecheck

## make fix          what lint can mend by itself
fix: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

## make bench        figures beside their budgets; benchmarks/results/ has them for programs
bench: setup
	@$(PY) benchmarks/run.py

## make proof        the long proofs in full, and the whole corpus of real music
proof: setup
	@AURALIS_PROOF=full $(PY) tests/run.py
	@test -d music || $(PY) benchmarks/fetch_music.py music
	@$(PY) benchmarks/corpus.py music --presets all --intensities 0,0.5,1 --results benchmarks/results/judged.jsonl

## make e2e          the browser stories alone
e2e: setup
	@$(PY) -m pytest tests/e2e --no-cov

## make docs         generated pages and types, from the code that they describe
docs: setup
	@$(PY) docs/generate.py

## make screenshot   the picture in the README, from the demo library in a real browser
screenshot: setup
	@$(PY) docs/screenshot.py

## make lock         requirements.lock anew from pyproject.toml
lock:
	@$(PY) -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --group dev pyproject.toml --output-file requirements.lock

## make clean        everything that was made here
clean:
	@rm -rf $(VENV) web/node_modules web/coverage src/auralis/api/web .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
