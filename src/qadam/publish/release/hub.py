"""Sends a release to Hugging Face; the token comes from the environment, and nothing is asked on the terminal."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from qadam.errors import NotPushed, Usage

PAUSES = (1.0, 3.0, 9.0)  # seconds before each further attempt
TOKEN, ENDPOINT = "HF_TOKEN", "HF_ENDPOINT"

Answer = TypeVar("Answer")


def repository(address: str) -> str:
    """ORG/NAME from `hf:ORG/NAME`.

    Raises:
        Usage: it is no such address.
    """
    found = re.fullmatch(r"hf:(\w[\w.-]*/\w[\w.-]*)", address, re.ASCII)
    if not found:
        raise Usage(f"Usage: {address!r:.80} is no repository.", "Write --push hf:ORG/NAME")
    return found[1]


def push(folder: Path, name: str, *, private: bool = False) -> str:
    """Bring a release into the dataset repository `name`, made if there is none; returns the revision.

    Files of an earlier release that this one lacks are removed from its own folders (`data/`, `media/`). A repository is made private if so
    asked; one that exists stays as it is.

    Raises:
        NotPushed: there is no token, it is not accepted, or the hub does not answer after four attempts.
    """
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise NotPushed(
            f"NotPushed: there is no token in {TOKEN}. The release lies in {folder}.",
            f"{TOKEN}=... qadam publish ... --push hf:{name} (a token with the right to write)",
        )
    if os.environ.get(ENDPOINT):
        os.environ.setdefault("HF_HUB_DISABLE_XET", "1")  # other hubs take large files over LFS only; read at import
    from huggingface_hub import HfApi

    hub = HfApi(endpoint=os.environ.get(ENDPOINT) or None, token=token)
    _patiently(lambda: hub.create_repo(name, repo_type="dataset", private=private or None, exist_ok=True), name)
    done = _patiently(
        lambda: hub.upload_folder(
            repo_id=name,
            repo_type="dataset",
            folder_path=folder,
            commit_message="Release",
            delete_patterns=["data/*", "media/*"],
        ),
        name,
    )
    return str(done.oid)


def _patiently(step: Callable[[], Answer], name: str) -> Answer:
    """Try a step again while the hub is away or busy; what it refuses it is not asked twice."""
    from huggingface_hub.errors import HfHubHTTPError

    for pause in (*PAUSES, None):
        try:
            return step()
        except HfHubHTTPError as fault:
            status = fault.response.status_code if fault.response is not None else 0
            if status in {401, 403}:
                raise NotPushed(
                    f"NotPushed: the hub refuses the token for {name} (status {status}).",
                    f"Use one that may write there: {TOKEN}=...",
                ) from fault
            if (status < 500 and status not in {408, 429}) or pause is None:
                raise NotPushed(
                    f"NotPushed: the hub did not take {name}: {_first(fault)}.", "Read what it says."
                ) from fault
        except Exception as fault:
            if not _no_answer(fault):
                raise
            if pause is None:
                raise NotPushed(
                    f"NotPushed: the hub could not be reached ({_first(fault)}). The release on this machine is whole.",
                    "Push again when there is a network; HF_ENDPOINT names another hub.",
                ) from fault
        time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _no_answer(fault: Exception) -> bool:
    """Whether nobody answered, whichever library of the hub's noticed."""
    return isinstance(fault, OSError) or "TransportError" in {cls.__name__ for cls in type(fault).__mro__}


def _first(fault: Any) -> str:
    """The first line of a fault, without its full stop."""
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0].rstrip(".")
