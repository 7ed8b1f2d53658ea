"""Parquet: every value exact, with its type. Money in dollars is a decimal, times are UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lib.services.taking_away.columns import Column, Kind, columns
from lib.services.taking_away.sink import Sink
from lib.store.taken_runs import TakenRun

MIME = "application/vnd.apache.parquet"


def write(batches: Iterable[list[TakenRun]]) -> Iterator[bytes]:
    """The file, a row group for each batch."""
    import pyarrow.parquet

    wanted = columns()
    schema, sink = _schema(wanted), Sink()
    with pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for runs in batches:
            arrays = [
                pyarrow.array([column.value(run) for run in runs], type=field.type)
                for column, field in zip(wanted, schema, strict=True)
            ]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))
            yield sink.take()
    yield sink.take()


def _schema(wanted: Iterable[Column]) -> Any:
    import pyarrow

    types = {
        Kind.TEXT: pyarrow.large_string(),
        Kind.WHOLE: pyarrow.int64(),
        Kind.DOLLARS: pyarrow.decimal128(38, 6),
        Kind.TIME: pyarrow.timestamp("ms", "UTC"),
        Kind.TRUTH: pyarrow.bool_(),
    }
    return pyarrow.schema([(column.name, types[column.kind]) for column in wanted])
