"""Damaged results files: bytes that were flipped, and files of another shape, type or content than any sweep writes."""

import h5py
import numpy as np

import store_fuzz
from conftest import write_store

SAMPLES = 24
# Seconds of processor time, and bytes.
LONGEST, LARGEST = 10, 1 << 30
INTEGERS = (-(2**63), -(2**31), -3, -2, -1, 0, 1, 2, 5, 255, 2**31 - 1, 2**62, 2**63 - 1)
FLOATS = (np.nan, np.inf, -np.inf, 0.0, -0.0, -1.0, 1.0, 1 + 1e-9, 2.0, 5e-324, 1e-300, 1e300, -1e300)
TEXTS = ("", "x", "m0", "vision", "x: [", "a\nb", "x" * 5000, "\u00e9", "e\u0301", "&<\x01")


def small_results(platonic, folder):
    """Results of a symmetric sweep and of one of two sides, with everything that a file can have: name to bytes."""
    generator = np.random.default_rng(11)
    shared = generator.normal(size=(SAMPLES, 4))
    paths = []
    for number in range(6):
        layers = [shared @ generator.normal(size=(4, 5)) + generator.normal(size=(SAMPLES, 5)) for _ in range(2)]
        paths.append(
            write_store(
                folder / f"m{number}.h5", f"m{number}", layers, [f"s{i}" for i in range(SAMPLES)],
                modality=("vision", "language")[number % 2], family=f"f{number % 3}", network=f"n{number // 2}",
                parameters=1000 * (number + 1), pretrained=number % 2,
                scores={"gsm8k": 0.1 * number, "vtab/dtd": 0.9 - 0.1 * number, "lower_is_better": ["gsm8k"]},
            )
        )  # fmt: skip
    words = (
        "--metric",
        "mutual_knn",
        "cka",
        "cycle_knn",
        "--k",
        "5",
        "1:4",
        "--calibrate",
        "19",
        "--intervals",
        "20",
        "--splits",
        "2",
        "--gallery",
        "--workers",
        "1",
        "--quiet",
    )
    sweeps = {"symmetric": ["--x", *paths], "cross": ["--x", *paths[::2], "--y", *paths[1::2]]}
    for name, sides in sweeps.items():
        output = folder / f"{name}.h5"
        platonic.succeed("sweep", *words, *sides, "--output", output)
        yield name, output.read_bytes()


def objects(file):
    """The paths of all datasets, and of all objects with attributes."""
    datasets, owners = [], ["/"]

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            datasets.append(name)
        owners.append(name)

    file.visititems(visit)
    return datasets, owners


def reshaped(path, generator):
    """Changes one to three things in a results file that libhdf5 can read before and after."""
    with h5py.File(path, "r+") as file:
        datasets, owners = objects(file)
        # The scores and what describes them more often than what is derived.
        primary = [name for name in datasets if not name.startswith(("analysis", "projection"))]
        for _ in range(generator.integers(1, 4)):
            name = str(generator.choice(primary if generator.random() < 0.9 else datasets))
            # A link of an earlier change may lead nowhere.
            if not isinstance(file.get(name), h5py.Dataset):
                continue
            match generator.integers(9):
                case 0 | 1:
                    spoil_values(file[name], generator)
                case 2 | 3:
                    spoil_attribute(
                        file[str(generator.choice(owners))] if generator.random() < 0.5 else file, generator
                    )
                case 4:
                    del file[name]
                case 5:
                    replace(file, name, other_shape(file[name][()], generator))
                case 6:
                    replace(file, name, other_type(file[name], generator))
                case 7:
                    unwritten(file, name, generator)
                case 8:
                    del file[name]
                    link = [h5py.SoftLink("/" + name), h5py.SoftLink("/sample"), h5py.ExternalLink("x.h5", "/x")]
                    file[name] = link[generator.integers(3)] if generator.random() < 0.8 else file["metrics"]


def spoil_values(dataset, generator):
    values = dataset[()]
    if values.size == 0:
        return
    for _ in range(generator.integers(1, 4)):
        at = tuple(int(generator.integers(length)) for length in values.shape)
        if values.dtype.kind in "iu":
            limits = np.iinfo(values.dtype)
            values[at] = min(max(INTEGERS[generator.integers(len(INTEGERS))], limits.min), limits.max)
        elif values.dtype.kind == "f":
            values[at] = FLOATS[generator.integers(len(FLOATS))]
        elif values.dtype.kind == "O":
            values[at] = TEXTS[generator.integers(len(TEXTS))]
    if generator.random() < 0.1 and values.dtype.kind in "if":
        values[...] = values.flat[0]
    dataset[...] = values


