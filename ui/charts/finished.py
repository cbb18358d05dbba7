"""A chart made ready for the browser: its specification without rows, and of its rows the columns it reads, as Arrow.

A chart names its rows (`named_rows`) instead of holding them: the specification has no figures and, but for domains of
colours, no names, and Altair has no frames to copy and to describe.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa

from ui.charts.layers import Chart, to_spec

READ_IN_EXPRESSION = re.compile(r"\bdatum\.(\w+)")
EXPRESSIONS = ("test", "filter", "calculate", "expr", "labelExpr")
MANY = 2  # a text that stands in so many rows on average is sent once, and its number in each row
INTEGERS = (pa.int8(), pa.int16(), pa.int32())


@dataclass(frozen=True)
class Drawing:
    """A chart and the rows of each name its layers draw; rows of other names are left out."""

    chart: Chart
    rows: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class FinishedChart:
    """What Streamlit passes on: a specification, and the rows of each of its names as a stream of Arrow."""

    spec: Mapping[str, Any]
    rows: Mapping[str, bytes]
    size: int = field(default=0, compare=False)  # bytes it takes

    def for_streamlit(self) -> dict[str, Any]:
        """The specification as `st.vega_lite_chart` takes it, with its rows; the caller may change its upper level."""
        return {**self.spec, "datasets": dict(self.rows)}


def finish(drawing: Drawing, locale: alt.Locale) -> FinishedChart:
    """Make a chart ready for a reader's language.

    The specification is not checked against its schema, which takes longer than all the rest; a test checks each.
    """
    spec = {"$schema": alt.SCHEMA_URL, **to_spec(drawing.chart)}
    in_words: dict[str, Any] = locale.to_dict(validate=False)
    if not _has_moments(spec):  # names of months and days are read by axes and formats of time alone
        in_words.pop("time", None)
    spec["config"] = {"locale": in_words, "background": "transparent", "view": {"stroke": None}}
    read = _columns_read(spec)
    rows = {
        name: _arrow(frame[[column for column in frame.columns if column in read[name]]])
        for name, frame in drawing.rows.items()
        if name in read
    }
    size = len(str(spec)) + sum(len(each) for each in rows.values())
    return FinishedChart(spec, rows, size)


def _has_moments(node: Any) -> bool:
    if isinstance(node, dict):
        return node.get("type") == "temporal" or any(_has_moments(each) for each in node.values())
    return isinstance(node, list) and any(_has_moments(each) for each in node)


def _columns_read(spec: Mapping[str, Any]) -> dict[str, set[str]]:
    """By name of rows, the columns that their layers and the selections of the chart read."""
    read: dict[str, set[str]] = {}
    selected: set[str] = set()

    def visit(view: Mapping[str, Any], above: str) -> None:
        name = view.get("data", {}).get("name", above)
        own = read.setdefault(name, set())
        for key, value in view.items():
            if key == "layer":
                for layer in value:
                    visit(layer, name)
            elif key == "params":
                _collect(value, selected)
            elif key not in ("data", "config"):
                _collect(value, own)

    visit(spec, "")
    return {name: own | selected for name, own in read.items()}


def _collect(node: Any, found: set[str]) -> None:
    if isinstance(node, list):
        for each in node:
            _collect(each, found)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "field" and isinstance(value, str):
            found.add(value)
        elif key == "fields":
            found.update(value)
        elif key in EXPRESSIONS and isinstance(value, str):
            found.update(READ_IN_EXPRESSION.findall(value))
        else:
            _collect(value, found)


def _arrow(frame: pd.DataFrame) -> bytes:
    """The rows of a frame, without its index, as a stream of Arrow."""
    arrays = [_array(frame[name]) for name in frame.columns]
    table = pa.Table.from_arrays(arrays, names=[str(name) for name in frame.columns])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _array(values: "pd.Series[Any]") -> pa.Array:
    """A column in the fewest bytes that tell the same: whole numbers in short, texts that are repeated once."""
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return _number_array(values, array)
    if pa.types.is_large_string(array.type) or pa.types.is_string(array.type):
        return _text_array(array.cast(pa.string()))
    return array


def _text_array(texts: pa.Array) -> pa.Array:
    encoded = texts.dictionary_encode()
    different = len(encoded.dictionary)
    if different * MANY > len(texts):
        return texts
    return pa.DictionaryArray.from_arrays(encoded.indices.cast(_fitting(different)), encoded.dictionary)


def _number_array(values: "pd.Series[Any]", array: pa.Array) -> pa.Array:
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    known = numbers[~np.isnan(numbers)]
    if not np.all(known == np.floor(known)):
        return array
    largest = float(np.abs(known).max(initial=0.0))
    fitting = next((kind for kind in INTEGERS if largest < 2.0 ** (kind.bit_width - 1)), None)
    return array.cast(fitting) if fitting else array.cast(pa.float64())


def _fitting(count: int) -> pa.DataType:
    """The shortest type of the numbers below ``count``."""
    return next(kind for kind in INTEGERS if count <= 2 ** (kind.bit_width - 1))
