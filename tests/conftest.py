"""What holds for every test: no clock, no chance, no cache of the user's."""

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

settings.register_profile("qadam", deadline=None, derandomize=True)
settings.load_profile("qadam")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two test workers share two cores
os.environ.setdefault("OMP_NUM_THREADS", "1")
_HOME = tempfile.TemporaryDirectory(prefix="qadam-home-")  # a cache of the tests' own, before any row is read
os.environ["QADAM_HOME"] = _HOME.name
os.environ.pop("QADAM_OFFLINE", None)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(autouse=True)
def network_as_it_was():
    """A command called in this process with --offline leaves that in the environment; the next test begins without."""
    yield
    os.environ.pop("QADAM_OFFLINE", None)


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of a worker: two cannot be driven from one process."""
    if CHROMIUM is None:
        pytest.skip("needs a Chromium on this machine: apt install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install -e '.[dev]'")
    with playwright.sync_playwright() as session:
        opened = session.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
