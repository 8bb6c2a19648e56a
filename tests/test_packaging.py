"""What is built is what stands in the tree, and it works where it is installed."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a freshly built sdist, and the wheel made from it."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(out), str(ROOT)], check=True, capture_output=True
    )
    return out


def list_tree() -> set[str]:
    """The files of the packages as they must be named where they are installed."""
    found = set()
    for folder, prefix in (("pyx", ""), ("annotate", "pyx/"), ("trainers", "pyx/"), ("cards", "pyx/")):
        tracked = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.split()  # fmt: skip
        found |= {prefix + name for name in tracked if (ROOT / name).is_file()}
    return {name for name in found if not name.startswith("pyx/cards/releases/")}


def test_the_wheel_holds_exactly_the_files_of_the_packages(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == list_tree()


def test_the_sdist_can_be_built_again_and_brings_licence_and_changelog(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "pyx/__init__.py", "annotate/__init__.py"} <= names


def test_every_package_folder_is_listed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    listed = set(settings["packages"])
    found = {str(Path(name).parent).replace("/", ".") for name in list_tree() if name.endswith(".py")}
    assert found == listed


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_what_is_built_curates_from_the_root_folder(built: Path, tmp_path: Path, kind: str) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt", next(built.glob(kind))],
        check=True,
    )
    out = tmp_path / "release"
    subprocess.run([python.with_name("pyx"), "curate", "smoke", "--out", out], cwd="/", check=True)
    subprocess.run([python.with_name("pyx"), "verify", out], cwd="/", check=True)
