"""Where an output goes, and what may be replaced there: nothing that is not a file of the same kind, and never an input."""

import contextlib
import errno
import os
import pathlib
import secrets
import stat

import h5py

from .refusal import Refusal

KINDS = {
    stat.S_IFDIR: "directory",
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


class OutputPlace:
    """The place of a file that is written beside it, and appears there only when it is whole and on disk.

    Symbolic links are written through: what they lead to is looked at, replaced, and keeps its permissions. `mark` is what
    the root attribute `format` of a file must be for it to be replaced; it is looked at again at the end.
    """

    def __init__(self, path, mark, inputs=(), force=False):
        self.path, self.mark, self.force = path, mark, force
        self.inputs = {}
        for source in inputs:
            with contextlib.suppress(OSError):
                status = os.stat(source)
                self.inputs[status.st_dev, status.st_ino] = source
        status = self.status(path)
        self.check_kind(status)
        self.target = pathlib.Path(os.path.realpath(path))
        if status and not os.path.exists(self.target):
            raise Refusal("the output leads to a file that has no name", path, "name a file in a folder")
        self.permissions()

    def status(self, path):
        """The status of what is there, through links; None where nothing is."""
        try:
            return os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Refusal(
                f"the output cannot be looked at: {error.strerror}", self.path, "name another file"
            ) from error

    def check_kind(self, status):
        if status and not stat.S_ISREG(status.st_mode):
            kind = KINDS.get(stat.S_IFMT(status.st_mode), "special file")
            raise Refusal(f"the output is a {kind}", self.path, "name a file")

    def permissions(self):
        """The permissions of the file that may be replaced; None where nothing is. Refuses everything else."""
        self.check_kind(self.status(self.target))
        try:
            descriptor = os.open(self.target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Refusal(
                f"the output cannot be looked at: {error.strerror}", self.path, "name another file"
            ) from error
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            self.check_kind(status)
            source = self.inputs.get((status.st_dev, status.st_ino))
            if source is not None:
                raise Refusal(f"the output is the same file as the input {source}", self.path, "name another file")
            if not self.force:
                raise Refusal("the output exists already", self.path, "choose another name, or replace it with --force")
            if not self.is_marked(file):
                raise Refusal(
                    f"the output exists already, and is no file of the format {self.mark}: only those are replaced",
                    self.path,
                    "choose another name, or move that file away",
                )
        return stat.S_IMODE(status.st_mode)

    def is_marked(self, file):
        try:
            with h5py.File(file, "r") as root:
                mark = root.attrs.get("format")
        except (OSError, RuntimeError, ValueError, KeyError, TypeError):
            return False
        return (mark.decode("utf-8", "replace") if isinstance(mark, bytes) else mark) == self.mark

    @contextlib.contextmanager
    def partial(self):
        """The path of a file to make, which takes its place at the end, or is gone after a failure."""
        path = self.target.with_name(f".{self.target.name[:100]}.{os.getpid()}.{secrets.token_hex(8)}.partial")
        self.target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield path
            self.put(path)
        finally:
            with contextlib.suppress(OSError):
                path.unlink()
        sync(self.target.parent)

    def put(self, path):
        sync(path)
        permissions = self.permissions()
        if permissions is not None:
            os.chmod(path, permissions)
            os.replace(path, self.target)
            return
        try:
            # Unlike a rename, this replaces nothing that came in between.
            os.link(path, self.target)
        except FileExistsError:
            raise Refusal(
                "something else took the output's name meanwhile", self.path, "look at it", status=1
            ) from None
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
                raise
            os.rename(path, self.target)


def sync(path):
    """Makes a file, or a rename in a folder, last."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
