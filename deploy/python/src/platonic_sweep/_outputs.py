"""Gives finished files their names, and destroys nothing on the way: what is replaced is a file of ours, looked at again at the very rename."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import pathlib
import secrets
import stat
from collections.abc import Callable, Iterator

import h5py

from ._program import RequestError

# Of renameat2(2).
_NO_REPLACE, _EXCHANGE = 1, 2
_AT_FDCWD = -100
# What file systems answer that lack the call, and that lack hard links.
_LACKING = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)
_LINKLESS = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK)


def name_of_partial(path: pathlib.Path) -> pathlib.Path:
    """A name beside `path` for what is not finished. Whoever makes the file does so exclusively: the name may be taken all the same."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")


def carries_format(path: pathlib.Path, name: str) -> bool:
    """Whether `path` is, or is a link to, a regular file in HDF5 whose attribute `format` is `name`."""
    try:
        # Whoever opens a pipe waits for somebody to write.
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with h5py.File(path, "r") as file:
            found = file.attrs.get("format")
    except (OSError, RuntimeError, ValueError):
        return False
    return (isinstance(found, str) and found == name) or (isinstance(found, bytes) and found == name.encode())


def publish(
    partial: pathlib.Path, path: pathlib.Path, is_ours: Callable[[pathlib.Path], bool] | None, advice: str
) -> None:
    """Gives a finished file its name.

    Parameters
    ----------
    partial : pathlib.Path
        The file, on the file system of `path`; nothing has this name afterwards.
    path : pathlib.Path
        Its name, which is no link.
    is_ours : callable, optional
        Whether the file with this name may be replaced; without it none may.
    advice : str
        What to do about a file that may not.

    Raises
    ------
    RequestError
        A file has the name that may not be replaced; it is as it was.
    """
    while not _named(partial, path):
        if is_ours is None or not is_ours(path):
            raise RequestError(f"{path} is there, and was not before this was written: it is left alone; {advice}")
        code = _renamed(partial, path, _EXCHANGE)
        if code == 0:
            # What had the name is here now, and nobody can have come in between.
            if not is_ours(partial):
                _renamed(partial, path, _EXCHANGE)
                continue
            partial.unlink()
            return
        if code in _LACKING:
            os.replace(partial, path)
            return
        if code != errno.ENOENT:
            raise OSError(code, os.strerror(code), str(path))


def _named(partial: pathlib.Path, path: pathlib.Path) -> bool:
    """Gives the file its name if nothing has it; false where something has."""
    code = _renamed(partial, path, _NO_REPLACE)
    if code in _LACKING:
        code = _linked(partial, path)
    if code in _LINKLESS:
        code = _claimed(partial, path)
    if code not in (0, errno.EEXIST):
        raise OSError(code, os.strerror(code), str(path))
    return code == 0


def _linked(partial: pathlib.Path, path: pathlib.Path) -> int:
    """A second name is only ever given where there is none. Returns an errno."""
    try:
        os.link(partial, path)
    except OSError as error:
        return error.errno or errno.EIO
    partial.unlink()
    return 0


def _claimed(partial: pathlib.Path, path: pathlib.Path) -> int:
    """Takes the name with an empty file of ours, which is then replaced. Returns an errno."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC))
    except OSError as error:
        return error.errno or errno.EIO
    os.replace(partial, path)
    return 0


def _renamed(old: pathlib.Path, new: pathlib.Path, flags: int) -> int:
    """renameat2(2), as an errno."""
    call = getattr(_libc, "renameat2", None)
    if call is None:
        return errno.ENOSYS
    done = call(_AT_FDCWD, os.fsencode(old), _AT_FDCWD, os.fsencode(new), ctypes.c_uint(flags))
    return 0 if done == 0 else ctypes.get_errno()


_libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def removing(partial: pathlib.Path) -> Iterator[None]:
    """Leaves no unfinished file behind, however the block ends."""
    try:
        yield
    finally:
        partial.unlink(missing_ok=True)
