# `make run` is all it takes on a fresh clone with Python 3.11 or later.
# PORT, MALLOPS_DATA and DATABASE_URL change where it listens and what it keeps.

PYTHON_DEV = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test bench lint format lock audit sbom translations clean

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: ## start MallOps with a demo mall on http://127.0.0.1:8000
	@tools/install requirements.txt && exec .venv/bin/mallops serve --with-worker

test: ## run every check and test, browser and PostgreSQL included
	@tools/install requirements-dev.txt && exec tools/test

bench: ## measure speed and memory, into docs/performance.md
	@tools/install requirements-dev.txt && exec $(PYTHON_DEV) -m tests.bench --write

lint: ## run the checks that read the code without running it
	@tools/install requirements-dev.txt && exec tools/test lint

format: ## put the Python code in its usual shape
	@tools/install requirements-dev.txt
	@$(PYTHON_DEV) -m ruff check --fix-only --quiet . && $(PYTHON_DEV) -m ruff format .

lock: ## write the lock files anew (make lock ARGS=--upgrade for newer versions)
	@tools/install requirements-dev.txt && tools/lock $(ARGS)

audit: ## look up advisories of the locked libraries; asks PyPI and fails without it
	@tools/install requirements-dev.txt && PATH=$$PATH:.venv/bin uv tool run pip-audit \
		--strict --disable-pip --require-hashes --requirement requirements.txt

sbom: ## write what MallOps is made of to sbom.json (CycloneDX)
	@tools/install requirements-dev.txt && $(PYTHON_DEV) tools/sbom.py > sbom.json

translations: ## collect the strings to translate and compile the translations
	@tools/install requirements.txt && exec tools/translations

clean: ## remove what make built; var/, with its database and photos, stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist test-results
	find mallops migrations tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
