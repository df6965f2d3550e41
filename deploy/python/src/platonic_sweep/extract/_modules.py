"""Any torch module, with inputs from the user's own loader: `platonic-extract module FILE.py:FUNCTION`."""

from __future__ import annotations

import dataclasses
import importlib.util
import itertools
import pathlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._program import RequestError
from .._stores import as_array, checked_groups, checked_ids, checked_text
from ._digests import digest
from ._loading import calling, facts_of, running, torch_module
from ._pooling import is_real_tensor, pool_image
from ._vision import outputs_of
from ._writing import Window

_HEX = re.compile("[0-9a-f]{32}")
# What no function of the user's yields.
_END = object()


@dataclasses.dataclass
class UserModule:
    """What the function returns that `platonic-extract module FILE.py:FUNCTION` calls.

    Parameters
    ----------
    network : torch.nn.Module
        The network, on its device, with its weights.
    layers : sequence of str
        Names of modules in it, as `network.named_modules()` gives them, in the order of depth. Their outputs are the layers.
    ids : sequence of str, n of them
        The samples' ids, in the order in which `batches` shows them.
    batches : callable
        `batches(rows)` yields what to call the network with for the samples of that `range`, in order: a tuple of positional arguments, a
        mapping of keyword arguments, or one argument. It decides itself how many samples are in a batch.
    digests : callable, optional
        `digests(rows)` gives for each sample of that `range` the bytes that it was shown, or 32 hexadecimal digits of their BLAKE2b-128. Without
        it the digests are those of the ids, and prove the order of the ids alone.
    pool : callable, optional
        `pool(layer, output)` makes (samples, width), a tensor or an array, of a layer's output. Without it, tokens (samples, tokens, width) are averaged over tokens,
        and maps (samples, width, height, width) over space.
    model, modality, dataset : str
        As in `StoreWriter`.
    groups : sequence of int, n of them, optional
        Samples with the same number belong together.
    attributes : mapping of str to str, int or float
        Whatever else is known of the model.
    """

    network: Any
    layers: Sequence[str]
    ids: Sequence[str]
    batches: Callable[[range], Iterable[Any]]
    model: str
    modality: str
    dataset: str
    digests: Callable[[range], Iterable[bytes | str]] | None = None
    pool: Callable[[str, Any], Any] | None = None
    groups: Sequence[int] | None = None
    attributes: Mapping[str, str | int | float] = dataclasses.field(default_factory=dict)


def load_user_module(place: str) -> UserModule:
    """Calls the function that `FILE.py:FUNCTION` names."""
    path, _, name = place.rpartition(":")
    if not path or not name.isidentifier():
        raise RequestError(f"'{place}' should be FILE.py:FUNCTION")
    if not pathlib.Path(path).is_file():
        raise RequestError(f"there is no file {path}")
    torch_module()
    stem = pathlib.Path(path).stem
    spec = importlib.util.spec_from_file_location(stem, path)
    if spec is None or spec.loader is None:
        raise RequestError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    # Its own imports look beside it, as they do when it is run.
    sys.path.insert(0, str(pathlib.Path(path).resolve().parent))
    sys.modules.setdefault(stem, module)
    with calling(place):
        spec.loader.exec_module(module)
        function = getattr(module, name, None)
        if not callable(function):
            raise RequestError(f"{path} has no function '{name}'")
        made = function()
    if not isinstance(made, UserModule):
        raise RequestError(
            f"{place} returns a {type(made).__name__}, and should return a platonic_sweep.extract.UserModule"
        )
    _check(made, place)
    return made


def _check(made: UserModule, place: str) -> None:
    """Refuses what a user's module cannot be."""
    if not isinstance(made.network, torch_module().nn.Module):
        raise RequestError(f"{place}: the network is a {type(made.network).__name__}, and should be a torch.nn.Module")
    for name in ("model", "modality", "dataset"):
        checked_text(getattr(made, name), f"{place}: {name}")
    if not isinstance(made.attributes, Mapping):
        raise RequestError(f"{place}: the attributes are no mapping of names to values")
    if isinstance(made.layers, str) or not isinstance(made.layers, Iterable):
        raise RequestError(f"{place}: the layers are {made.layers!r:.60}, and should be a list of names")
    known = dict(made.network.named_modules())
    layers = list(made.layers)
    for position, layer in enumerate(layers):
        if not isinstance(layer, str) or layer not in known:
            raise RequestError(f"{place}: the network has no module '{layer}'")
        if layer in layers[:position]:
            raise RequestError(f"{place} names the layer '{layer}' twice")
    if not layers:
        raise RequestError(f"{place} names no layers")


