"""A Hub of our own on the loopback interface: as much of its HTTP interface as the real clients use.

Datasets with commits, branches and tags; regular and LFS files; ranges; conflicts. Not Xet: the
clients are told HF_HUB_DISABLE_XET. Trouble is made with `hub.break_when(...)`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

WRITER, READER = "hf_writer", "hf_reader"
"""Tokens: one that may do everything, one that may only read."""

Files = dict[str, bytes]


@dataclass
class Repo:
    """A dataset: commits by id, in order, and what names them."""

    commits: dict[str, Files] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def commit(self, files: Files, branch: str = "main") -> str:
        parts = sorted(f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in files.items())
        name = hashlib.sha1("\n".join([str(len(self.commits)), *parts]).encode()).hexdigest()
        self.commits[name] = files
        self.branches[branch] = name
        return name

    def find(self, revision: str) -> str | None:
        known = self.branches | self.tags | {name: name for name in self.commits}
        return known.get(revision)


class Trouble(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, code: str = "", message: str = "") -> None:
        super().__init__(message or code or str(status))
        self.status, self.code = status, code


@dataclass
class Hub:
    """The state of the server, and what it was asked."""

    url: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)  # LFS, by SHA-256
    asked: list[str] = field(default_factory=list)
    troubles: list[tuple[str, Callable[[], None]]] = field(default_factory=list)

    def break_when(self, pattern: str, trouble: Callable[[], None]) -> None:
        """Call `trouble` before a request that matches, such as `POST .*/commit/`."""
        self.troubles.append((pattern, trouble))

    def state(self) -> dict[str, Any]:
        """What a reader of the Hub can see, to be compared."""
        return {
            name: (dict(repo.branches), dict(repo.tags), len(repo.commits))
            for name, repo in self.repos.items()
        }

    def repo(self, name: str) -> Repo:
        if name not in self.repos:
            raise Trouble(404, "RepoNotFound", "Repository not found")
        return self.repos[name]

    def files(self, name: str, revision: str) -> tuple[str, Files]:
        repo = self.repo(name)
        commit = repo.find(revision)
        if commit is None:
            raise Trouble(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return commit, repo.commits[commit]


def drop_connection() -> None:
    """A trouble: the line goes dead."""
    raise ConnectionAbortedError


def refuse(status: int) -> Callable[[], None]:
    """A trouble: that status."""

    def trouble() -> None:
        raise Trouble(status)

    return trouble


@contextmanager
def serve() -> Iterator[Hub]:
    """A running server; its `url` is what HF_ENDPOINT should be."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """One request: found in `ROUTES`, answered as JSON, or as a file."""

    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what was asked stands in `hub.asked`."""

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        asked = f"{self.command} {unquote(parts.path)}"
        self.hub.asked.append(asked)
        self.query = parse_qs(parts.query)
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            for pattern, trouble in self.hub.troubles:
                if re.search(pattern, asked):
                    trouble()
            self._route(parts.path)
        except Trouble as trouble:
            self._send(trouble.status, {"error": str(trouble)}, {"X-Error-Code": trouble.code})
        except ConnectionAbortedError:
            self.close_connection = True
            self.connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

    def _route(self, path: str) -> None:
        for method, pattern, action in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method in (self.command, "GET" if self.command == "HEAD" else ""):
                if method != "GET" and not re.search("validate-yaml|paths-info|^/lfs/", path):
                    self._check_writer()
                groups = {name: unquote(value or "") for name, value in found.groupdict().items()}
                action(self, **groups)
                return
        raise Trouble(404, "", f"no route for {self.command} {path}")

    def _check_writer(self) -> None:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if token == READER:
            raise Trouble(403, "", "this token may only read")
        if token != WRITER:
            raise Trouble(401, "", "Invalid username or password.")

    def _send(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        kind = "application/octet-stream" if isinstance(data, bytes) else "application/json"
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    # -- what there is -----------------------------------------------------------------------

    def whoami(self) -> None:
        if not self.headers.get("Authorization"):
            raise Trouble(401, "", "no token")
        self._send(200, {"type": "user", "name": "org", "orgs": [], "auth": {"type": "access_token"}})

    def info(self, repo: str, revision: str = "main") -> None:
        commit, files = self.hub.files(repo, revision)
        siblings = [{"rfilename": name} for name in sorted(files)]
        self._send(
            200,
            {
                "_id": "1", "id": repo, "sha": commit, "private": False, "tags": [], "downloads": 0,
                "likes": 0, "siblings": siblings, "lastModified": "2026-01-01T00:00:00.000Z",
            },
        )  # fmt: skip

    def refs(self, repo: str) -> None:
        found = self.hub.repo(repo)
        branches = _list_refs("heads", found.branches)
        self._send(200, {"branches": branches, "converts": [], "tags": _list_refs("tags", found.tags)})

    def tree(self, repo: str, revision: str, path: str = "") -> None:
        _, files = self.hub.files(repo, revision)
        path = path.strip("/")
        inside = {name: data for name, data in files.items() if not path or name.startswith(f"{path}/")}
        if not inside:
            raise Trouble(404, "EntryNotFound", f"no folder {path}")
        rows = [_describe(name, data) for name, data in sorted(inside.items())]
        if "recursive" not in self.query:
            start = len(path) + 1 if path else 0
            rows = [row for row in rows if "/" not in row["path"][start:]]
            folders = {name[: name.index("/", start)] for name in inside if "/" in name[start:]}
            rows += [
                {"type": "directory", "path": name, "oid": "0" * 40, "size": 0} for name in sorted(folders)
            ]
        self._send(200, rows)

    def paths_info(self, repo: str, revision: str) -> None:
        _, files = self.hub.files(repo, revision)
        wanted = json.loads(self.body)["paths"]
        rows: list[dict[str, Any]] = []
        for path in wanted:
            if path in files:
                rows.append(_describe(path, files[path]))
            elif any(name.startswith(f"{path}/") for name in files):
                rows.append({"type": "directory", "path": path, "oid": "0" * 40, "size": 0})
        self._send(200, rows)

    def resolve(self, repo: str, revision: str, path: str) -> None:
        commit, files = self.hub.files(repo, revision)
        if path not in files:
            raise Trouble(404, "EntryNotFound", f"no file {path}")
        data = files[path]
        etag = f'"{_name(data)}"'
        headers = {"ETag": etag, "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        if _is_large(path):
            headers |= {
                "X-Linked-ETag": f'"{hashlib.sha256(data).hexdigest()}"',
                "X-Linked-Size": str(len(data)),
            }
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if found:
            start, end = int(found[1]), min(int(found[2] or len(data)), len(data) - 1)
            headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
            self._send(206, data[start : end + 1], headers)
        else:
            self._send(200, data, headers)

    # -- what changes it ---------------------------------------------------------------------

    def create(self) -> None:
        wanted = json.loads(self.body)
        name = f"{wanted.get('organization') or 'org'}/{wanted['name']}"
        if name in self.hub.repos:
            raise Trouble(409, "", "You already created this dataset repo")
        self.hub.repos[name] = Repo()
        self.hub.repos[name].commit({".gitattributes": b"*.parquet filter=lfs\n"})
        self._send(200, {"url": f"{self.hub.url}/datasets/{name}", "name": name})

    def delete(self) -> None:
        wanted = json.loads(self.body)
        name = f"{wanted.get('organization') or 'org'}/{wanted['name']}"
        self.hub.repo(name)
        del self.hub.repos[name]
        self._send(200, {})

    def validate_yaml(self) -> None:
        self._send(200, {"errors": [], "warnings": []})

    def preupload(self, repo: str, revision: str) -> None:
        self.hub.files(repo, revision)
        rows = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if _is_large(file["path"]) else "regular",
                "shouldIgnore": False,
            }
            for file in json.loads(self.body)["files"]
        ]
        self._send(200, {"files": rows})

    def lfs_batch(self, repo: str) -> None:
        self.hub.repo(repo)
        rows = []
        for wanted in json.loads(self.body)["objects"]:
            row: dict[str, Any] = {"oid": wanted["oid"], "size": wanted["size"]}
            if wanted["oid"] not in self.hub.objects:
                row["actions"] = {"upload": {"href": f"{self.hub.url}/lfs/{wanted['oid']}", "header": {}}}
            rows.append(row)
        self._send(
            200, {"transfer": "basic", "objects": rows}, {"Content-Type": "application/vnd.git-lfs+json"}
        )

    def lfs_put(self, oid: str) -> None:
        if hashlib.sha256(self.body).hexdigest() != oid:
            raise Trouble(400, "", "another SHA-256")
        self.hub.objects[oid] = self.body
        self._send(200, b"")

    def commit(self, repo: str, revision: str) -> None:
        parent, files = self.hub.files(repo, revision)
        changed = dict(files)
        for line in self.body.splitlines():
            row = json.loads(line)
            value = row["value"]
            if row["key"] == "header" and value.get("parentCommit") not in (None, parent):
                raise Trouble(412, "", "A commit has happened since. Please refresh and try again.")
            if row["key"] == "file":
                changed[value["path"]] = base64.b64decode(value["content"])
            elif row["key"] == "lfsFile":
                changed[value["path"]] = self.hub.objects[value["oid"]]
            elif row["key"] == "deletedFile":
                del changed[value["path"]]
        name = self.hub.repo(repo).commit(changed, revision)
        url = f"{self.hub.url}/datasets/{repo}/commit/{name}"
        self._send(200, {"success": True, "commitOid": name, "commitUrl": url, "hookOutput": ""})

    def tag(self, repo: str, revision: str) -> None:
        commit, _ = self.hub.files(repo, revision)
        name = json.loads(self.body)["tag"]
        tags = self.hub.repo(repo).tags
        if name in tags:
            raise Trouble(409, "", f"Tag {name} already exists")
        tags[name] = commit
        self._send(200, {})


