"""The command `platonic-extract`: what its words mean, and how it ends."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from .._program import PlatonicError, RequestError
from .._stores import checked_attributes
from ._benchmarks import put_scores
from ._digests import digest, digest_of_folder, digest_of_order
from ._interruption import INTERRUPTED, SENTENCE, handle
from ._loading import DTYPES, base_name, device_named, folder_of, free_memory, torch_module
from ._merging import merge
from ._modules import UserNetwork, UserSamples, load_user_module
from ._pixels import write_pixels
from ._pooling import TOKEN_POOLS
from ._records import Records
from ._reports import Reporter
from ._samples import Captions, ImageFolder, ImageRecords, Samples
from ._sharding import Shard
from ._writing import Network, Order, make

_WRONG_REQUEST = 2

_DESCRIPTION = """Features from networks, straight into feature stores that 'platonic sweep' compares.

A store is there whole or not at all, and a finished one is kept: after an interruption, say the same again. The same request on the same machine gives
the same bytes. Beside the features stand the samples' ids and a digest of every input. Exit status: 0 done, 1 some of the work failed, 2 the
request was wrong, 3 interrupted.
"""
_HF = """Every hidden state of language models of transformers, embeddings first, of decoders, encoders and the encoders of encoder-decoders. Causal
models give their loss and bits per byte from the same pass: numbers of each sample below /samples, and their means as scores.

  platonic-extract hf bigscience/bloomz-560m FacebookAI/roberta-base --data captions.jsonl --output-dir stores
"""
_TIMM = """The blocks of vision models of timm that their own feature info names, with each model's own transform. '--preset paper' (the default) takes the
class token of every model that has one, and the mean over space or patches of others.

  platonic-extract timm vit_base_patch16_224.augreg_in21k --images photos/ --output-dir stores
"""
_MODULE = """Layers of any torch module, with inputs from your own loader. FILE.py:FUNCTION names a function without parameters that returns a
platonic_sweep.extract.UserModule, whose documentation says what is in it.

  platonic-extract module mine.py:encoder --output-dir stores
"""
_SCORES = """Writes benchmark scores into stores. The table is a CSV file as 'platonic sweep --scores' takes it: a column 'model', every other one a score,
with a name that ends in ' (lower is better)' where that is so.

  platonic-extract scores stores/ scores.csv
"""
_PIXELS = """Images of one size in one file, for 'platonic study colour --images', which counts colours in them: the square in the middle of each image.

  platonic-extract pixels photos/ --size 32 --output photos.h5
"""
_MERGE = """Makes one store a model of all its shards: the bytes of an extraction in one piece. Shards that are missing, doubled, made otherwise or changed
since are refused, and with --data or --images those of other inputs.

  platonic-extract merge shards/ --output-dir stores
