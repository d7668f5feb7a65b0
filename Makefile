# SPDX-License-Identifier: Apache-2.0
# Needs JDK 17 and Python 3.10 or newer; everything else is fetched into .venv at the first use.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
SBT = $(VENV_PYTHON) tools/sbt.py

VERSION := $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' python/sparkpredict/version.py)
JAR_2.12 := python/sparkpredict/jars/spark-predict_2.12-$(VERSION).jar
JAR_2.13 := python/sparkpredict/jars/spark-predict_2.13-$(VERSION).jar
JARS := $(JAR_2.12) $(JAR_2.13)
WHEEL := dist/spark_predict-$(VERSION)-py3-none-any.whl

# Folders are listed too: their times tell that a file was removed.
JAR_SOURCES := $(shell find jvm/src/main jvm/vectors/src python/sparkpredict/resources project/*.* build.sbt \
	jvm/spark-versions.json python/sparkpredict/version.py LICENSE 2>/dev/null)
PYTHON_SOURCES := $(shell find python -path python/sparkpredict/jars -prune -o \
	-name __pycache__ -prune -o -print) pyproject.toml tools/hatch_build.py $(wildcard README.md) LICENSE

.PHONY: help demo test test-all test-flavors jar jar-2.12 jar-2.13 wheel fmt lint bench \
	bench-quick bench-full bench-scale bench-kernels clean

help: ## show this list (default)
	@sed -n 's/^\([a-z0-9.-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

demo: ## score a model with SQL, in a few lines, on this machine
	@$(PYTHON) tools/setup.py demo
	@$(MAKE) --no-print-directory jar-$$($(VENV_PYTHON) tools/versions.py scala)
	@$(VENV_PYTHON) examples/demo.py

test: ## run every test on every Spark of jvm/spark-versions.json
	@$(PYTHON) tools/setup.py test
	@$(MAKE) --no-print-directory jar wheel
	@$(VENV_PYTHON) tools/run_tests.py $(TEST_OPTIONS)

test-all: ## `make test`, then the rest of the matrix of Sparks, Pythons and libraries
	@$(PYTHON) tools/setup.py test-all
	@failed=0; \
	$(MAKE) --no-print-directory test || failed=1; \
	$(VENV_PYTHON) -m nox $(NOX_OPTIONS) || failed=1; \
	exit $$failed

test-flavors: ## test the flavors whose libraries are heavy: PyTorch, TensorFlow and others
	@$(PYTHON) tools/setup.py test-flavors
	@$(MAKE) --no-print-directory jar
	@$(VENV_PYTHON) tools/run_tests.py --suite flavors $(TEST_OPTIONS)

jar: $(JARS) ## build both jars into the Python package

jar-2.12: $(JAR_2.12) ## build the jar for Spark 3

jar-2.13: $(JAR_2.13) ## build the jar for Spark 4

wheel: $(WHEEL) ## build the wheel, with both jars, into dist/

lint: ## check style, types and formats; compiler warnings are fatal in `make jar`
	@$(PYTHON) tools/setup.py lint
	@failed=0; \
	for check in "ruff check" "ruff format --check" mypy; do \
		echo "$$check"; $(VENV_PYTHON) -m $$check || failed=1; \
	done; \
	$(SBT) scalafmtCheckAll scalafmtSbtCheck || failed=1; \
	exit $$failed

fmt: ## format the sources and fix what can be fixed
	@$(PYTHON) tools/setup.py lint
	$(VENV_PYTHON) -m ruff check --fix --exit-zero
	$(VENV_PYTHON) -m ruff format
	$(SBT) scalafmtAll scalafmtSbt

bench: SCALE = normal
bench: bench-scale ## measure against what a user would pick instead: at most 100 minutes, goes on where it was

bench-quick: SCALE = quick
bench-quick: bench-scale ## the same in five minutes: a workload for each engine, fewer rows

bench-full: SCALE = full
bench-full: bench-scale ## the same for hours: up to 10^8 rows, no peer short of time

bench-scale:
	@$(PYTHON) tools/setup.py bench
	@$(MAKE) --no-print-directory jar-$$($(VENV_PYTHON) tools/versions.py scala)
	@$(VENV_PYTHON) -m benchmarks.run --scale $(SCALE) $(BENCH_OPTIONS)

bench-kernels: ## measure the compiled engine's kernels alone, by JMH
	@$(PYTHON) tools/setup.py demo
	$(SBT) on213 "kernels/run -jvmArgs --add-modules=jdk.incubator.vector $(JMH)"

clean: ## remove what was built; .venv stays
	rm -rf dist target project/target project/project python/sparkpredict/jars

.venv/.stamp:
	@$(PYTHON) tools/setup.py build

# Starting sbt costs more than compiling: where both jars are wanted, one sbt builds both.
ifeq ($(filter jar-2.12 jar-2.13,$(MAKECMDGOALS)),)
$(JARS) &: $(JAR_SOURCES) | .venv/.stamp
	$(SBT) jar212 jar213
else
$(JAR_2.12): $(JAR_SOURCES) | .venv/.stamp
	$(SBT) jar212

$(JAR_2.13): $(JAR_SOURCES) | .venv/.stamp
	$(SBT) jar213
endif

$(WHEEL): $(JARS) $(PYTHON_SOURCES)
	rm -f dist/spark_predict-*.whl
	$(VENV_PYTHON) -m build --wheel --no-isolation --outdir dist . >/dev/null
	@echo "built $@"
