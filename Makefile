# The newcomer's commands. Each sets up .venv first; a second run installs nothing.
PYTHON ?= python3
EDITION ?= paper-2022
BIN := .venv/bin

.PHONY: book test check lint lab serve bench clean

book: .venv/ready
	$(BIN)/afpak build $(EDITION)

test: .venv/ready
	$(BIN)/pytest --numprocesses=auto

check: .venv/ready
	$(BIN)/afpak check

lint: .venv/ready
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

lab: .venv/ready
	$(BIN)/afpak lab

serve: .venv/ready
	$(BIN)/afpak serve $(EDITION)

bench: .venv/ready
	$(BIN)/python benchmarks/build.py

clean:
	rm -rf _build

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("afpak needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@
