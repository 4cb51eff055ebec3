"""Writing and reading a GGUF file: header, metadata, tensors in Q8_0 or f32. Needs numpy only."""

import struct
from pathlib import Path

import numpy as np

ALIGNMENT = 32
F32, Q8_0 = 0, 8
BLOCK = np.dtype([("scale", "<f2"), ("values", "i1", 32)])
"""Thirty-two weights of one row and the scale that they share."""


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def value(item: object) -> bytes:
    """A metadata value with the number of its type before it."""
    if isinstance(item, bool):
        return struct.pack("<IB", 7, item)
    if isinstance(item, int):
        return struct.pack("<II", 4, item)
    if isinstance(item, float):
        return struct.pack("<If", 6, item)
    if isinstance(item, str):
        return struct.pack("<I", 8) + text(item)
    if all(isinstance(part, str) for part in item):
        return struct.pack("<IIQ", 9, 8, len(item)) + b"".join(map(text, item))
    return struct.pack("<IIQ", 9, 5, len(item)) + np.asarray(item, "<i4").tobytes()


def quantised(weights: np.ndarray) -> bytes:
    """Q8_0: every 32 neighbours share the scale that takes the largest of them to 127."""
    groups = np.asarray(weights, np.float32).reshape(-1, 32)
    scale = np.abs(groups).max(axis=1) / 127
    inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0)
    blocks = np.zeros(len(groups), BLOCK)
    blocks["scale"] = scale
    blocks["values"] = np.rint(groups * inverse[:, None])
    return blocks.tobytes()


def restored(data: bytes) -> np.ndarray:
    """The weights that a reader gets back from Q8_0."""
    blocks = np.frombuffer(data, BLOCK)
    return (blocks["values"] * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def tensor(data: bytes, shape: tuple[int, ...], kind: int, start: int) -> np.ndarray:
    """A tensor of a file's bytes, at the place that `read` gave."""
    count = int(np.prod(shape))
    if kind == Q8_0:
        return restored(data[start : start + count // 32 * BLOCK.itemsize]).reshape(shape)
    return np.frombuffer(data, "<f4", count, start).reshape(shape).copy()


def padding(size: int) -> bytes:
    return b"\0" * (-size % ALIGNMENT)


def write(file: Path, metadata: dict[str, object], tensors: dict[str, np.ndarray]) -> None:
    """Matrices go in as Q8_0, vectors as f32."""
    directory, offset, bodies = b"", 0, []
    for name, tensor in tensors.items():
        matrix = tensor.ndim == 2
        body = quantised(tensor) if matrix else np.asarray(tensor, "<f4").tobytes()
        sizes = tensor.shape[::-1]
        directory += text(name) + struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes)
        directory += struct.pack("<IQ", Q8_0 if matrix else F32, offset)
        bodies.append(body + padding(len(body)))
        offset += len(bodies[-1])
    header = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(metadata))
    head = header + b"".join(text(key) + value(item) for key, item in metadata.items()) + directory
    file.write_bytes(head + padding(len(head)) + b"".join(bodies))


def read(file: Path) -> tuple[dict[str, object], dict[str, tuple[tuple[int, ...], int, int]]]:
    """Metadata, and of each tensor its shape, its type and where it starts: enough to check a file."""
    data = memoryview(file.read_bytes())
    _, version, tensor_count, pair_count = struct.unpack_from("<4sIQQ", data)
    assert bytes(data[:4]) == b"GGUF" and version == 3, "not a GGUF file of version 3"
    cursor = Cursor(data, 24)
    metadata = {cursor.text(): cursor.item(cursor.number("I")) for _ in range(pair_count)}
    tensors = {}
    for _ in range(tensor_count):
        name, count = cursor.text(), cursor.number("I")
        sizes = tuple(cursor.number("Q") for _ in range(count))
        tensors[name] = (sizes[::-1], cursor.number("I"), cursor.number("Q"))
    start = cursor.at + (-cursor.at % ALIGNMENT)
    return metadata, {name: (shape, kind, start + offset) for name, (shape, kind, offset) in tensors.items()}


class Cursor:
    """A place in the bytes that moves on with each thing read."""

    NUMBERS = {4: "I", 5: "i", 6: "f", 7: "?"}

    def __init__(self, data: memoryview, at: int) -> None:
        self.data, self.at = data, at

    def number(self, code: str) -> int:
        (found,) = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize("<" + code)
        return found

    def text(self) -> str:
        size = self.number("Q")
        self.at += size
        return bytes(self.data[self.at - size : self.at]).decode()

    def item(self, kind: int) -> object:
        if kind == 8:
            return self.text()
        if kind == 9:
            inner, count = self.number("I"), self.number("Q")
            return [self.item(inner) for _ in range(count)]
        return self.number(self.NUMBERS[kind])