def spoil_attribute(owner, generator):
    names = sorted(set(owner.attrs) - {"DIMENSION_LIST", "REFERENCE_LIST", "format", "version"})
    if not names:
        return
    name = str(generator.choice(names))
    choices = (
        int(generator.choice(INTEGERS)), float(FLOATS[generator.integers(len(FLOATS))]),
        TEXTS[generator.integers(len(TEXTS))], np.arange(3), ["a", "b"], np.uint64(2**63 + 1), h5py.Empty("f8"),
        np.bytes_(b"a\0b"), np.zeros(1, dtype=[("a", "i4")]), b"\xff", int(generator.integers(-2, 30)),
    )  # fmt: skip
    value = choices[generator.integers(len(choices))]
    del owner.attrs[name]
    if generator.random() < 0.9:
        owner.attrs[name] = value


def replace(file, name, values):
    attributes = {key: value for key, value in file[name].attrs.items() if not key.endswith("_LIST")}
    del file[name]
    try:
        file[name] = values
    except (TypeError, ValueError):
        file[name] = 0
    file[name].attrs.update(attributes)


def other_shape(values, generator):
    match generator.integers(6):
        case 0:
            return values[:-1]
        case 1:
            return np.concatenate([values, values[-1:]])
        case 2:
            return values[:0]
        case 3:
            return values[None]
        case 4:
            return values.reshape(-1)[0] if values.size else values
        case _:
            return np.repeat(values, 3, axis=0)


def other_type(dataset, generator):
    kinds = ("i1", ">i8", "u8", "f2", ">f4", "S3", "bool", "c8", h5py.string_dtype())
    kind = kinds[generator.integers(len(kinds))]
    if generator.random() < 0.2:
        return np.zeros(dataset.shape, dtype=[("a", "i4"), ("b", "f8")])
    if isinstance(kind, str):
        return np.ones(dataset.shape, kind)
    return np.full(dataset.shape, "x", dtype=kind)


def unwritten(file, name, generator):
    """A dataset that takes no place in the file, of any extent."""
    shape, kind = file[name].shape, file[name].dtype
    rank = max(len(shape), 1)
    extent = int(generator.choice((4, 1000, 2**20, 2**26, 2**40, 2**62)))
    chosen = shape if generator.random() < 0.3 else (extent,) + (1,) * (rank - 1)
    if generator.random() < 0.3 and extent <= 2**30:
        chosen = (min(extent, 2**31 - 1),) * rank if rank < 3 else chosen
    chunks = tuple(min(length, 64) for length in chosen) if generator.random() < 0.5 and all(chosen) else None
    del file[name]
    try:
        file.create_dataset(name, chosen, kind, chunks=chunks, compression="gzip" if chunks else None)
    except (ValueError, OverflowError):
        file.create_dataset(name, shape, kind)


def damaged_results(originals, folder, count, seed):
    """So many damaged files, one after the other: the path and what it was made of."""
    generator = np.random.default_rng(seed)
    names = sorted(originals)
    for number in range(count):
        name = names[number % len(names)]
        data, structures = originals[name]
        path = folder / f"damaged-{number}.h5"
        if number // len(names) % 2:
            path.write_bytes(store_fuzz.damaged(data, structures, generator))
        else:
            path.write_bytes(data)
            reshaped(path, generator)
        yield path, name
        path.unlink()


def commands(path, folder, stores):
    """What can be asked of a results file, by number."""
    new = folder / "copy.h5"
    return (
        ["export", path], ["report", path, "--output", folder / "report"],
        ["export", path, "--format", "json", "--level", "model"], ["project", path, "--output", new],
        ["inspect", path],
        ["sweep", "--quiet", "--metric", "cka", "--workers", "1", "--x", *stores, "--output", path],
        ["project", path], ["export", path, "--format", "parquet"], ["compare", path, "--models", "m0", "m2"],
        ["explain", path, "m0", "m1"],
    )  # fmt: skip


def fault(platonic, words):
    """What is wrong with how the program takes it; None where nothing is."""
    result, peak, seconds = platonic.use(*words, timeout=6 * LONGEST)
    if result.returncode == 124:
        return f"{words[0]} hangs"
    text = result.stderr
    sentences = [line for line in text.splitlines() if line.startswith("platonic: ") and "warning: " not in line]
    if result.returncode not in (0, 1, 2):
        return f"{words[0]}: exit {result.returncode}: {text[-300:]}"
    if "bug" in text:
        return f"{words[0]}: {text[-300:]}"
    if result.returncode != 0 and len([line for line in sentences if "written to" not in line]) != 1:
        return f"{words[0]}: exit {result.returncode} with {len(sentences)} sentences: {text[-300:]}"
    if seconds > LONGEST:
        return f"{words[0]}: {seconds:.1f} s of processor time"
    if peak << 10 > LARGEST:
        return f"{words[0]}: {peak >> 10} MiB"
    return None
