"""Parquet: every value exact, with its type. Money in dollars is a decimal, times are UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lib.services.taking_away.columns import Column, Kind, Table, table_of_runs
from lib.services.taking_away.sink import Sink

MIME = "application/vnd.apache.parquet"


def write(batches: Iterable[list[Any]], table: Table | None = None) -> Iterator[bytes]:
    """The file, a row group for each batch; of runs, unless another table is told."""
    import pyarrow.parquet

    wanted = (table or table_of_runs()).columns
    schema, sink = _schema(wanted), Sink()
    with pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in batches:
            arrays = [
                pyarrow.array([column.value(row) for row in rows], type=field.type)
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
        Kind.DECIMAL: pyarrow.decimal128(38, 6),
        Kind.TIME: pyarrow.timestamp("ms", "UTC"),
        Kind.TRUTH: pyarrow.bool_(),
    }
    return pyarrow.schema([(column.name, types[column.kind]) for column in wanted])
