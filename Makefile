# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
CONSTRAINTS ?= constraints.txt
EXTRA ?= dev
# Build requirements are pinned as well; only a pip of constraints.txt knows how.
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) --build-constraint constraints.txt

.PHONY: demo test explore check slow book bench peers validation clean

demo: $(VENV)/.installed
	$(BIN)/sim compare scenarios/mountain_view.toml --replicates 1000 --out results/demo --force

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST)

explore: $(VENV)/.explore
	$(BIN)/sim explore

slow: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal -m 'slow or longer'

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The docs as a book; a warning or a link of ours that leads nowhere fails.
book: $(VENV)/.docs
	$(BIN)/sphinx-build -q -W --keep-going -n -E -c docs -d results/book/doctrees . results/book/html
	@echo "written: results/book/html/index.html"

bench: $(VENV)/.dev
	$(BIN)/python -m pytest benchmarks -m "" --benchmark-only --benchmark-columns=min,median,rounds

# Peers in an environment of their own: their requirements are not the project's.
peers:
	$(MAKE) .venv-peers/.dev VENV=.venv-peers
	.venv-peers/bin/pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -r benchmarks/peers/requirements.txt
	.venv-peers/bin/python benchmarks/peers/measure.py

validation: $(VENV)/.dev
	$(BIN)/python -m study.score --out results/score --ship --write docs/validation.md
	$(BIN)/python -m study.targets --out results/targets --write docs/validation.md

$(VENV)/.installed: pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --upgrade pip
	$(BIN)/pip uninstall --quiet --disable-pip-version-check --yes setuptools
	$(INSTALL) -e .
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(INSTALL) -e ".[$(EXTRA)]"
	touch $@

$(VENV)/.explore: $(VENV)/.installed
	$(INSTALL) -e ".[explore]"
	touch $@

$(VENV)/.docs: $(VENV)/.installed
	$(INSTALL) -e ".[docs]"
	touch $@

clean:
	rm -rf $(VENV)
