"""Front-end files of others: copied from node_modules into the project, and checked against a manifest.

`python -m eventapp.vendoring` copies (after `npm install`), `python -m eventapp.vendoring --check` compares.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = "static/vendor/manifest.json"
GUARDED = ("static/vendor", "tests/vendor")
EXACT = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?")


class VendoringError(Exception):
    """The copy cannot be made; the message says what to do first."""


@dataclass(frozen=True)
class Package:
    """What we take from one npm package, and where it goes.

    `files` maps a path inside the package to one inside `folder`; `kept` names files in `folder` that no package
    brings, such as the licence of a library that is compiled in.
    """

    name: str
    licence: str
    folder: str
    files: dict[str, str]
    kept: tuple[str, ...] = ()


PACKAGES = (
    Package(
        name="@picocss/pico",
        licence="MIT",
        folder="static/vendor/pico-{version}",
        files={"css/pico.min.css": "pico.min.css", "LICENSE.md": "LICENSE.md"},
    ),
    Package(
        name="zxing-wasm",
        licence="MIT AND Apache-2.0",
        folder="static/vendor/zxing-wasm-{version}",
        files={
            "dist/es/reader/index.js": "es/reader/index.js",
            "dist/es/share.js": "es/share.js",
            "dist/reader/zxing_reader.wasm": "reader/zxing_reader.wasm",
            "LICENSE": "LICENSE",
        },
        kept=("LICENSE-zxing-cpp",),
    ),
    Package(
        name="idb",
        licence="ISC",
        folder="static/vendor/idb-{version}",
        files={"build/index.js": "index.js", "LICENSE": "LICENSE"},
    ),
    Package(
        name="@noble/ed25519",
        licence="MIT",
        folder="static/vendor/noble-ed25519-{version}",
        files={"index.js": "index.js", "LICENSE": "LICENSE"},
    ),
    Package(
        name="@expo-google-fonts/noto-sans-sc",
        licence="OFL-1.1",
        folder="static/vendor/noto-sans-sc-{version}",
        files={
            "400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC_400Regular.ttf",
            "700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC_700Bold.ttf",
            "LICENSE_FONT": "LICENSE_FONT",
        },
    ),
    Package(
        name="axe-core",
        licence="MPL-2.0",
        folder="tests/vendor",
        files={"axe.min.js": "axe.min.js", "LICENSE": "axe-LICENSE.txt"},
    ),
)


def copy_files(root: Path, modules: Path) -> int:
    """Copy every file out of `modules` (a node_modules folder), write the manifest, return the number of files.

    Raises VendoringError when a package is missing or is not the version that package.json pins.
    """
    versions = pinned_versions(root)
    before = _listed_files(root)
    for package in PACKAGES:
        _copy_package(package, versions[package.name], root, modules)
    manifest = {"packages": [_entry(package, versions[package.name], root) for package in PACKAGES]}
    (root / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    after = _listed_files(root)
    for path in before.keys() - after.keys():
        (root / path).unlink(missing_ok=True)
    return len(after)


def problems(root: Path) -> list[str]:
    """What is wrong with the committed copies: one sentence each, none when all is well."""
    versions, listed = pinned_versions(root), _listed_files(root)
    found = [
        f"package.json pins {name} as {pin!r}: exact versions only."
        for name, pin in versions.items()
        if not EXACT.fullmatch(pin)
    ]
    found += _version_problems(root, versions)
    for path, digest in listed.items():
        if not (root / path).is_file():
            found.append(f"{path} is missing.")
        elif sha384(root / path) != digest:
            found.append(f"{path} is not the file that the manifest names.")
    found += [f"{path} is in no package of the manifest." for path in _present_files(root) if path not in listed]
    return found


def pinned_versions(root: Path) -> dict[str, str]:
    """Package name to version, as package.json has them."""
    package = json.loads((root / "package.json").read_text(encoding="utf-8"))
    return {**package.get("dependencies", {}), **package.get("devDependencies", {})}


def sha384(path: Path) -> str:
    """The file's digest, written as in a subresource integrity attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode("ascii")


def _copy_package(package: Package, version: str, root: Path, modules: Path) -> None:
    source, folder = modules / package.name, root / package.folder.format(version=version)
    installed = _installed_version(source)
    if installed != version:
        raise VendoringError(
            f"{package.name} {version} is pinned but {installed} is installed: run `npm install` first."
        )
    for inside, name in package.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / inside, target)
    for name in package.kept:
        if not (folder / name).is_file():
            raise VendoringError(f"{folder / name} is not in the package: move it there from the earlier version.")


def _installed_version(source: Path) -> str:
    description = source / "package.json"
    if not description.is_file():
        return "nothing"
    return str(json.loads(description.read_text(encoding="utf-8"))["version"])


def _entry(package: Package, version: str, root: Path) -> dict[str, Any]:
    folder = package.folder.format(version=version)
    paths = sorted(f"{folder}/{name}" for name in (*package.files.values(), *package.kept))
    files = {path: sha384(root / path) for path in paths}
    return {"name": package.name, "version": version, "licence": package.licence, "files": files}


def _manifest_packages(root: Path) -> list[dict[str, Any]]:
    manifest = root / MANIFEST
    return list(json.loads(manifest.read_text(encoding="utf-8"))["packages"]) if manifest.is_file() else []


def _listed_files(root: Path) -> dict[str, str]:
    return {path: digest for entry in _manifest_packages(root) for path, digest in entry["files"].items()}


def _present_files(root: Path) -> list[str]:
    found = (path for folder in GUARDED for path in (root / folder).rglob("*") if path.is_file())
    return sorted(
        path for path in (found_path.relative_to(root).as_posix() for found_path in found) if path != MANIFEST
    )


def _version_problems(root: Path, versions: dict[str, str]) -> list[str]:
    copied = {entry["name"]: entry["version"] for entry in _manifest_packages(root)}
    return [
        f"{name} is {versions.get(name)} in package.json and {copied.get(name)} in the manifest."
        for name in sorted(versions.keys() | copied.keys())
        if versions.get(name) != copied.get(name)
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m eventapp.vendoring", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare the committed copies with the manifest")
    parser.add_argument("--modules", type=Path, default=ROOT / "node_modules", help="where npm installed the packages")
    options = parser.parse_args(arguments)
    if options.check:
        return _report(problems(ROOT))
    try:
        count = copy_files(ROOT, options.modules)
    except VendoringError as error:
        return _report([str(error)])
    print(f"{count} files copied and listed in {MANIFEST}.")
    return 0


def _report(found: list[str]) -> int:
    print("\n".join(found) or "The vendored files are those of the manifest.", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
