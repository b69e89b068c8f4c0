"""What is installed, reachable and missing on this machine, and the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import qadam
from qadam.catalogue.fetch import Places

EXTRAS = {  # extra -> a package that shows it is there; what each is for is in pyproject.toml
    "asr": "faster-whisper",
    "classic": "gensim",
    "dask": "distributed",
    "dev": "pytest",
    "egemaps": "opensmile",
    "gguf": "llama-cpp-python",
    "lid": "lingua-language-detector",
    "mixed": "statsmodels",
    "mt": "sacrebleu",
    "ocr": "pillow",
    "speech": "soundfile",
    "train": "torch",
    "tts": "espeakng-loader",
}


@dataclass(frozen=True)
class Check:
    """One thing examined."""

    what: str
    state: Literal["good", "missing", "bad"]
    found: str
    mend: str = ""


def examine(places: Places) -> list[Check]:
    """Look at Python, packages, extras, programs, fonts, folders, mirror and network, in this order; nothing is changed."""
    checks = [
        Check("qadam", "good", qadam.__version__),
        Check(
            "python",
            "good" if sys.version_info >= (3, 11) else "bad",
            platform.python_version(),
            "Install Python 3.11.",
        ),
    ]
    for package in ("numpy", "scipy", "polars", "tiktoken", "tokenizers", "bpe-openai"):
        checks.append(_package(package, mend="pip install ."))
    checks += [
        _package(package, mend=f"pip install '.[{extra}]'", what=f"extra [{extra}]")
        for extra, package in EXTRAS.items()
    ]
    checks += [_tesseract(), _fonts(), _espeak()]
    checks.append(_keys())
    checks.append(_cache(places))
    checks += [_mirror(path) for path in places.mirror] or [
        Check("mirror", "missing", "none", "Only needed without a network: export QADAM_MIRROR=DIR")
    ]
    checks += (
        [Check("network", "missing", "off (offline mode)", "unset QADAM_OFFLINE")] if places.offline else _network()
    )
    return checks


def _package(name: str, *, mend: str, what: str = "") -> Check:
    try:
        return Check(what or name, "good", version(name))
    except PackageNotFoundError:
        return Check(what or name, "missing", "not installed", mend)


def _tesseract() -> Check:
    """The engine that reads images, and which of the models that studies name it lacks."""
    from qadam.catalogue import tables
    from qadam.systems.images import reader_tesseract

    version, models = reader_tesseract.installed()
    if not version:
        return Check("tesseract", "missing", "not installed", f"For images: {reader_tesseract.install('kaz')}")
    named = {one for row in tables.systems() if row.format == "tesseract" for one in row.options["model"].split("+")}
    named |= {one for row in tables.systems() if row.format == "confidence" for one in row.options["models"]}
    lacking = sorted(one for one in named if not {one, one.removeprefix("script/")} & set(models))
    if lacking:
        packages = " ".join(reader_tesseract.package(one) for one in lacking)
        return Check("tesseract", "missing", f"{version}, without {' '.join(lacking)}", f"apt-get install {packages}")
    return Check("tesseract", "good", f"{version}, {len(models)} models")


def _fonts() -> Check:
    """The fonts that lines are drawn in."""
    from qadam.catalogue.makers import fonts
    from qadam.errors import ExtraMissing

    there, lacking = [], []
    for row in fonts.rows()["font"]:
        try:
            fonts.path(row["family"])
            there.append(row["family"])
        except ExtraMissing:
            lacking.append(row)
    if lacking:
        packages = " ".join(dict.fromkeys(row["package"] for row in lacking))
        names = ", ".join(row["family"] for row in lacking)
        return Check("fonts", "missing", f"without {names}", f"apt-get install {packages}, or export QADAM_FONTS=DIR")
    return Check("fonts", "good", ", ".join(there))


def _espeak() -> Check:
    """The program that speaks Kazakh."""
    program = shutil.which("espeak-ng")
    if not program:
        return Check(
            "espeak-ng", "missing", "not installed", "For speech: apt-get install espeak-ng, or pip install '.[tts]'"
        )
    return Check("espeak-ng", "good", program)


def _keys() -> Check:
    """Which keys of endpoints are set; never what they are."""
    named = sorted(name for name in os.environ if name.startswith("QADAM_API_KEY") or name == "OPENAI_API_KEY")
    mend = "Only needed for endpoints that ask for one: export QADAM_API_KEY=... (docs/language-models.md)"
    return (
        Check("endpoint keys", "good", ", ".join(named)) if named else Check("endpoint keys", "missing", "none", mend)
    )


def _cache(places: Places) -> Check:
    home = places.home
    parent = next(p for p in (home, *home.parents) if p.exists())
    free = shutil.disk_usage(parent).free / 1e9
    if not os.access(parent, os.W_OK):
        return Check("cache", "bad", f"{home} cannot be written", "export QADAM_HOME=DIR with a folder of yours")
    return Check("cache", "good", f"{home} ({free:.0f} GB free)")


def _mirror(path: os.PathLike[str]) -> Check:
    if os.path.isdir(path):
        return Check("mirror", "good", str(path))
    return Check("mirror", "bad", f"{path} is not a folder", "export QADAM_MIRROR=DIR")


def _network() -> list[Check]:
    import httpx

    found = []
    for what, address in (
        ("github", os.environ.get("QADAM_RAW_GITHUB", "https://raw.githubusercontent.com")),
        ("hugging face", os.environ.get("HF_ENDPOINT", "https://huggingface.co")),
    ):
        try:
            httpx.head(address, timeout=3.0, follow_redirects=True)
            found.append(Check(what, "good", address))
        except httpx.HTTPError as fault:
            mend = "Bring the files by hand: export QADAM_MIRROR=DIR QADAM_OFFLINE=1 (docs/air-gapped.md)"
            found.append(Check(what, "missing", f"{address} not reachable ({type(fault).__name__})", mend))
    return found
