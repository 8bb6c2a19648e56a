"""What many tests share: one release of the smoke recipe, made once a session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A test is never timed: a busy machine is slow at drawing examples too.
settings.register_profile("pyx", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pyx")


@pytest.fixture(scope="session")
def smoke_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release that `pyx curate smoke` made; copy it before changing anything."""
    out = tmp_path_factory.mktemp("smoke") / "release"
    done = subprocess.run(
        [sys.executable, "-m", "pyx", "curate", "smoke", "--out", str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(out)
    return out
