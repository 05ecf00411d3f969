# Two commands matter: `make run` shows the portal, `make test` proves it. README.md explains the rest.
BIN := .venv/bin

.PHONY: run setup check test bench lock
.DEFAULT_GOAL := run

run:  ## start the whole portal (PORT, DATA_DIR, DATABASE_URL, REDIS_URL, EMAIL_URL; ARGS=--demo)
	@sh .ci/venv base
	@exec $(BIN)/python -m config.run $(ARGS)

setup:  ## build .venv with everything development needs
	@sh .ci/venv dev

check: setup  ## the gate: format, lint, types, imports, house numbers, migrations, translations, templates
	@exec $(BIN)/python -m tests.gate

test: setup  ## all tests, in parallel, against throw-away real services
	@exec $(BIN)/python -m tests.everything $(ARGS)

bench: setup  ## measure against peers and limits
	@exec $(BIN)/python -m bench $(ARGS)

LOCK := uv pip compile -q --universal --python-version 3.11.0 --generate-hashes --no-header
lock:  ## pin what requirements/*.in ask for
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt
