"""Weights of models that other people publish: how they are asked for, and why they did not come, in plain words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qadam.errors import CannotGet, Gated, Offline, QadamError

OFF = "QADAM_OFFLINE"  # set by `--offline` too


def asked_for(revision: Any = None) -> dict[str, Any]:
    """What every loader of Hugging Face is told: the revision (`main` where none is named), and to keep off the network where it is off."""
    off = os.environ.get(OFF, "").lower() in {"1", "true", "yes", "on"}
    return {"revision": str(revision or "main"), "local_files_only": off}


@contextmanager
def loading(name: str, step: str = "") -> Iterator[None]:
    """While a model loads: whatever its library raises becomes one sentence with the next step (`hf download NAME` unless another is given).

    Raises:
        Offline: the model is not on this machine, and the hub cannot be reached or is not to be asked.
        Gated: the model asks for accepted terms.
        CannotGet: there is no such model, or its files are damaged.
    """
    try:
        yield
    except QadamError:
        raise
    except Exception as fault:  # each of these libraries has errors of its own
        raise _plain(name, fault, step) from fault


def _plain(name: str, fault: Exception, step: str) -> CannotGet:
    from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, RepositoryNotFoundError

    causes = list(_causes(fault))

    def met(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    download = step or f"With a network: hf download {name}"
    if met(GatedRepoError):
        terms = f"Accept its terms at https://huggingface.co/{name}, set HF_TOKEN, and run again."
        return Gated(f"Gated: {name} asks you to accept its terms.", terms)
    if met(RepositoryNotFoundError):
        there = f"See its name at https://huggingface.co/{name}; set HF_TOKEN if it is private."
        return CannotGet(f"CannotGet: there is no {name} on Hugging Face, or it is not yours to see.", there)
    if met(LocalEntryNotFoundError, ConnectionError, TimeoutError):
        off = asked_for()["local_files_only"]
        why = "the network is off" if off else "Hugging Face cannot be reached"
        return Offline(f"Offline: {name} is not on this machine, and {why}.", download)
    said = next(iter(str(fault).strip().splitlines()), "") or type(fault).__name__
    return CannotGet(f"CannotGet: {name} cannot be loaded: {said[:200].rstrip('.')}.", download)


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__
