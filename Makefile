# Everything a developer does is one target; `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
FRAMEWORKS ?= .venv-frameworks
TORCH := 2.13.0+cpu
LIBRARY_THREADS := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
# One process more than CI has cores: many tests wait for servers that start or recover.
SHARED := --numprocesses=3 --dist=worksteal
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-emit-package actwise --custom-compile-command "make lock"
LOCKS := requirements.lock requirements-dev.lock requirements-frameworks.lock requirements-torch.lock

.DEFAULT_GOAL := help
.PHONY: help serve test fast snippets check format lint types lock-check docs bench bench-race lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV)/.kernels ## set everything up and run the service on PORT (8000)
	$(BIN)/actwise serve

test: $(VENV)/.test snippets ## set everything up and run every test
	$(LIBRARY_THREADS) $(BIN)/python -m pytest $(SHARED)

fast: $(VENV)/.test ## run the tests that take no servers and no seconds
	$(LIBRARY_THREADS) $(BIN)/python -m pytest $(SHARED) -m "not slow"

snippets: $(FRAMEWORKS)/.installed ## run the lines to paste, the integrations and our training steps beside the real frameworks
	PYTHONPATH=client:. KERAS_BACKEND=jax JAX_PLATFORMS=cpu $(LIBRARY_THREADS) $(FRAMEWORKS)/bin/python -m pytest -q \
		tests/models/heads/test_snippets.py tests/service/advice/test_initializers.py \
		tests/service/advice/test_gated_snippets.py tests/service/advice/test_snippets.py \
		tests/models/networks/test_*_torch.py tests/client/integrations tests/examples/test_digits_cnn_torch.py

check: format lint types lock-check test ## all that CI asks for; the docs are among the tests

format: $(VENV)/.test ## is every file in the house's format?
	$(BIN)/ruff format --check .

lint: $(VENV)/.test ## ruff, and the knowledge base's own lint
	$(BIN)/ruff check .
	$(BIN)/actwise rules --lint

types: $(VENV)/.test ## mypy --strict
	$(BIN)/mypy

lock-check: ## the lock files hold no host and no path
	@! grep -nE '://|file:|^-e|^/' $(LOCKS)

docs: $(VENV)/.test ## run the examples of README and docs, and hold the docs to the code
	$(LIBRARY_THREADS) $(BIN)/python -m pytest -q tests/docs

bench: $(VENV)/.test ## print every benchmark's table (minutes; PyTorch is compared when it is installed)
	$(LIBRARY_THREADS) $(BIN)/python -m benchmarks

bench-race: $(VENV)/.test ## print whether the race's intervals hold, and what they cost (15 minutes; beside Optuna where it is installed)
	$(LIBRARY_THREADS) $(BIN)/python -m benchmarks.racing

lock: $(VENV)/.test ## pin the dependencies anew, with hashes
	$(COMPILE) --output-file requirements.lock pyproject.toml client/pyproject.toml
	$(COMPILE) --extra dev --output-file requirements-dev.lock pyproject.toml client/pyproject.toml
	$(COMPILE) --group frameworks --output-file requirements-frameworks.lock
	$(BIN)/pip download --quiet --no-deps --dest $(VENV)/torch torch==$(TORCH)
	{ echo "# PyTorch's CPU build for CPython 3.11 on Linux x86-64, pinned by make lock"; echo "torch==$(TORCH) \\"; \
		$(BIN)/pip hash $(VENV)/torch/torch-$(TORCH)-*.whl | sed -n 's/^--hash/    --hash/p'; } > requirements-torch.lock

clean: ## remove the virtual environment and all caches
	rm -rf $(VENV) $(FRAMEWORKS) models/kernels/built .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The lock files name every package by hash; our own two are installed from this folder.
$(VENV)/.serve: requirements.lock pyproject.toml client/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e client -e .
	touch $@

# In C, for probes; without a compiler this says so, and probes run on NumPy alone.
$(VENV)/.kernels: $(VENV)/.serve $(wildcard models/kernels/source/*) models/kernels/build.py
	$(BIN)/python -m models.kernels.build
	touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.kernels
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# The frameworks whose lines are executed. PyTorch has a lock of its own: on the public index its Linux build brings
# gigabytes of CUDA libraries, so the CPU build alone is pinned, and where pip finds none its runs are skipped.
$(FRAMEWORKS)/.installed: requirements-frameworks.lock requirements-torch.lock
	$(PYTHON) -m venv $(FRAMEWORKS)
	$(FRAMEWORKS)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes \
		-r requirements-frameworks.lock
	$(FRAMEWORKS)/bin/pip install --quiet --disable-pip-version-check --no-compile --require-hashes --no-deps \
		-r requirements-torch.lock || echo "PyTorch is skipped, for the reason above: its lock holds the" \
		"CPU build for CPython 3.11 on Linux x86-64, from PyTorch's own index"
	touch $@
