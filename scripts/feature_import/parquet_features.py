"""Reads layers from a parquet file: columns whose cells are lists of numbers, all of one length.

pyarrow is needed for such files alone.
"""

import numpy as np

from .refusal import Refusal

TYPES = {"halffloat": "float16", "float": "float32", "double": "float64"}
CELLS = "write lists of float16, float32 or float64, of one length in all rows"


class ParquetLayer:
    """One column; its values are read when they are asked for."""

    def __init__(self, path, file, name, dtype):
        self.path, self.file, self.column, self.name, self.dtype = path, file, name, name, dtype
        first = next(file.iter_batches(1, columns=[name]), None)
        width = 0 if first is None else len(first.column(0)[0].as_py() or ())
        self.shape = (file.metadata.num_rows, width)

    def values(self):
        """The numbers, (samples, width)."""
        rows = []
        for batch in self.file.iter_batches(columns=[self.column]):
            cells = batch.column(0)
            begin = sum(len(part) for part in rows)
            lengths = cells.value_lengths().to_numpy(zero_copy_only=False)
            flat = cells.flatten()
            if cells.null_count or not np.all(lengths == self.shape[1]) or flat.null_count:
                raise Refusal(
                    f"the cell of row {begin + self.first_uneven(cells)} is empty, or no list of {self.shape[1]} numbers",
                    f"{self.path}, {self.column}",
                    CELLS,
                )
            rows.append(flat.to_numpy(zero_copy_only=False).reshape(len(cells), self.shape[1]))
        return np.concatenate(rows)

    def first_uneven(self, cells):
        for row, cell in enumerate(cells.to_pylist()):
            if cell is None or len(cell) != self.shape[1] or None in cell:
                return row
        return 0


def open_parquet(path):
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise Refusal(
            f"parquet files need pyarrow, which cannot be loaded: {error}", path, "install pyarrow for this Python"
        ) from error
    try:
        return pyarrow.parquet.ParquetFile(path)
    except pyarrow.ArrowException as error:
        raise Refusal(f"the file cannot be read as parquet: {error}", path, "copy or save the file again") from error


def parquet_layers(path, columns):
    """The layers in `columns`, in that order, or in all columns with lists of floating-point numbers, in the file's."""
    file = open_parquet(path)
    types = {field.name: element_type(field.type) for field in file.schema_arrow}
    if columns is None:
        columns = [name for name, dtype in types.items() if dtype is not None]
    for name in columns:
        if types.get(name) is None:
            what = f"there is no column '{name}'" if name not in types else f"the cells of '{name}' are no such lists"
            raise Refusal(what, f"{path}, {name}", CELLS)
    return [ParquetLayer(path, file, name, types[name]) for name in columns]


def element_type(kind):
    """The NumPy type of a list's numbers; None where a column holds no such lists."""
    return TYPES.get(str(kind.value_type)) if hasattr(kind, "value_type") else None


def parquet_ids(path, column):
    file = open_parquet(path)
    if column not in file.schema_arrow.names:
        raise Refusal(f"there is no column '{column}'", path, f"name one of {file.schema_arrow.names[:8]}")
    ids = [str(value) for batch in file.iter_batches(columns=[column]) for value in batch.column(0).to_pylist()]
    kind = str(file.schema_arrow.field(column).type)
    if not kind.startswith(("string", "large_string", "int", "uint")):
        raise Refusal(f"the ids are {kind}", f"{path}, {column}", "write texts or whole numbers")
    return ids
