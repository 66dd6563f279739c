# Everything here needs Python 3.11 and make; no database, Docker or Node.
PYTHON ?= python3
PORT ?= 8000
JOBS ?= auto
BIN := .venv/bin
INSTALL := $(BIN)/python -m uv pip install --quiet --python $(BIN)/python --require-hashes
FALLBACK := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

# The processes of a start share what one of them has compiled, whatever this machine is told elsewhere.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test lint fix audit bench check lock schema

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-7s %s\n", $$1, $$2}'

demo: .venv/run .env  ## Run the whole site with believable data (PORT=8000)
	@$(BIN)/python manage.py demo --port $(PORT)

test: .venv/dev .venv/peers .env  ## Run every test on all cores (ARGS="-k gift" narrows)
	@$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

lint: .venv/dev .env  ## Style, types, import contracts, templates, missing migrations, the API's schema
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@git ls-files -z -- '*.html' ':!templates/admin/*' | xargs -0 $(BIN)/djade --check --target-version 5.2
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/python manage.py makemigrations --check
	@$(SCHEMA) | diff --unified docs/openapi.yaml - || { echo "The API is not what docs/openapi.yaml says: make schema."; exit 1; }

fix: .venv/dev  ## Let the tools mend what they can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@git ls-files -z -- '*.html' ':!templates/admin/*' | xargs -0 $(BIN)/djade --target-version 5.2

schema: .venv/dev .env  ## Write what the API is to docs/openapi.yaml
	@$(SCHEMA) --file docs/openapi.yaml

audit: .venv/run .env  ## Prove the books of the running site's database
	@$(BIN)/python manage.py audit_books

bench: .venv/peers .env  ## Measure the gift and its peers (ONLY="gift.wal_bytes" narrows; FULL=1, QUICK=1)
	@$(BIN)/python -m bench $(if $(FULL),--full) $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

check: lint test  ## What CI runs before it tries the demo

lock: .venv/dev  ## Pin what pyproject.toml asks for
	@$(BIN)/python -m uv pip compile $(LOCKED) --extra embedded pyproject.toml -o requirements.txt
	@$(BIN)/python -m uv pip compile $(LOCKED) --extra embedded --extra dev -c requirements.txt pyproject.toml \
		-o requirements-dev.txt
	@echo 'django-hordak>=2.0' | $(BIN)/python -m uv pip compile $(LOCKED) -c requirements-dev.txt - \
		-o requirements-bench.txt

SCHEMA := $(BIN)/python manage.py spectacular --validate --fail-on-warn

LOCKED := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links

.env:
	@cp .env.example .env

.venv/installer: requirements-installer.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@echo "Making a virtual environment and installing into it; this is done once."
	@$(PYTHON) -m venv .venv
	@$(FALLBACK) -r requirements-installer.txt
	@touch $@

.venv/run: .venv/installer requirements.txt
	@$(INSTALL) -r requirements.txt || $(FALLBACK) -r requirements.txt
	@touch $@

# The peers of `make bench` lie beside the other packages, where only the bench looks.
.venv/peers: .venv/dev requirements-bench.txt
	@$(INSTALL) --target $@ -r requirements-bench.txt || $(FALLBACK) --target $@ -r requirements-bench.txt
	@touch $@

.venv/dev: .venv/run requirements-dev.txt
	@$(INSTALL) -r requirements-dev.txt || $(FALLBACK) -r requirements-dev.txt
	@touch $@
