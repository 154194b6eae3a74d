"""The epochs of a run as TensorBoard reads them, without TensorBoard: its records, byte by byte.

A record is the length of its content (8 bytes, little endian), a checksum of these bytes, the
content, and a checksum of that. The checksums are CRC-32C (Castagnoli 1993; RFC 3720, B.4), turned
by 15 bits and moved by a constant, so that records may hold records. The content is an Event as a
protocol buffer: a time, a step, and a value with its name.

https://www.tensorflow.org/tutorials/load_data/tfrecord and https://protobuf.dev/programming-guides
/encoding describe both.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from inkgrad.atomic import atomic_write
from inkgrad.comparing.recorded import RecordedRun

_POLYNOMIAL = 0x82F63B78  # Castagnoli's, its bits in reverse
_MASK = 0xA282EAD8
_VARINT, _DOUBLE, _BYTES, _FLOAT = 0, 1, 2, 5  # kinds of fields
_FILE = "events.out.tfevents.inkgrad"  # always the same: written again, nothing is there twice
_PARTS = {  # TensorBoard draws what has one name in several folders into one picture
    "training": {"loss": "loss", "accuracy": "accuracy", "learning_rate": "learning_rate"},
    "validation": {"validation_loss": "loss", "validation_accuracy": "accuracy"},
}


def write_events(folder: str | Path, runs: Sequence[RecordedRun]) -> list[Path]:
    """Event files of each run, for `tensorboard --logdir FOLDER`; the files.

    FOLDER/RUN/training and FOLDER/RUN/validation hold loss and accuracy by epoch, the first the
    learning rate too. What was written before is replaced.
    """
    written = []
    for run in runs:
        for part, facts in _PARTS.items():
            if any(row.get(fact) is not None for row in run.history for fact in facts):
                path = Path(folder, run.name.strip("/").replace("..", "_"), part, _FILE)
                atomic_write(path, b"".join(map(record, _events(run, facts))))
                written.append(path)
    return written


def _events(run: RecordedRun, facts: dict[str, str]) -> Iterator[bytes]:
    seconds = [float(row.get("seconds") or 0) for row in run.history]
    now = run.ended - sum(seconds)
    yield event(now, 0, version="brain.Event:2")
    for row, passed in zip(run.history, seconds, strict=True):
        now += passed
        values = {name: row[fact] for fact, name in facts.items() if row.get(fact) is not None}
        yield event(now, int(row["epoch"]), values)


def event(
    time: float, step: int, values: dict[str, float] | None = None, version: str = ""
) -> bytes:
    """An Event: field 1 the time, 2 the step, 3 the version of the file, 5 the values."""
    content = _field(1, _DOUBLE) + struct.pack("<d", time) + _field(2, _VARINT) + _varint(step)
    if version:
        content += _bytes(3, version.encode())
    if values:
        content += _bytes(5, b"".join(_value(*pair) for pair in values.items()))
    return content


def _value(name: str, value: float) -> bytes:
    """Field 1 of a Summary, a Value: field 1 its name, 2 a number."""
    return _bytes(1, _bytes(1, name.encode()) + _field(2, _FLOAT) + struct.pack("<f", value))


def _field(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _bytes(number: int, content: bytes) -> bytes:
    return _field(number, _BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; all but the last have their highest bit set."""
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def record(content: bytes) -> bytes:
    """The content between its length and its checksums."""
    length = struct.pack("<Q", len(content))
    return length + _masked(length) + content + _masked(content)


def _masked(content: bytes) -> bytes:
    crc = crc32c(content)
    turned = (crc >> 15 | crc << 17) & 0xFFFFFFFF
    return struct.pack("<I", (turned + _MASK) & 0xFFFFFFFF)


def crc32c(content: bytes) -> int:
    """CRC-32C of some bytes."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ _POLYNOMIAL if byte & 1 else byte >> 1
    return byte


_TABLE = [_remainder(byte) for byte in range(256)]
