"""What loading a network has in common, whatever library it comes from."""

from __future__ import annotations

import contextlib
import gc
import os
import pathlib
from collections.abc import Iterator
from typing import Any

from .._program import PlatonicError, RequestError
from ._digests import digest_of_weights

DTYPES = ("auto", "float32", "float16", "bfloat16")


def torch_module() -> Any:
    """torch, ready: or a sentence that says how to get it."""
    # cuBLAS gives the same bytes twice only with a workspace of its own.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    with needing("extraction needs torch"):
        import torch
    # Operations without a deterministic form warn by themselves.
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch


@contextlib.contextmanager
def needing(what: str) -> Iterator[None]:
    """Says how to get a package that `what` says is needed, where it cannot be loaded."""
    try:
        yield
    except ImportError as error:
        raise RequestError(
            f"{what}, which cannot be loaded ({error}): pip install 'platonic-sweep[extract]'"
        ) from error


def device_named(name: str) -> Any:
    """The device of that name; `auto` is the first GPU, or the processor."""
    torch = torch_module()
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
        # A number has to come back: the device 'meta' has none.
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise RequestError(f"there is no device '{name}' here: {first_line(error)}") from error
    return device


def base_name(name: str) -> str:
    """What a model is called: its name on the hub, or its folder's own, so that no store tells where on a disk a model was."""
    folder = folder_of(name)
    return name if folder is None else folder.resolve().name


def folder_of(name: str) -> pathlib.Path | None:
    """The folder that a model is loaded from, where it is one."""
    folder = pathlib.Path(name.removeprefix("local-dir:"))
    return folder if folder.is_dir() else None


def facts_of(network: Any, name: str, seed: int | None) -> dict[str, str | int | float]:
    """Attributes of any torch module: how many parameters, where its weights are from and which they are."""
    parameters = {id(parameter): parameter.numel() for parameter in network.parameters()}
    return {
        "network": base_name(name),
        "parameters": sum(parameters.values()),
        "pretrained": int(seed is None),
        "weights": "pretrained" if seed is None else f"random initialisation, seed {seed}",
        "weights_digest": digest_of_weights(network),
    }


@contextlib.contextmanager
def loading(name: str, library: str) -> Iterator[None]:
    """Makes one sentence of whatever goes wrong while a model is loaded."""
    try:
        yield
    except (RequestError, PlatonicError, KeyboardInterrupt):
        raise
    except ImportError as error:
        raise RequestError(f"the model '{name}' needs a package that cannot be loaded: {first_line(error)}") from error
    except Exception as error:
        raise RequestError(f"{library} cannot load the model '{name}': {first_line(error)}") from error


@contextlib.contextmanager
def running(model: str, advice: str, otherwise: str = "") -> Iterator[None]:
    """Makes one sentence of a device without memory, for which `advice` is, and of whatever else goes wrong in a pass."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise PlatonicError(f"the device has too little memory for '{model}': {advice}") from error
    except PlatonicError:
        raise
    except Exception as error:
        why = f"{type(error).__name__}: {first_line(error)}"
        raise RequestError(f"'{model}' fails in a pass ({why})" + (f": {otherwise}" if otherwise else "")) from error


@contextlib.contextmanager
def calling(what: str) -> Iterator[None]:
    """Makes one sentence of whatever goes wrong in code of the user's, which `what` names."""
    try:
        yield
    except PlatonicError:
        raise
    except SystemExit as error:
        # An exit of theirs would be the command's, without a store.
        raise RequestError(f"{what} ends the process (SystemExit: {error.code})") from error
    except Exception as error:
        raise RequestError(f"{what} fails: {type(error).__name__}: {first_line(error)}") from error


def free_memory() -> None:
    """Gives back what an earlier model took."""
    torch = torch_module()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
