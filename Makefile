# Everything here needs Python 3.11+, make and a C library, and nothing but the package registries.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup run check test bench soak lock clean dev-setup

setup: .venv/run.stamp page ## the environment and the built page

.venv/run.stamp: requirements/run.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Tutorium needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.stamp: requirements/dev.lock .venv/run.stamp
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.lock
	touch $@

.PHONY: page
page: .venv/run.stamp
	$(BIN)/python tools/build_page.py

dev-setup: .venv/dev.stamp page

run: setup ## the product on embedded defaults, page at http://localhost:8000
	$(BIN)/tutorium serve

check: dev-setup ## format, lint, types, import contracts, spelling
	$(BIN)/ruff format --check src tests tools benchmarks
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/basedpyright --warnings
	$(BIN)/lint-imports
	$(BIN)/codespell README.md CHANGELOG.md docs src tests tools web/src
	$(BIN)/python tools/check_page.py

test: check ## everything CI runs: the checks, all tests with the browser, coverage of 90 %
	$(BIN)/python tools/ensure_chromium.py
	$(BIN)/python tools/run_tests.py

bench: dev-setup ## figures beside a baseline measured in the same run
	$(BIN)/python -m benchmarks

soak: dev-setup ## slow checks: kills and load for an hour
	$(BIN)/python -m tests.soak

lock: ## make the lock files anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q --extra page --extra dev pyproject.toml -o requirements/dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q --extra page -c requirements/dev.lock pyproject.toml -o requirements/run.lock

clean:
	rm -rf .venv web/node_modules web/dist src/tutorium/server/page
