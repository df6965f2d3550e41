"""Recognises what stands in the place of features: pointers of Git LFS and git-annex, pages of web servers, plain text.

`MistakenFile` in Sources/FeatureStore recognises the same in feature stores.
"""

import codecs
import os
import re

from .refusal import Refusal

HEAD_BYTES = 1024
MARKUP = re.compile(rb"\s*<(!doctype html|html|head|body)\b", re.IGNORECASE)
OTHER_MARKUP = re.compile(rb"\s*<(\?xml|[a-z]+[\s>])", re.IGNORECASE)
ANNEX = re.compile(rb"(\.\./)*(\.git)?/?annex/objects/")


def refuse_mistaken(path, is_text_expected=False):
    """Refuses a file that was put where `path` should be; whatever else is wrong with a file is its reader's to say."""
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        if os.path.islink(path) and ".git/annex/objects/" in os.readlink(path):
            raise Refusal("the link leads to a file of git-annex that is not here", path, annexed(path)) from None
        return
    head = head.removeprefix(b"\xef\xbb\xbf")
    if head.startswith(b"version https://git-lfs.github.com/spec/"):
        raise Refusal(
            "the file is a pointer of Git LFS, not the data itself", path, "fetch the data with 'git lfs pull'"
        )
    if ANNEX.match(head):
        raise Refusal("the file is a pointer of git-annex, not the data itself", path, annexed(path))
    if MARKUP.match(head):
        raise Refusal(
            "the file is an HTML page, as servers send it to those who are not let in or asked for something else",
            path,
            "open it in a browser to see what the server said, and download the file itself",
        )
    if is_text_expected:
        return
    if OTHER_MARKUP.match(head):
        raise Refusal(
            "the file is XML, as servers send it with an error",
            path,
            "read what the server said, and download the file itself",
        )
    text = printable(head)
    if text:
        raise Refusal(f"the file is text, and begins '{text}'", path, "look at what it says, and get the file itself")


def annexed(path):
    return f"fetch the data with 'git annex get {os.path.basename(path)}'"


def printable(head):
    """The beginning of a text in one line, or None where `head` is none."""
    try:
        # At the end of a longer text a character may be cut.
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return None
    if not text.strip() or any(not character.isprintable() and character not in "\t\r\n" for character in text):
        return None
    return " ".join(text.split())[:60]
