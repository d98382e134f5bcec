"""Records as anybody may have written them: the name of a header that is not UTF-8 must not end the reader.

aiokafka fails on such a name before anyone sees the message, so that one message of one publisher would stop all that
come after it. For exactly aiokafka 0.14.0, whose private parts this overrides.
"""

from typing import Any

import aiokafka
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.record.util import decode_varint

_AIOKAFKA = "0.14.0"
_FIRST_FORMAT_WITH_HEADERS = 2


def read_any_header_name() -> None:
    """For every consumer of this process."""
    if aiokafka.__version__ != _AIOKAFKA:
        raise RuntimeError(f"aiokafka {_AIOKAFKA} is required, this is {aiokafka.__version__}")
    fetcher.MemoryRecords = _Records


class _Records(_MemoryRecordsPy):  # type: ignore[misc]  # aiokafka is untyped here
    def next_batch(self, *_: Any) -> Any:
        content = self._next_slice
        if content is None or len(content) < self.MIN_SLICE or content[self.MAGIC_OFFSET] < _FIRST_FORMAT_WITH_HEADERS:
            return super().next_batch()
        self._cache_next()
        return _Batch(content)


class _Batch(_DefaultRecordBatchPy):  # type: ignore[misc]
    _pos: int

    def _read_msg(self, *_: Any) -> Any:
        try:
            return super()._read_msg()
        except UnicodeDecodeError:  # nothing was moved on
            return self._read_with_replacements()

    def _read_with_replacements(self) -> Any:
        """Each octet that is not UTF-8 becomes U+FFFD: such a name is none that we know, whatever it stood for."""
        _, at = decode_varint(self._buffer, self._pos)
        _, at = decode_varint(self._buffer, at)  # attributes: none are defined
        later, at = decode_varint(self._buffer, at)
        offset, at = decode_varint(self._buffer, at)
        key, at = self._bytes(at)
        value, at = self._bytes(at)
        count, at = decode_varint(self._buffer, at)
        headers = []
        for _ in range(count):
            name, at = self._bytes(at)
            content, at = self._bytes(at)
            headers.append(((name or b"").decode(errors="replace"), content))
        self._pos = at
        is_brokers = self.timestamp_type == self.LOG_APPEND_TIME
        time = self.max_timestamp if is_brokers else self.first_timestamp + later
        return _DefaultRecordPy(self.base_offset + offset, time, self.timestamp_type, key, value, headers)

    def _bytes(self, at: int) -> tuple[bytes | None, int]:
        length, at = decode_varint(self._buffer, at)
        return (bytes(self._buffer[at : at + length]), at + length) if length >= 0 else (None, at)
