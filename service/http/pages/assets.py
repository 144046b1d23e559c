"""The files that pages load: read once, compressed once, and named by their content so that browsers keep them."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask, Response, abort, request

_KEEP = "public, max-age=31536000, immutable"
_TEXT = ("text/", "application/javascript", "image/svg")


@dataclass(frozen=True)
class Asset:
    """One file. `version` is a hash of its content."""

    content: bytes
    content_type: str
    version: str

    @cached_property
    def packed(self) -> bytes:
        """The content compressed, the same bytes in every process."""
        return gzip.compress(self.content, 9, mtime=0)

    @property
    def worth_packing(self) -> bool:
        """Whether compressing it saves anything."""
        return self.content_type.startswith(_TEXT)


def load_assets(folder: Path) -> dict[str, Asset]:
    """Every file below a folder, by its path in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            kind = "text/javascript" if path.suffix == ".js" else (mimetypes.guess_type(path.name)[0] or "text/plain")
            kind += "; charset=utf-8" if kind.startswith("text/") else ""
            found[path.relative_to(folder).as_posix()] = Asset(
                content, kind, hashlib.blake2b(content, digest_size=8).hexdigest()
            )
    return found


def register_assets(app: Flask, folder: Path) -> None:
    """Add /static/, and `asset` for templates, which gives the address of a file with its version."""
    assets = load_assets(folder)

    def address(name: str) -> str:
        return f"/static/{name}?v={assets[name].version}"

    def serve(name: str) -> Response:
        found = assets.get(name)
        if found is None:
            abort(404)
        return _answer(found, request.args.get("v"))

    app.jinja_env.globals["asset"] = address
    app.add_url_rule("/static/<path:name>", "static", serve)


def _answer(asset: Asset, version: str | None) -> Response:
    packed = asset.worth_packing and accepts_gzip()
    response = Response(asset.packed if packed else asset.content, content_type=asset.content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["ETag"] = f'"{asset.version}{"-gzip" if packed else ""}"'
    response.headers["Cache-Control"] = _KEEP if version == asset.version else "no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]


def accepts_gzip() -> bool:
    """Whether the present caller can read compressed bodies."""
    return request.accept_encodings["gzip"] > 0
