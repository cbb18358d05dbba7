"""The charts and tables of a page as the browser gets them, from a page that `AppTest` has run."""

import json

import pyarrow as pa

from tests.ui.page_texts import elements


def charts(test):
    """The charts of a page in their order, each as its specification and its rows by name."""
    found = []
    for node in elements(test):
        if node.type == "vega_lite_chart":
            rows = {dataset.name: dataset.data.data for dataset in node.proto.datasets}
            found.append((json.loads(node.proto.spec), rows))
    return found


def tables(test):
    """The payloads of the tables of a page in their order."""
    return [node.proto.bytes for node in elements(test) if node.type == "bidi_component" and node.proto.bytes]


def columns(rows):
    """The rows of one name, column by column: name → values."""
    return pa.ipc.open_stream(rows).read_all().to_pydict()


def bytes_of(chart):
    """How many bytes a chart sends."""
    spec, rows = chart
    return len(json.dumps(spec)) + sum(len(each) for each in rows.values())
