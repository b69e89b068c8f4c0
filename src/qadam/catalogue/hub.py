"""Files of a dataset on Hugging Face that has no row of its own: what there is, and one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qadam.errors import Gated, NotFetched, Offline


def listing(repository: str, revision: str, *, offline: bool = False) -> tuple[str, list[str]]:
    """The commit behind a revision, and the names of all its files.

    Raises:
        Offline: the network is off.
        Gated, NotFetched: the dataset asks for accepted terms, does not exist or does not answer.
    """
    if offline:
        raise Offline(f"Offline: hf:{repository} lies on the hub.", "Give local files, or leave --offline out.")
    from huggingface_hub import HfApi

    info = _asked(repository, lambda: HfApi().dataset_info(repository, revision=revision))
    return str(info.sha), sorted(sibling.rfilename for sibling in info.siblings or ())


def bring(repository: str, file: str, *, revision: str) -> Path:
    """One file of a dataset, kept in the cache of huggingface_hub, which resumes and verifies.

    Raises:
        Gated, NotFetched: as for `listing`.
    """
    from huggingface_hub import hf_hub_download

    return Path(_asked(repository, lambda: hf_hub_download(repository, file, repo_type="dataset", revision=revision)))


def _asked(repository: str, ask: Any) -> Any:
    import httpx
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        return ask()
    except GatedRepoError as fault:
        raise Gated(
            f"Gated: hf:{repository} asks you to accept its terms.",
            "Accept them on its page, set HF_TOKEN, and run again.",
        ) from fault
    except RepositoryNotFoundError as fault:
        raise NotFetched(
            f"NotFetched: there is no dataset {repository}, or it is not yours to see.", "Set HF_TOKEN if it is."
        ) from fault
    except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError) as fault:
        raise NotFetched(f"NotFetched: hf:{repository} did not come: {fault}.", "Try again later.") from fault