"""


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence, as everything else here does."""

    def error(self, message: str) -> NoReturn:
        raise RequestError(f"{message}: see {self.prog} --help")


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command with these words, by default the process's own, and returns its exit status."""
    reporter = Reporter(as_json=False)
    interrupted = SENTENCE
    # Of images with more pixels than most: those that could exhaust the memory are refused.
    warnings.filterwarnings("ignore", message="Image size .* exceeds limit")
    try:
        # From here on there may be something to clean up.
        handle(_interrupt)
        options = _parser().parse_args(words)
        reporter = Reporter(options.json)
        interrupted = getattr(options, "interrupted", SENTENCE)
        status: int = options.run(options, reporter)
        return status
    except PlatonicError as error:
        reporter.refuse(_one_line(error))
        return _status(error)
    except KeyboardInterrupt:
        reporter.end()
        print(interrupted, file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        reporter.refuse(where + error.strerror if error.strerror else _one_line(error))
        return 1


def _status(error: PlatonicError) -> int:
    return _WRONG_REQUEST if isinstance(error, RequestError) else error.status


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="platonic-extract", description=_DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, text: str, run: Callable[[argparse.Namespace, Reporter], int]) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=text.split(".")[0].split("\n")[0],
            description=text,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help="what happens as JSON lines on standard output")
        return made

    hf = command("hf", _HF, _run_language)
    hf.add_argument("models", metavar="MODEL", nargs="+", help="a model's name on the hub, or its folder")
    _add_data(hf, "--data", "captions", required=True, field="text")
    hf.add_argument("--caption-index", type=int, default=0, metavar="I", help="which one, where a sample has a list")
    hf.add_argument(
        "--pool", choices=list(TOKEN_POOLS), help="how tokens become one row (default: mean, over unmasked tokens)"
    )
    hf.add_argument("--prompt", metavar="TEXT", help="a text around each caption, which stands at its {}")
    hf.add_argument("--max-length", type=_natural, metavar="TOKENS", help="where texts are cut (default: the model's)")
    hf.add_argument(
        "--batch-tokens", type=_natural, default=4096, metavar="N", help="tokens of a batch (default: 4096)"
    )
    hf.add_argument("--window", type=_natural, default=256, metavar="N", help="samples batched together (default: 256)")
    hf.add_argument("--no-scores", action="store_true", help="no loss and bits per byte of causal models")
    hf.add_argument("--revision", metavar="REVISION", help="a branch, tag or commit of the hub")
    hf.add_argument("--trust-remote-code", action="store_true", help="run code that comes with a model")
    _add_making(hf)

    timm = command("timm", _TIMM, _run_vision)
    timm.add_argument("models", metavar="MODEL", nargs="+", help="a model's name in timm, or hf-hub:NAME")
    _add_data(timm, "--images", "images, or a folder of them", required=True, field="image")
    timm.add_argument(
        "--pool",
        choices=["auto", "cls", "mean"],
        help="class token, mean without it, or auto: the mean for masked autoencoders, else the class token where there is one",
    )
    timm.add_argument("--batch", type=_natural, default=32, metavar="N", help="images of a batch (default: 32)")
    timm.add_argument("--loaders", type=_natural, default=4, metavar="N", help="threads that read images (default: 4)")
    timm.add_argument(
        "--model-option",
        type=_json_pair,
        action="append",
        default=[],
        metavar="NAME=JSON",
        help="for timm's create_model",
    )
    _add_making(timm)

    module = command("module", _MODULE, _run_module)
    module.add_argument("function", metavar="FILE.py:FUNCTION")
    module.add_argument(
        "--window", type=_natural, default=256, metavar="N", help="shards begin at multiples of it (default: 256)"
    )
    _add_output(module)

    scores = command("scores", _SCORES, _run_scores)
    scores.add_argument("stores", metavar="STORE", nargs="+", help="stores, or folders of them")
    scores.add_argument("table", metavar="TABLE.csv", type=pathlib.Path)
    scores.add_argument("--lower-is-better", metavar="NAME", nargs="+", default=[], help="scores that are losses")

    pixels = command("pixels", _PIXELS, _run_pixels)
    pixels.add_argument("images", metavar="PLACE", help="images as 'timm --images' takes them, such as a folder of PNG")
    pixels.add_argument("--size", type=_natural, default=32, metavar="PIXELS", help="of each side (default: 32)")
    pixels.add_argument("--output", type=pathlib.Path, required=True, metavar="FILE.h5")
    pixels.add_argument("--force", action="store_true", help="replace such a file that is there")
    pixels.set_defaults(interrupted="platonic-extract: interrupted; nothing was written")
    _add_fields(pixels, field="image")

    merging = command("merge", _MERGE, _run_merge)
    merging.add_argument("shards", metavar="SHARD", nargs="+", help="shards, or folders of them")
    merging.add_argument("--output-dir", type=pathlib.Path, required=True, metavar="DIR", help="where the stores go")
    merging.add_argument("--force", action="store_true", help="replace stores that are there")
    kinds = merging.add_mutually_exclusive_group()
    kinds.add_argument("--data", metavar="PLACE", help="captions that the shards have to be of")
    kinds.add_argument("--images", metavar="PLACE", help="images that the shards have to be of")
    merging.add_argument("--caption-index", type=int, default=0, metavar="I", help=argparse.SUPPRESS)
    _add_fields(merging, field=None)
    return parser


def _add_data(parser: argparse.ArgumentParser, option: str, what: str, required: bool, field: str) -> None:
    parser.add_argument(
        option,
        required=required,
        metavar="PLACE",
        help=f"{what}: .jsonl, .csv, .parquet, or hf:NAME[@REVISION][:SPLIT]",
    )
    _add_fields(parser, field)


def _add_fields(parser: argparse.ArgumentParser, field: str | None) -> None:
    shown = field or "text or image"
    parser.add_argument("--field", default=field, metavar="NAME", help=f"the field with the inputs (default: {shown})")
    ids = parser.add_mutually_exclusive_group()
    ids.add_argument("--id", default="id", metavar="NAME", help="the field with the ids (default: id)")
    ids.add_argument("--counter-ids", action="store_true", help="number the rows instead: 0, 1, …")
    parser.add_argument("--group", metavar="NAME", help="a field with whole numbers: which samples belong together")


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output-dir", type=pathlib.Path, required=True, metavar="DIR", help="where the stores go")
    parser.add_argument(
        "--store-dtype",
        choices=["float32", "float16"],
        default="float32",
        help="the type to store (default: float32); float16 halves the files, ends at 65,504 and has no numbers below 6e-8",
    )
    parser.add_argument("--shard", type=_shard, metavar="I/N", help="only part I of N, from 1 on, for 'merge'")
    parser.add_argument("--force", action="store_true", help="replace stores that were made otherwise")
    parser.add_argument("--threads", type=_natural, metavar="N", help="of the processor (default: torch's own choice)")
    parser.add_argument(
        "--attribute",
        type=_attribute,
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help="what else is known of the models",
    )


