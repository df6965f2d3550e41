"""One row of features of what a network says of each of a sample's tokens or pixels. All of it in float32."""

from __future__ import annotations

from typing import Any

from .._program import RequestError

# What --pool may be for texts.
TOKEN_POOLS = {
    "mean": "mean over tokens",
    "last": "last token",
    "cls": "first token",
    "none-special": "mean over tokens that are not special",
}
# What --pool may be for images; `auto` becomes one of the others (`image_pool`).
IMAGE_POOLS = {"cls": "class token", "mean": "mean over patches"}


def pool_tokens(hidden: Any, mask: Any, special: Any, how: str) -> Any:
    """Features of texts.

    Parameters
    ----------
    hidden : torch.Tensor, shape (b, t, d)
        A layer's output, whatever its type.
    mask : torch.Tensor of bool, shape (b, t)
        True for tokens, False for padding, which is on the right and may hold anything.
    special : torch.Tensor of bool, shape (b, t)
        True for tokens that the tokenizer put around the text.
    how : str
        One of TOKEN_POOLS.

    Returns
    -------
    torch.Tensor of float32, shape (b, d)
    """
    import torch

    if how == "cls":
        return hidden[:, 0].float()
    if how == "last":
        rows = torch.arange(len(hidden), device=hidden.device)
        return hidden[rows, mask.sum(1) - 1].float()
    kept = mask & ~special if how == "none-special" else mask
    total = hidden.float().masked_fill(~kept.unsqueeze(-1), 0).sum(1)
    return total / kept.sum(1, keepdim=True)


def is_real_tensor(value: Any) -> bool:
    """Whether it is a torch tensor of numbers that float32 can stand for: of complex ones the imaginary part would be lost."""
    import torch

    return isinstance(value, torch.Tensor) and not value.is_complex()


def pool_image(output: Any, how: str, prefix: int, channels_last: bool, whose: str = "of a layer") -> Any:
    """Features of images: tokens (b, t, d), of which the first `prefix` are none of the image's, or maps (b, d, h, w); as float32 (b, d).

    `whose` says in a sentence which output it is; of several, the first is taken.
    """
    if isinstance(output, list | tuple) and output:
        output = output[0]
    if not is_real_tensor(output):
        kind = str(getattr(output, "dtype", None) or type(output).__name__).removeprefix("torch.")
        raise RequestError(f"the output {whose} is {kind}, and should be a tensor of real numbers: name another module")
    if output.ndim == 2:
        return output.float()
    if output.ndim == 3:
        return output[:, 0].float() if how == "cls" else output[:, prefix:].float().mean(1)
    if output.ndim == 4:
        return output.float().mean((1, 2) if channels_last else (2, 3))
    raise RequestError(
        f"the output {whose} has the shape {tuple(output.shape)}, and should be tokens (samples, tokens, width) or a map"
    )


def image_pool(network: Any, tag: str, wanted: str) -> str:
    """How a timm model's layers are pooled: one of IMAGE_POOLS.

    `wanted` is `cls` (the class token, where there is one), `mean`, or `auto`: what the model was trained to be read by. Supervised ViTs and
    DINO say it in their class token; masked autoencoders never train theirs for anything, and models that average over patches for
    their own head are read in the same way.
    """
    has_class_token = getattr(network, "cls_token", None) is not None
    if wanted == "mean" or not has_class_token:
        return "mean"
    if wanted == "cls":
        return "cls"
    is_autoencoder = "mae" in tag.replace("-", "_").split("_")
    return "mean" if is_autoencoder or str(getattr(network, "global_pool", "")).startswith("avg") else "cls"
