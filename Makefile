# `make demo` and `make test` are all the set-up there is. See README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
SHARED ?= ../shared

.PHONY: demo test lint eval gate clean

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(VENV)/installed
	$(BIN)/python -m eval.demo

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

eval: $(VENV)/installed-dev
	$(BIN)/python -m eval.quality --shared $(SHARED) --out eval/results/quality.json

gate: $(VENV)/installed-dev
	$(BIN)/python -m eval.quality --shared $(SHARED) --expected eval/results/quality.json

clean:
	rm -rf $(VENV) .demo build dist *.egg-info
