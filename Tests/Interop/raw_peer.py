"""A peer of a coordinator that keeps to no manners: ZMTP 3.0 over a plain TCP connection, without a library that reads for it."""

import re
import socket
import struct

from conftest import ROOT

PROTOCOL_VERSION = int(
    re.search(
        r"protocolVersion: UInt32 = (\d+)", (ROOT / "Sources/SweepProtocol/Messages/SweepContext.swift").read_text()
    ).group(1)
)


def varint(number):
    found = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        found.append(low | (0x80 if number else 0))
        if not number:
            return bytes(found)


def findings_request(number, sweep):
    """The frame of a request for everything that is known of a sweep (Schemas/platonic.proto)."""
    request = b"\x08" + varint(PROTOCOL_VERSION) + b"\x10" + varint(number) + b"\x40" + varint(sweep)
    control = b"\x42" + varint(len(request)) + request
    assert len(control) < 256
    return b"\x00" + bytes([len(control)]) + control


def connect(endpoint):
    """A DEALER's connection without keys, after its handshake; its buffer for what arrives is small."""
    host, port = re.fullmatch(r"tcp://(.+):(\d+)", endpoint).groups()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(10)
    connection.connect((host, int(port)))
    connection.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + b"\0" + bytes(31))
    read_exactly(connection, 64)
    ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER\x08Identity" + struct.pack(">I", 0)
    connection.sendall(bytes([4, len(ready)]) + ready)
    flags, length = read_exactly(connection, 2)
    assert flags == 4
    read_exactly(connection, length)
    return connection


def read_exactly(connection, count):
    found = b""
    while len(found) < count:
        more = connection.recv(count - len(found))
        assert more, "the coordinator hung up"
        found += more
    return found
