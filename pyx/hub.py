"""Releases on the Hub: find one, push one, pull one. The only importer of huggingface_hub.

HF_TOKEN and HF_ENDPOINT are honoured by the Hub's own client; pyx never reads or prints a token.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyx.errors import ReleaseError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

FILES = ("README.md", "manifest.json", "data/**")
"""What a release has; other files of a dataset on the Hub are none of ours."""

_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def find_folder(place: str, *, revision: str | None = None) -> Path:
    """The folder of a release: the place itself, or what is pulled for ORG/NAME or ORG/NAME@TAG."""
    folder = Path(place)
    if folder.is_dir():
        if revision:
            raise ReleaseError(f"{place} is a folder and has no revisions", hint="drop --revision")
        return folder
    name, _, tag = place.partition("@")
    if not _NAME.fullmatch(name):
        raise ReleaseError(f"no release {place!r}", hint="give a folder, or ORG/NAME on the Hub")
    return pull(name, revision=revision or tag or None)


def pull(name: str, *, revision: str | None = None, folder: Path | None = None) -> Path:
    """The files of a release on the Hub: in `folder`, or in the Hub client's own cache."""
    from huggingface_hub import snapshot_download

    with explain(name, revision):
        place = snapshot_download(
            name, repo_type="dataset", revision=revision, local_dir=folder, allow_patterns=list(FILES)
        )
    return Path(place)


def read_rows(name: str, config: str, splits: str) -> Iterator[dict[str, Any]]:
    """The rows of some splits ("train+test") of a dataset on the Hub."""
    import datasets

    with explain(name):
        yield from datasets.load_dataset(name, config, split=splits)


def check_opens(folder: Path, rows: dict[str, dict[str, int]]) -> None:
    """Raise `ReleaseError` unless `load_dataset` opens a folder and finds these rows, by config and split."""
    import datasets

    datasets.disable_progress_bars()
    for config, splits in rows.items():
        with tempfile.TemporaryDirectory() as cache:
            try:
                loaded = datasets.load_dataset(str(folder), config, cache_dir=cache)
            except (ValueError, OSError, datasets.exceptions.DatasetsError) as error:
                raise ReleaseError(f"load_dataset does not open {config}: {_first_line(error)}") from error
            found = {split: len(table) for split, table in loaded.items()}
        if found != splits:
            raise ReleaseError(f"load_dataset finds other rows in {config}: {found}, not {splits}")


def push(folder: Path, name: str, *, tag: str, paths: Sequence[str], private: bool = False) -> str:
    """Put files of a folder into a dataset on the Hub in one commit, then tag it; gives the commit's id.

    Whatever fails before the commit leaves the Hub as it was. A tag that exists is never moved. When
    only the tag could not be set, pushing the same again sets it.
    """
    from huggingface_hub import HfApi

    api = HfApi()
    with explain(name):
        api.whoami()
        created = not api.repo_exists(name, repo_type="dataset")
        if created:
            api.create_repo(name, repo_type="dataset", private=private)
        try:
            commit = _commit(api, folder, name, tag, paths)
        except BaseException:
            if created:
                api.delete_repo(name, repo_type="dataset")  # a dataset without a commit of ours is no use
            raise
        _set_tag(api, name, tag, commit)
    return commit


def _commit(api: HfApi, folder: Path, name: str, tag: str, paths: Sequence[str]) -> str:
    """One commit on top of what was looked at, with all files of the release and no others."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    refs = api.list_repo_refs(name, repo_type="dataset")
    if tag in [ref.name for ref in refs.tags]:
        hint = "freeze it with another --version"
        raise ReleaseError(f"{name} has {tag} already, and a published version is never altered", hint=hint)
    parent = next(ref.target_commit for ref in refs.branches if ref.name == "main")
    there = {
        info.path: info
        for info in api.list_repo_tree(name, repo_type="dataset", revision=parent, recursive=True)
    }
    if all(path in there and _is_same(folder / path, there[path]) for path in paths):
        return parent
    stale = [
        path for path in there if path.startswith("data/") and path.endswith(".parquet") and path not in paths
    ]
    done = api.create_commit(
        name,
        [
            *(CommitOperationDelete(path) for path in stale),
            *(CommitOperationAdd(path, folder / path) for path in paths),
        ],
        commit_message=f"Release {tag}",
        repo_type="dataset",
        parent_commit=parent,
    )
    return str(done.oid)


def _is_same(path: Path, info: Any) -> bool:
    """Whether a file of the Hub has the bytes of a file here."""
    data = path.read_bytes()
    if getattr(info, "lfs", None):
        return bool(info.lfs.sha256 == hashlib.sha256(data).hexdigest())
    named = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return bool(getattr(info, "blob_id", "") == named)


def _set_tag(api: HfApi, name: str, tag: str, commit: str) -> None:
    try:
        api.create_tag(name, tag=tag, revision=commit, repo_type="dataset")
    except OSError as error:
        hint = "push the same again: the rows are there, only the tag is missing"
        raise ReleaseError(
            f"{name} has the rows, but {tag} could not be set: {_first_line(error)}", hint=hint
        ) from None


@contextmanager
def explain(name: str, revision: str | None = None) -> Iterator[None]:
    """Turn what the Hub's client raises into one line and a way out."""
    try:
        yield
    except Exception as error:
        told = _explain(name, revision, error)
        if told is None:
            raise
        raise told from None


def _explain(name: str, revision: str | None, error: BaseException) -> ReleaseError | None:
    from huggingface_hub import errors

    if isinstance(error, RuntimeError) and error.__cause__:
        error = error.__cause__  # an upload that failed in a thread
    match error:
        case errors.LocalTokenNotFoundError():
            return ReleaseError("no token for the Hub", hint="set HF_TOKEN, or run `hf auth login`")
        case errors.RevisionNotFoundError():
            return ReleaseError(f"{name} has no revision {revision}", hint="tags are called v0.1.0")
        case errors.RepositoryNotFoundError():
            hint = "check the name; a private one needs HF_TOKEN"
            return ReleaseError(f"no dataset {name} on the Hub", hint=hint)
        case errors.HfHubHTTPError():
            return _explain_status(name, error.response.status_code)
        case errors.HTTPError() | OSError():  # type: ignore[attr-defined]
            hint = "try again when it can be reached: nothing was published"
            return ReleaseError(f"the Hub cannot be reached: {_first_line(error)}", hint=hint)
    return None


def _explain_status(name: str, status: int) -> ReleaseError:
    if status in (401, 403):
        return ReleaseError(
            f"no right to do that to {name}", hint="set HF_TOKEN to a token that may write there"
        )
    if status in (409, 412):
        return ReleaseError(
            f"{name} was changed by somebody else meanwhile", hint="look at it, then push again"
        )
    return ReleaseError(f"the Hub answered {status} about {name}", hint="try again later")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