def _add_making(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", choices=["paper"], help="pooling as in the paper (the default)")
    parser.add_argument("--random-weights", type=int, metavar="SEED", help="the same networks untrained, as a control")
    parser.add_argument("--dtype", choices=DTYPES, default="auto", help="the network's (default: that of its weights)")
    parser.add_argument("--device", default="auto", help="cpu, cuda, cuda:1, mps … (default: a GPU where there is one)")
    parser.add_argument("--dataset", metavar="NAME", help="the data set's name in the stores (default: the file's)")
    parser.add_argument("--name", metavar="NAME", help="the model's name in the store, where there is one model")
    _add_output(parser)


def _shard(text: str) -> Shard:
    try:
        return Shard.parsed(text)
    except RequestError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1 on")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals or not value:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def _attribute(text: str) -> tuple[str, str | int]:
    name, value = _pair(text)
    if name in ("parameters", "pretrained") and not (value.isascii() and value.isdigit()):
        raise argparse.ArgumentTypeError(f"'{name}' is a whole number, and not '{value}'")
    try:
        # A number of thousands of digits is none that Python reads.
        known: str | int = int(value) if name in ("parameters", "pretrained") else value
        checked_attributes({name: known})
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return name, known


def _json_pair(text: str) -> tuple[str, Any]:
    name, value = _pair(text)
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return name, value
    try:
        # It is recorded in the store, as JSON.
        json.dumps(found, allow_nan=False)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' has a number that is none") from error
    return name, found


def _run_language(options: argparse.Namespace, reporter: Reporter) -> int:
    from ._language import Reading, load_language

    if options.prompt is not None and options.prompt.count("{}") != 1:
        raise RequestError("--prompt should have {} once, where the caption goes")
    reading = Reading(
        pool=_pool(options, "mean"),
        prompt=options.prompt,
        max_length=options.max_length,
        batch_tokens=options.batch_tokens,
        window=options.window,
        with_scores=not options.no_scores,
    )
    samples = _captions(options, options.data)
    device = _prepared(options)
    settings = {
        "command": "hf",
        "field": options.field,
        "caption index": options.caption_index,
        "pool": reading.pool,
        "prompt": reading.prompt,
        "max length": reading.max_length,
        "batch tokens": reading.batch_tokens,
        "scores": reading.with_scores,
        "revision": options.revision,
    }

    def loader(name: str, model: str) -> Callable[[], Network]:
        return lambda: load_language(
            name,
            model,
            samples,
            reading,
            revision=options.revision,
            seed=options.random_weights,
            dtype=options.dtype,
            device=device,
            trust_remote_code=options.trust_remote_code,
        )

    return _make_all(_orders(options, samples, settings, "language", options.window), loader, reporter)


def _run_vision(options: argparse.Namespace, reporter: Reporter) -> int:
    from ._vision import load_vision

    pool = _pool(options, "cls")
    samples = _images(options, options.images)
    device = _prepared(options)
    extra = dict(options.model_option)
    settings = {"command": "timm", "field": options.field, "pool": pool, "batch": options.batch, "options": extra}

    def loader(name: str, model: str) -> Callable[[], Network]:
        return lambda: load_vision(
            name,
            model,
            samples,
            pool=pool,
            batch=options.batch,
            seed=options.random_weights,
            options=extra,
            dtype=options.dtype,
            device=device,
            loaders=options.loaders,
        )

    return _make_all(_orders(options, samples, settings, "vision", options.batch), loader, reporter)


def _run_module(options: argparse.Namespace, reporter: Reporter) -> int:
    _check_folder(options.output_dir)
    if options.threads is not None:
        torch_module().set_num_threads(options.threads)
    module = load_user_module(options.function)
    samples = UserSamples(module)
    network = UserNetwork(module, samples)
    path, _, function = options.function.rpartition(":")
    settings = {
        "command": "module",
        "function": function,
        "file": digest(pathlib.Path(path).read_bytes()),
        "layers": digest_of_order(module.layers),
        "weights": network.attributes["weights_digest"],
    }
    order = Order(
        path=options.output_dir / _file_name(module.model, options.shard),
        model=module.model,
        modality=module.modality,
        dataset=module.dataset,
        samples=samples,
        settings=settings,
        attributes={**module.attributes, **dict(options.attribute)},
        window=options.window,
        shard=options.shard,
        dtype=options.store_dtype,
        force=options.force,
    )
    make(order, lambda: network, reporter)
    return 0


def _run_scores(options: argparse.Namespace, reporter: Reporter) -> int:
    put_scores(options.stores, options.table, options.lower_is_better, reporter)
    return 0


def _run_pixels(options: argparse.Namespace, reporter: Reporter) -> int:
    write_pixels(_images(options, options.images), options.size, options.output, options.force, reporter)
    return 0


def _run_merge(options: argparse.Namespace, reporter: Reporter) -> int:
    _check_folder(options.output_dir)
    samples: Samples | None = None
    if options.data is not None:
        options.field = options.field or "text"
        samples = _captions(options, options.data)
    elif options.images is not None:
        options.field = options.field or "image"
        samples = _images(options, options.images)
    return merge(options.shards, options.output_dir, samples, options.force, reporter)


def _captions(options: argparse.Namespace, place: str) -> Samples:
    return Captions(Records(place), options.field, _id_field(options), options.group, options.caption_index)


def _images(options: argparse.Namespace, place: str) -> Samples:
    if pathlib.Path(place).is_dir():
        return ImageFolder(place)
    if not place.startswith("hf:") and not pathlib.Path(place).suffix and not os.path.lexists(place):
        raise RequestError(f"there is no {place}: name a folder of images, or a data set that has them")
    return ImageRecords(Records(place), options.field, _id_field(options), options.group)


def _id_field(options: argparse.Namespace) -> str | None:
    return None if options.counter_ids else options.id


def _pool(options: argparse.Namespace, papers: str) -> str:
    """The pooling that is wanted; the paper's without a word."""
    if options.preset is not None and options.pool not in (None, papers):
        raise RequestError(f"--preset paper pools by '{papers}', and --pool says '{options.pool}': give one of them")
    return options.pool or papers


def _prepared(options: argparse.Namespace) -> Any:
    """The device, after what concerns all models is checked and set."""
    _check_folder(options.output_dir)
    device = device_named(options.device)
    if options.threads is not None:
        torch_module().set_num_threads(options.threads)
    return device


def _check_folder(folder: pathlib.Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"the folder {folder} cannot be made: {error.strerror}") from error


def _orders(
    options: argparse.Namespace, samples: Samples, settings: dict[str, Any], modality: str, window: int
) -> list[tuple[str, Order]]:
    """Every model with the store that is to be made of it."""
    if options.name is not None and len(options.models) > 1:
        raise RequestError(f"--name is one model's, and there are {len(options.models)}")
    found: dict[pathlib.Path, tuple[str, Order]] = {}
    seed = options.random_weights
    for name in options.models:
        model = options.name or base_name(name) + ("" if seed is None else f" (random {seed})")
        path = options.output_dir / _file_name(model, options.shard)
        if path in found:
            raise RequestError(
                f"{found[path][0]} and {name} would both be {path}: extract one of them by itself, with --name"
            )
        folder = folder_of(name)
        known = {"model": base_name(name), "seed": seed, "precision": options.dtype}
        if folder is not None:
            known["folder"] = digest_of_folder(folder)
        found[path] = (
            name,
            Order(
                path=path,
                model=model,
                modality=modality,
                dataset=options.dataset or samples.name,
                samples=samples,
                settings={**settings, **known},
                attributes=dict(options.attribute),
                window=window,
                shard=options.shard,
                dtype=options.store_dtype,
                force=options.force,
            ),
        )
    return list(found.values())


def _make_all(
    orders: list[tuple[str, Order]], loader: Callable[[str, str], Callable[[], Network]], reporter: Reporter
) -> int:
    """Makes every store; one that cannot be made leaves the others be."""
    # Every sample is looked at before the first model is loaded: it takes seconds, and a bad one is not met after hours.
    first = orders[0][1]
    first.samples.check(first.rows.start, first.rows.stop)
    status = 0
    said: set[str] = set()
    for name, order in orders:
        try:
            make(order, loader(name, order.model), reporter)
        except PlatonicError as error:
            # What is wrong with a sample is so for every model.
            sentence = _one_line(error)
            if sentence not in said:
                reporter.refuse(sentence)
            said.add(sentence)
            status = max(status, _status(error))
        free_memory()
    return status


def _file_name(model: str, shard: Shard | None) -> str:
    name = re.sub(r"[^\w.+-]+", "_", model).strip("_") or "model"
    return name + (".h5" if shard is None else f".shard-{shard.number}-of-{shard.count}.h5")
