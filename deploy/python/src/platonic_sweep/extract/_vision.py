"""Vision models of timm: the blocks that the model's own feature info names, with the model's own transform."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .._program import RequestError
from ._digests import digest
from ._loading import facts_of, loading, needing, running
from ._pooling import IMAGE_POOLS, image_pool, pool_image
from ._samples import Samples, decoded, shown
from ._sharding import windows
from ._writing import Window


def load_vision(
    name: str,
    model: str,
    samples: Samples,
    *,
    pool: str,
    batch: int,
    seed: int | None,
    options: Mapping[str, Any],
    dtype: str,
    device: Any,
    loaders: int,
) -> VisionNetwork:
    """A timm model in evaluation mode; with `seed`, with random weights. `pool` is `cls`, `mean` or `auto` (`image_pool`)."""
    with needing("vision models need timm"):
        import timm
        import timm.data
        import torch
    with loading(name, "timm"):
        if seed is not None:
            torch.manual_seed(seed)
        network = timm.create_model(name, pretrained=seed is None, **options)
        data = timm.data.resolve_data_config({}, model=network)
        transform = timm.data.create_transform(**data, is_training=False)
    layers = _blocks(network, name)
    settings = getattr(network, "pretrained_cfg", None) or {}
    tag = str(settings.get("tag") or "")
    how = image_pool(network, tag, pool)
    facts = facts_of(network, name, seed)
    is_map = getattr(network, "num_prefix_tokens", None) is None
    facts |= {
        "family": str(settings.get("architecture") or name.split(".")[0]).split("_")[0],
        "pooling": "mean over space" if is_map else IMAGE_POOLS[how],
        "precision": "float32" if dtype == "auto" else dtype,
        "timm": timm.__version__,
        "torch": torch.__version__,
    }
    if seed is None:
        if tag:
            facts["pretraining"] = tag
        if settings.get("license"):
            facts["license"] = str(settings["license"])
        commit = _commit(settings)
        if commit:
            facts["revision"] = commit
    if dtype != "auto":
        network = network.to(getattr(torch, dtype))
    return VisionNetwork(
        model, network.eval().to(device), layers, transform, samples, how, batch, min(loaders, batch), facts
    )


class VisionNetwork:
    """A loaded vision model, as `_writing.Network` wants it."""

    def __init__(
        self,
        model: str,
        network: Any,
        layers: list[str],
        transform: Any,
        samples: Samples,
        pool: str,
        batch: int,
        loaders: int,
        attributes: dict[str, str | int | float],
    ) -> None:
        self.attributes = attributes
        self._model, self._network, self._layers, self._transform = model, network, layers, transform
        self._samples, self._pool, self._batch, self._loaders = samples, pool, batch, loaders

    def windows(self, rows: range) -> Iterator[Window]:
        import torch

        parameter = next(self._network.parameters())
        with ThreadPoolExecutor(max_workers=self._loaders) as threads:
            for part in windows(rows, self._batch):
                files = shown(self._samples, part)
                ids = self._samples.ids[part.start : part.stop]
                images = torch.stack(list(threads.map(self._prepared, files, ids)))
                yield Window(
                    [digest(data) for data in files], self._passed(images.to(parameter.device, parameter.dtype))
                )

    def afterwards(self) -> dict[str, str | int | float]:
        return {}

    def _prepared(self, data: bytes, sample: str) -> Any:
        return self._transform(decoded(data, sample))

    def _passed(self, images: Any) -> dict[str, Any]:
        """One batch: features by layer, (batch, d) in float32."""
        import torch

        prefix = int(getattr(self._network, "num_prefix_tokens", 0) or 0)
        channels_last = getattr(self._network, "output_fmt", "NCHW") == "NHWC"
        with torch.inference_mode(), running(self._model, "give a smaller --batch"):
            with outputs_of(self._network, self._layers) as outputs:
                self._network(images)
            return {
                layer: pool_image(outputs[layer], self._pool, prefix, channels_last).cpu().numpy()
                for layer in self._layers
            }


@contextlib.contextmanager
def outputs_of(network: Any, layers: list[str]) -> Iterator[dict[str, Any]]:
    """What the named modules of a network gave in the last pass, by their names."""
    outputs: dict[str, Any] = {}
    hooks = []

    def keep(name: str) -> Any:
        def hook(module: Any, inputs: Any, output: Any) -> None:
            outputs[name] = output

        return hook

    try:
        for name in layers:
            hooks.append(network.get_submodule(name).register_forward_hook(keep(name)))
        yield outputs
    finally:
        for hook in hooks:
            hook.remove()


def _blocks(network: Any, name: str) -> list[str]:
    """Names of the modules that the model's feature info lists, in order."""
    infos = getattr(network, "feature_info", None) or []
    infos = getattr(infos, "info", infos)
    modules = dict(network.named_modules())
    found = [info["module"] for info in infos if info.get("module") in modules]
    if not found:
        raise RequestError(
            f"timm names no blocks of '{name}': choose layers yourself with 'platonic-extract module' (see --help)"
        )
    return list(dict.fromkeys(found))


def _commit(settings: Mapping[str, Any]) -> str | None:
    """The commit of the hub that the weights are from: the name of the cache's folder."""
    repository = settings.get("hf_hub_id")
    if not repository:
        return None
    from huggingface_hub import try_to_load_from_cache

    for file in ("model.safetensors", "pytorch_model.bin"):
        cached = try_to_load_from_cache(str(repository), file)
        if isinstance(cached, str):
            return pathlib.Path(cached).parent.name
    return None
