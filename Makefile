# `make run` and `make test` need Python 3.11 to 3.14 and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SERVE  ?= 1
PORT   ?= 8000

.PHONY: sbom audit studio studio-journeys contact-sheet run test clocks pythons smoke-training check bench fmt docs setup clean

run: $(VENV)/.studio      ## make the demo catalogue, one remix, one cover, then serve the studio
	$(BIN)/remixlab demo
	@if [ "$(SERVE)" != "0" ]; then $(BIN)/remixlab serve --port $(PORT); fi

test: $(VENV)/.dev        ## everything CI runs: house rules, then all tests
	$(MAKE) check
	$(BIN)/pytest -n 2 --dist loadgroup

pythons:                  ## try every Python from 3.11 to 3.14 that this machine has: install, one remix, the quick tests
	$(PYTHON) tools/try_pythons.py $(PYTHONS)

CLOCKS  := "@2026-12-31 23:59:57" "@2028-02-29 23:59:57" "+5y"
CLOCKED := $(addprefix tests/,app catalogue/test_owners.py domain/test_rights.py rights royalties stores/test_registry.py stores/test_ledger.py \
	stores/test_settlement.py seal/test_manifest.py $(addprefix journeys/test_,clocks.py first_remix.py refusals.py words.py api.py))

clocks: $(VENV)/.dev      ## what touches time, as the year turns, on 29 February and five years ahead (needs faketime)
	@command -v faketime >/dev/null || { echo "faketime is not installed (Debian: apt-get install faketime), so nothing was tried"; exit 1; }
	for moment in $(CLOCKS); do \
	  TZ=UTC FAKETIME_DONT_FAKE_MONOTONIC=1 PYTHONPATH=tests/clocks faketime -f "$$moment" $(BIN)/pytest -n 0 $(CLOCKED) || exit 1; \
	done

smoke-training: $(VENV)/.train  ## train a separator for a minute on music made here, and see that it learned
	OMP_NUM_THREADS=1 REMIXLAB_SMOKE=1 $(BIN)/pytest -n 2 --dist loadfile tests/training

check: $(VENV)/.dev       ## lint, import contracts, types
	$(BIN)/ruff check src tests benchmarks examples synthesis tools training adapters
	$(BIN)/ruff format --check src tests benchmarks examples synthesis tools training adapters
	$(BIN)/lint-imports --no-logo
	$(BIN)/pyright

bench: $(VENV)/.dev       ## one line of JSON per figure
	$(BIN)/python -m benchmarks

fmt: $(VENV)/.dev
	$(BIN)/ruff check --fix src tests benchmarks examples synthesis tools training adapters
	$(BIN)/ruff format src tests benchmarks examples synthesis tools training adapters

sbom: $(VENV)/.audit      ## dist/sbom.json: every package that is installed with the product, with its licence (CycloneDX)
	@mkdir -p dist
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible --of JSON -o dist/sbom.json $(BIN)/python
	$(BIN)/python tools/check_sbom.py dist/sbom.json

audit: $(VENV)/.audit     ## which installed packages have a known weakness; asks a database on the internet, and says so where it cannot
	$(BIN)/python tools/audit_packages.py

docs: $(VENV)/.dev        ## write the generated pages (plan, styles, openapi.json)
	$(BIN)/python tools/write_docs.py

studio: $(VENV)/.studio   ## build the studio again after a change in web/

studio-journeys: $(VENV)/.dev  ## journeys through the studio in a real browser (needs Chromium; `make test` runs the first minute and axe)
	REMIXLAB_STUDIO_JOURNEYS=1 $(BIN)/pytest -n 1 --dist loadgroup tests/studio

contact-sheet: $(VENV)/.dev  ## photograph every place of the studio, light and dark, desktop and phone (needs Chromium)
	$(BIN)/python tools/contact_sheet.py

setup: $(VENV)/.dev

$(VENV)/.venv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	@touch $@

$(VENV)/.run: $(VENV)/.venv pyproject.toml hatch_build.py sounds/pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable . ./sounds
	@touch $@

# The studio, from web/: with a Node that is here or comes from PyPI. Where neither is to be had, it says so and the plain page serves.
WEB := $(shell find web -name node_modules -prune -o -type f -print 2>/dev/null)
$(VENV)/.studio: $(VENV)/.run $(WEB)
	$(BIN)/python hatch_build.py
	@touch $@

$(VENV)/.dev: $(VENV)/.studio
	$(BIN)/pip install --quiet --disable-pip-version-check --group dev
	@touch $@

$(VENV)/.audit: $(VENV)/.dev
	$(BIN)/pip install --quiet --disable-pip-version-check --group audit
	@touch $@

$(VENV)/.train: $(VENV)/.dev
	$(BIN)/python -c "import torch, onnx" 2>/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check --editable '.[train]'
	@touch $@

clean:
	rm -rf web/node_modules src/remixlab/doors/pages/files/studio $(VENV) .pythons build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
