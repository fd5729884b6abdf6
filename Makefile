# Everything is set up by the first command that needs it: the tools in .venv, an engine in .engines/NAME, both from locks/.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# What a developer's shell may hold and a build must not see; bytecode is written so that later starts are quick.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
TOOLS := .venv/.stamp
ENGINES := .engines/airflow/.stamp .engines/dagster/.stamp .engines/prefect/.stamp
UV := $(BIN)/uv
# At most 8 at once: each may run an engine. Who takes which test, `tests/conftest.py` says.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadscope --no-loadscope-reorder
ARGS ?=

.PHONY: help demo test quick conformance matrix fuzz shapes live lint types fmt docs lock schedules faults bench clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: $(TOOLS) ## compile a real example to Airflow and run it natively
	@sh tools/demo.sh

test: $(TOOLS) $(ENGINES) ## run every test, on the real engines too
	$(PYTEST) $(ARGS)

quick: $(TOOLS) ## run the tests that need no engine and little time
	$(PYTEST) -m "not engine and not slow" $(ARGS)

conformance: $(TOOLS) $(if $(VERSION),.engines/$(ENGINE)-$(VERSION)/.stamp,$(ENGINES)) ## run what needs engines; the stories alone on ENGINE=airflow, older with VERSION=3.0.6
	FLOWC_VERSION=$(VERSION) $(PYTEST) -m engine $(if $(ENGINE),tests/test_conformance.py -k "test_engine and $(ENGINE)-") $(ARGS)

matrix: $(TOOLS) $(ENGINES) ## hold N=300 cells of the outcome matrix to every engine, or to ENGINE=dagster alone, or all to ENGINE=native
	FLOWC_CELLS=$(or $(N),300) $(if $(filter native,$(ENGINE)),FLOWC_SHAPES=all $(PYTEST) tests/test_matrix.py -m "not engine",$(PYTEST) tests/test_matrix.py -m engine -k "$(ENGINE)") $(ARGS)

fuzz: $(TOOLS) $(ENGINES) ## run N=100 random flows on every engine, or on ENGINE=native alone; again with SEED=1
	@for engine in $(or $(ENGINE),native airflow dagster prefect); do \
		$(BIN)/python -m tests.fuzz.search $$engine $(or $(N),100) "$(SEED)" || exit 1; done

shapes: $(TOOLS) $(ENGINES) .engines/shapes/.stamp ## run N=20 large flows whole and in parts, on every engine or on ENGINE=dagster alone
	@for engine in $(or $(ENGINE),native airflow dagster prefect); do $(BIN)/python -m tests.shaped $$engine $(or $(N),20) || exit 1; done

live: $(TOOLS) $(ENGINES) ## run flows on every engine with all of its servers, or on ENGINE=dagster alone
	$(BIN)/python -m pytest -n 0 --durations 9 tests/test_live.py -m engine -k "$(ENGINE)" $(ARGS)

lint: $(TOOLS) ## look for mistakes and for what is not formatted
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(TOOLS) ## check the types
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/pyright --pythonpath $(BIN)/python --pythonversion 3.10 flowc/runtime

fmt: $(TOOLS) ## format the code and mend what can be mended without a thought
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

docs: $(TOOLS) ## write the generated tables of the documents anew
	$(BIN)/python -m tools.docs

lock: $(TOOLS) ## resolve every lock anew, or those of ENGINE=airflow alone
	$(BIN)/python -m tools.locks $(ENGINE)

schedules: $(TOOLS) $(ENGINES) ## the schedule certificate over YEARS=10, for every engine or for ENGINE=dagster alone
	FLOWC_YEARS=$(or $(YEARS),10) $(PYTEST) tests/test_schedules.py -k "$(ENGINE)" $(ARGS)

faults: $(TOOLS) ## kill `flowc serve` N=50 times at random moments, again with SEED=1; or the schedulers of ENGINE=dagster, N=3
	$(if $(ENGINE),$(BIN)/python -m tests.live.faulted $(ENGINE) $(or $(N),3) $(SEED),FLOWC_KILLS=$(or $(N),50) FLOWC_SEED=$(SEED) \
		$(BIN)/python -m pytest -n 0 tests/serve/test_faults.py $(ARGS))

bench: $(TOOLS) $(ENGINES) .engines/peers/.stamp .engines/shapes/.stamp .engines/runners/.stamp ## measure (ARGS="start --write" puts the figures of a part in benchmarks/README.md)
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove all that these commands made
	rm -rf .venv .engines build dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(TOOLS): locks/dev.txt pyproject.toml tools/python.sh
	@echo "Setting up .venv (once)"
	@test -x $(BIN)/python || { python=$$(sh tools/python.sh) && "$$python" -m venv .venv; }
	@$(BIN)/python -m pip install -q "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' locks/dev.txt)"
	@$(UV) pip sync -q --require-hashes --compile-bytecode --python $(BIN)/python locks/dev.txt
	@$(UV) pip install -q --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@# Not needed here: it leaves in uv's cache what tests/test_packaging.py needs to install the wheel without a network.
	@$(UV) pip compile -q --no-header pyproject.toml --constraint locks/dev.txt -o .venv/runtime.txt
	@touch $@

# A version that is in no table has no lock.
locks/%.txt:
	@echo "There is no $@: targets/flowc_targets/*/versions.py tell which versions there are, and \`make lock\` locks them." >&2; exit 1

.engines/%/.stamp: locks/%.txt | $(TOOLS)
	@echo "Setting up .engines/$* (once; some minutes)"
	@test -x .engines/$*/bin/python || $(UV) venv -q --python $(BIN)/python .engines/$*
	@$(UV) pip sync -q --require-hashes --compile-bytecode --python .engines/$*/bin/python locks/$*.txt
	@touch $@
