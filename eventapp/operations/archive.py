"""A backup's file: a tar.gz of members, each with its SHA-256 in a manifest that is written last."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from eventapp.operations.errors import BackupRefused

MANIFEST = "manifest.json"
FORMAT = 1
# Quick rather than small: writers may be waiting.
COMPRESSION = 1
_CHUNK = 1024 * 1024


class ArchiveWriter:
    """Adds members and remembers their checksums; a name that is added again replaces the earlier one."""

    def __init__(self, file: tarfile.TarFile) -> None:
        self._file = file
        self.members: dict[str, str] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Add a file as it is now. Raises FileNotFoundError."""
        with path.open("rb") as content:
            self._add(name, content, os.fstat(content.fileno()).st_size)

    def add_bytes(self, name: str, content: bytes) -> None:
        self._add(name, io.BytesIO(content), len(content))

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest: these facts and what was added."""
        manifest = {**facts, "format": FORMAT, "members": self.members}
        self.add_bytes(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())

    def _add(self, name: str, content: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashed(content, size)
        self._file.addfile(info, hashed)  # type: ignore[arg-type]
        self.members[name] = hashed.digest()


class _Hashed:
    """A stream of exactly `size` bytes that is hashed while it is read; a file that grows meanwhile is cut there."""

    def __init__(self, content: IO[bytes], size: int) -> None:
        self._content, self._left, self._hash = content, size, hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self._content.read(min(size, self._left))
        self._left -= len(piece)
        self._hash.update(piece)
        return piece

    def digest(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """Write an archive that is there whole and on disk, or not at all. Raises BackupRefused if the file exists."""
    part = path.with_name(f"{path.name}.part")
    if path.exists():
        raise BackupRefused(f"{path} is there already. Choose another name; a backup never replaces another.")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise BackupRefused(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=COMPRESSION) as file:
                yield ArchiveWriter(file)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack an archive into an empty folder and check every member; returns the manifest. Raises BackupRefused."""
    try:
        with tarfile.open(path, "r:gz") as file:
            found = {member.name: _take(file, member, folder) for member in file}
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        members = dict(manifest["members"])
    except FileNotFoundError as error:
        raise BackupRefused(f"{error.filename} is not there.") from None
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError):
        raise BackupRefused(f"{path} is no backup of Eventapp, or it was cut off.") from None
    if manifest.get("format") != FORMAT:
        raise BackupRefused(f"{path} was made by another version of Eventapp, whose backups this one cannot read.")
    found.pop(MANIFEST)
    changed = sorted(name for name in found.keys() | members.keys() if found.get(name) != members.get(name))
    if changed:
        raise BackupRefused(f"{path} was damaged or changed since it was made: {changed[0]} is not what was written.")
    return manifest  # type: ignore[no-any-return]


def _take(file: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    name = PurePosixPath(member.name)
    content = file.extractfile(member) if member.isreg() else None
    if content is None or name.is_absolute() or ".." in name.parts:
        raise ValueError(f"{member.name} has no place in a backup")
    target = folder.joinpath(*name.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as unpacked:
        while piece := content.read(_CHUNK):
            digest.update(piece)
            unpacked.write(piece)
    return digest.hexdigest()
