"""Language models of transformers: every hidden state, embeddings first, and the loss of causal models from the same pass."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from .._program import RequestError
from ._digests import digest
from ._loading import facts_of, first_line, loading, needing, running
from ._pooling import TOKEN_POOLS, pool_tokens
from ._samples import Samples, shown
from ._sharding import batches, windows
from ._writing import Window

# Tokenizers that know no limit say so with a huge one.
_NO_LIMIT = 10**7


@dataclasses.dataclass(frozen=True)
class Reading:
    """How texts are read.

    Attributes
    ----------
    pool : str
        One of TOKEN_POOLS.
    prompt : str, optional
        A text around each caption, which stands at its `{}`.
    max_length : int, optional
        Tokens at which texts are cut; the model's own limit without one.
    batch_tokens : int
        Tokens that a batch has at most, with its padding.
    window : int
        Samples whose batches are made together.
    with_scores : bool
        Whether causal models give their loss and bits per byte.
    """

    pool: str
    prompt: str | None
    max_length: int | None
    batch_tokens: int
    window: int
    with_scores: bool


def load_language(
    name: str,
    model: str,
    samples: Samples,
    reading: Reading,
    *,
    revision: str | None,
    seed: int | None,
    dtype: str,
    device: Any,
    trust_remote_code: bool,
) -> LanguageNetwork:
    """A model by its name on the hub or its folder, in evaluation mode; with `seed`, one of the same form with random weights."""
    with needing("language models need transformers"):
        import torch
        import transformers
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    hub = {"revision": revision, "trust_remote_code": trust_remote_code}
    with loading(name, "transformers"):
        config = transformers.AutoConfig.from_pretrained(name, **hub)
        kind = kind_of(config)
        maker = transformers.AutoModelForCausalLM if kind == "causal" else transformers.AutoModel
        if seed is None:
            network = maker.from_pretrained(name, config=config, dtype="auto" if dtype == "auto" else dtype, **hub)
        else:
            torch.manual_seed(seed)
            network = maker.from_config(config, trust_remote_code=trust_remote_code).float()
            if dtype != "auto":
                network = network.to(getattr(torch, dtype))
        tokenizer = transformers.AutoTokenizer.from_pretrained(name, **hub)
    whole, network = network, network.get_encoder() if kind == "encoder-decoder" else network
    facts = facts_of(whole, name, seed)
    facts |= {
        "family": str(config.model_type),
        "pooling": TOKEN_POOLS[reading.pool] + (" of the encoder" if kind == "encoder-decoder" else ""),
        "precision": str(next(network.parameters()).dtype).removeprefix("torch."),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
    if hasattr(network.config, "use_cache"):
        # What makes the next word faster is of no use to those who ask for none.
        network.config.use_cache = False
    commit = getattr(config, "_commit_hash", None) or revision
    if commit:
        facts["revision"] = commit
    if reading.prompt is not None:
        facts["prompt"] = reading.prompt
    return LanguageNetwork(model, network.eval().to(device), tokenizer, kind == "causal", samples, reading, facts)


def kind_of(config: Any) -> str:
    """`causal` (a decoder with its head), `encoder-decoder`, of which the encoder reads, or `encoder`: whatever else gives hidden states."""
    if getattr(config, "is_encoder_decoder", False):
        return "encoder-decoder"
    if config.architectures:
        return (
            "causal"
            if any(made.endswith(("ForCausalLM", "LMHeadModel")) for made in config.architectures)
            else "encoder"
        )
    from transformers.models.auto import modeling_auto

    causal = config.model_type in modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
    # BERT and its like have a causal form that nobody trains.
    return (
        "causal" if causal and config.model_type not in modeling_auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES else "encoder"
    )


@dataclasses.dataclass
class _Text:
    """One tokenised text: what is shown of it, and how many bytes of it that is; a character whose bytes are cut apart counts whole."""

    sample: str
    ids: list[int]
    special: list[bool]
    size: int
    is_cut: bool


class LanguageNetwork:
    """A loaded language model, as `_writing.Network` wants it."""

    def __init__(
        self,
        model: str,
        network: Any,
        tokenizer: Any,
        is_causal: bool,
        samples: Samples,
        reading: Reading,
        attributes: dict[str, str | int | float],
    ) -> None:
        self.attributes = attributes
        self._model, self._network, self._tokenizer = model, network, tokenizer
        self._scores = is_causal and reading.with_scores
        self._samples, self._reading = samples, reading
        self._most = self._limit()
        self._cut = 0

    def windows(self, rows: range) -> Iterator[Window]:
        for part in windows(rows, self._reading.window):
            inputs = shown(self._samples, part)
            texts = self._tokenised([data.decode() for data in inputs], self._samples.ids[part.start : part.stop])
            self._cut += sum(text.is_cut for text in texts)
            layers: dict[str, npt.NDArray[np.float32]] = {}
            values = {name: np.full(len(texts), np.nan) for name in ("loss", "bits_per_byte")} if self._scores else {}
            for batch in batches([len(text.ids) for text in texts], self._reading.batch_tokens):
                chosen = [texts[position] for position in batch]
                pooled, losses = self._passed(chosen)
                for layer, features in pooled.items():
                    if layer not in layers:
                        layers[layer] = np.empty((len(texts), features.shape[1]), np.float32)
                    layers[layer][batch] = features
                for position, text, nats in zip(batch, chosen, losses, strict=False):
                    predicted = len(text.ids) - 1
                    values["loss"][position] = nats / predicted if predicted else np.nan
                    values["bits_per_byte"][position] = nats / math.log(2) / text.size if predicted else np.nan
            yield Window([digest(data) for data in inputs], layers, values)

    def afterwards(self) -> dict[str, str | int | float]:
        return {"texts_cut": self._cut}

    def _limit(self) -> int:
        """Tokens at which texts are cut."""
        if self._reading.max_length is not None:
            return self._reading.max_length
        limits = [
            getattr(self._tokenizer, "model_max_length", None),
            getattr(self._network.config, "max_position_embeddings", None),
        ]
        return min((limit for limit in limits if limit and limit > 0), default=_NO_LIMIT)

    def _tokenised(self, texts: list[str], samples: list[str]) -> list[_Text]:
        prompt = self._reading.prompt
        if prompt is not None:
            texts = [prompt.replace("{}", text) for text in texts]
        limit = {"truncation": True, "max_length": self._most} if self._most < _NO_LIMIT else {}
        with_places = bool(getattr(self._tokenizer, "is_fast", False))
        try:
            # Padding is made below, on the right, where no token sees it: on the left it would move the positions of models that count them.
            found = self._tokenizer(
                texts, return_special_tokens_mask=True, return_offsets_mapping=with_places, padding=False, **limit
            )
        except Exception as error:
            raise RequestError(
                f"the tokenizer of '{self._model}' cannot read the texts: {first_line(error)}"
            ) from error
        result = []
        for position, (text, sample) in enumerate(zip(texts, samples, strict=True)):
            ids = found["input_ids"][position]
            special = [bool(flag) for flag in found["special_tokens_mask"][position]]
            if all(special) and (not ids or self._reading.pool == "none-special"):
                raise RequestError(
                    f"the caption of sample '{sample}' has no token for '{self._model}': leave the sample out"
                )
            is_cut = len(ids) >= self._most
            size = len(text.encode())
            if is_cut:
                end = max(end for _, end in found["offset_mapping"][position]) if with_places else None
                shown = text[:end] if with_places else self._tokenizer.decode(ids, skip_special_tokens=True)
                is_cut = len(shown.rstrip()) < len(text.rstrip())
                size = len(shown.encode()) if is_cut else size
            result.append(_Text(sample, ids, special, size, is_cut))
        return result

    def _passed(self, texts: list[_Text]) -> tuple[dict[str, Any], list[float]]:
        """One batch: features by layer, (batch, d) in float32, and of causal models each text's loss in nats, summed over its tokens."""
        import torch

        device = next(self._network.parameters()).device
        longest = max(len(text.ids) for text in texts)
        ids = torch.full((len(texts), longest), self._padding())
        mask = torch.zeros((len(texts), longest), dtype=torch.bool)
        special = torch.zeros((len(texts), longest), dtype=torch.bool)
        for row, text in enumerate(texts):
            ids[row, : len(text.ids)] = torch.tensor(text.ids)
            mask[row, : len(text.ids)] = True
            special[row, : len(text.ids)] = torch.tensor(text.special)
        ids, mask, special = ids.to(device), mask.to(device), special.to(device)
        with torch.inference_mode(), running(self._model, "give fewer --batch-tokens", self._too_long(longest)):
            output = self._network(input_ids=ids, attention_mask=mask.long(), output_hidden_states=True)
            hidden = getattr(output, "hidden_states", None)
            if not hidden:
                raise RequestError(f"'{self._model}' gives no hidden states, and is no model that can be extracted")
            layers = {
                "embeddings" if index == 0 else f"block{index - 1}": pool_tokens(
                    states, mask, special, self._reading.pool
                ).cpu()
                for index, states in enumerate(hidden)
            }
            losses = []
            if self._scores:
                for row, text in enumerate(texts):
                    logits = output.logits[row, : len(text.ids) - 1].float()
                    nats = torch.nn.functional.cross_entropy(logits, ids[row, 1 : len(text.ids)], reduction="none")
                    losses.append(float(nats.double().sum()))
        return {name: features.numpy() for name, features in layers.items()}, losses

    def _too_long(self, tokens: int) -> str:
        """What may be wrong with a batch of so many tokens a text."""
        positions = getattr(self._network.config, "max_position_embeddings", None)
        if self._reading.max_length is None or not isinstance(positions, int) or tokens <= positions:
            return ""
        return f"a text has {tokens} tokens, and the model {positions} positions; give a smaller --max-length"

    def _padding(self) -> int:
        """The token to pad with. Some encoders count positions by it; elsewhere it is masked, and any would do."""
        for source in (self._tokenizer, self._network.config):
            token = getattr(source, "pad_token_id", None)
            if isinstance(token, int) and token >= 0:
                return token
        return 0
