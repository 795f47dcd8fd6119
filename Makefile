# One-line wrappers: the work is done by dev.py, which also runs where there is no make.
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
NAME ?= list
.PHONY: help setup run test check bench drill serve translate

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## the demo city on http://127.0.0.1:8000 (PORT=8100 overrides)
	$(PYTHON) dev.py run $(ARGS)

test: ## the whole suite (ARGS="tests/people -k sign_in" narrows it)
	$(PYTHON) dev.py test $(ARGS)

check: ## format, lint, types, import contracts, templates, translations
	$(PYTHON) dev.py check

bench: ## key pages against a bare Flask page (ARGS="--people 1000000")
	$(PYTHON) dev.py bench $(ARGS)

drill: ## a heavy check: NAME=crash, double-send, fuzz, outbox, audit; without NAME a list
	$(PYTHON) dev.py drill $(NAME) $(ARGS)

setup: ## .venv, pinned requirements, migrations
	$(PYTHON) dev.py setup

serve: ## the production server, configured by the environment alone
	$(PYTHON) dev.py serve $(ARGS)

translate: ## bring the English catalogue up to the texts
	$(PYTHON) dev.py translate
