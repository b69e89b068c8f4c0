"""What holds for every test: no clock, no chance, no cache of the user's."""

import os

import pytest
from hypothesis import settings

settings.register_profile("qadam", deadline=None, derandomize=True)
settings.load_profile("qadam")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two test workers share two cores


@pytest.fixture(autouse=True, scope="session")
def _home(tmp_path_factory):
    """A cache that belongs to the tests alone."""
    os.environ["QADAM_HOME"] = str(tmp_path_factory.mktemp("qadam-home"))