def _list_refs(kind: str, refs: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "ref": f"refs/{kind}/{name}", "targetCommit": sha} for name, sha in refs.items()]


def _is_large(path: str) -> bool:
    return path.endswith(".parquet")


def _name(data: bytes) -> str:
    """The name git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def _describe(path: str, data: bytes) -> dict[str, Any]:
    row: dict[str, Any] = {"type": "file", "path": path, "size": len(data), "oid": _name(data)}
    if _is_large(path):
        row["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return row


_REPO = r"(?P<repo>[\w.-]+/[\w.-]+)"
_REVISION = r"(?P<revision>[^/]+)"

ROUTES: list[tuple[str, str, Callable[..., None]]] = [
    ("GET", "/api/whoami-v2", Handler.whoami),
    ("POST", "/api/repos/create", Handler.create),
    ("DELETE", "/api/repos/delete", Handler.delete),
    ("POST", "/api/validate-yaml", Handler.validate_yaml),
    ("GET", f"/api/datasets/{_REPO}", Handler.info),
    ("GET", f"/api/datasets/{_REPO}/revision/{_REVISION}", Handler.info),
    ("GET", f"/api/datasets/{_REPO}/refs", Handler.refs),
    ("GET", f"/api/datasets/{_REPO}/tree/{_REVISION}(?P<path>/.*)?", Handler.tree),
    ("POST", f"/api/datasets/{_REPO}/paths-info/{_REVISION}", Handler.paths_info),
    ("POST", f"/api/datasets/{_REPO}/preupload/{_REVISION}", Handler.preupload),
    ("POST", f"/api/datasets/{_REPO}/commit/{_REVISION}", Handler.commit),
    ("POST", f"/api/datasets/{_REPO}/tag/{_REVISION}", Handler.tag),
    ("POST", rf"/datasets/{_REPO}\.git/info/lfs/objects/batch", Handler.lfs_batch),
    ("PUT", r"/lfs/(?P<oid>\w+)", Handler.lfs_put),
    ("GET", f"/datasets/{_REPO}/resolve/{_REVISION}/(?P<path>.+)", Handler.resolve),
]
"""Method, path, and what answers; HEAD goes where GET goes."""