class UserSamples:
    """The user's samples, as `_samples.Samples` wants them."""

    def __init__(self, module: UserModule) -> None:
        self.name, self._module = module.dataset, module
        with calling("the ids and groups of the module"):
            self.ids = checked_ids(module.ids)
            self.groups = None if module.groups is None else checked_groups(module.groups, len(self.ids)).tolist()

    def inputs(self, begin: int, end: int) -> Iterator[bytes]:
        raise NotImplementedError("the user's loader shows samples to the network itself")

    def check(self, begin: int, end: int) -> None:
        """Nothing can be said of inputs that only the user's loader sees."""

    def digests(self, begin: int, end: int) -> Iterator[str]:
        end = min(end, len(self.ids))
        if self._module.digests is None:
            yield from (digest(sample.encode()) for sample in self.ids[begin:end])
            return
        count = 0
        for value in _theirs("digests", self._module.digests, range(begin, end)):
            count += 1
            if count > end - begin:
                break
            if isinstance(value, bytes | bytearray | memoryview):
                yield digest(bytes(value))
            elif isinstance(value, str) and _HEX.fullmatch(value):
                yield value
            else:
                raise RequestError(
                    f"a digest is {value!r:.60}, and should be bytes or 32 hexadecimal digits in lower case"
                )
        if count != end - begin:
            said = f"more than {end - begin}" if count > end - begin else str(count)
            raise RequestError(f"digests gives {said} for the {end - begin} samples of rows {begin} to {end - 1}")


class UserNetwork:
    """The user's network, as `_writing.Network` wants it."""

    def __init__(self, module: UserModule, samples: UserSamples) -> None:
        self._module, self._samples = module, samples
        self._network = module.network.eval()
        # Whether its weights are random is the user's to say.
        facts = facts_of(self._network, module.model, None)
        facts["torch"] = torch_module().__version__
        del facts["pretrained"], facts["weights"]
        self.attributes = facts | dict(module.attributes)

    def windows(self, rows: range) -> Iterator[Window]:
        import torch

        digests, done = self._samples.digests(rows.start, rows.stop), rows.start
        layers = list(self._module.layers)
        for batch in _theirs("batches", self._module.batches, rows):
            with torch.inference_mode(), outputs_of(self._network, layers) as outputs:
                with (
                    calling(f"the network of '{self._module.model}'"),
                    running(self._module.model, "make smaller batches"),
                ):
                    if isinstance(batch, Mapping):
                        self._network(**batch)
                    elif isinstance(batch, tuple):
                        self._network(*batch)
                    else:
                        self._network(batch)
                pooled = {layer: self._pooled(layer, outputs) for layer in layers}
            count = len(next(iter(pooled.values())))
            done += count
            if done > rows.stop:
                raise RequestError(
                    f"the loader of '{self._module.model}' gives more than the {len(rows)} samples of rows {rows.start} to {rows.stop - 1}"
                )
            found = list(itertools.islice(digests, count))
            for layer, features in pooled.items():
                if len(features) != count:
                    raise RequestError(
                        f"layer '{layer}' has {len(features)} rows of a batch, and '{layers[0]}' {count}"
                    )
            yield Window(found, pooled)
        if done != rows.stop:
            raise RequestError(
                f"the loader of '{self._module.model}' gives {done - rows.start} samples for the {len(rows)} rows from {rows.start} on"
            )
        # Whether there are more of them than samples shows only now.
        next(digests, None)

    def afterwards(self) -> dict[str, str | int | float]:
        return {}

    def _pooled(self, layer: str, outputs: Mapping[str, Any]) -> Any:
        if layer not in outputs:
            raise RequestError(f"the network does not use its module '{layer}' in a pass")
        if self._module.pool is None:
            return pool_image(outputs[layer], "mean", 0, False, f"of module '{layer}'").cpu().numpy()
        with calling(f"pool of layer '{layer}'"):
            pooled = self._module.pool(layer, outputs[layer])
            features = as_array(pooled.detach().cpu().float() if is_real_tensor(pooled) else pooled)
        if features.ndim != 2 or not features.shape[1]:
            raise RequestError(
                f"pool makes rows of the shape {features.shape} of layer '{layer}', and should make (samples, features)"
            )
        return features


def _theirs(name: str, function: Callable[[range], Iterable[Any]], rows: range) -> Iterator[Any]:
    """What a function of the user's yields."""
    with calling(name):
        found = iter(function(rows))
    while True:
        with calling(name):
            value = next(found, _END)
        if value is _END:
            return
        yield value
