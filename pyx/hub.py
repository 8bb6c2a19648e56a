"""Releases on the Hub: find one, push one, pull one. The only importer of huggingface_hub.

HF_TOKEN and HF_ENDPOINT are honoured by the Hub's own client; pyx never reads or prints a token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyx.errors import ReleaseError

_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def find_folder(place: str, *, revision: str | None = None) -> Path:
    """The folder of a release: the place itself, or what is pulled when it is a name on the Hub."""
    folder = Path(place)
    if folder.is_dir():
        if revision:
            raise ReleaseError(f"{place} is a folder and has no revisions", hint="drop --revision")
        return folder
    if not _NAME.fullmatch(place):
        raise ReleaseError(f"no release {place!r}", hint="give a folder, or ORG/NAME on the Hub")
    return pull(place, revision=revision)


def pull(name: str, *, revision: str | None = None, folder: Path | None = None) -> Path:
    """The files of a dataset on the Hub: in `folder`, or in the Hub client's own cache."""
    from huggingface_hub import snapshot_download

    with explain(name, revision):
        place = snapshot_download(name, repo_type="dataset", revision=revision, local_dir=folder)
    return Path(place)


@contextmanager
def explain(name: str, revision: str | None = None) -> Iterator[None]:
    """Turn what the Hub's client raises into one line and a way out."""
    from huggingface_hub import errors

    try:
        yield
    except errors.RevisionNotFoundError:
        raise ReleaseError(
            f"{name} has no revision {revision}", hint=f"look at {name} for its tags"
        ) from None
    except errors.RepositoryNotFoundError:
        hint = "check the name; a private one needs HF_TOKEN"
        raise ReleaseError(f"no dataset {name} on the Hub", hint=hint) from None
    except errors.HfHubHTTPError as error:
        raise _explain_status(name, error.response.status_code) from None
    except (errors.HTTPError, errors.OfflineModeIsEnabled, errors.LocalEntryNotFoundError, OSError) as error:  # type: ignore[attr-defined]
        hint = "nothing was published; try again when the Hub can be reached"
        raise ReleaseError(f"the Hub cannot be reached: {_first_line(error)}", hint=hint) from None


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
