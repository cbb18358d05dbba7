"""A build on a damaged, full or closed disk says so in one sentence, and the figures that were published stand."""

import errno
import os
import re
from pathlib import Path

import duckdb
import pytest

from crm.snapshots.store import Snapshots
from language import Message
from metrics.warehouse import publish
from metrics.warehouse.publish import (
    DamagedRows,
    NoRoom,
    NoWarehouse,
    WarehouseError,
    build,
    is_stale,
    open_current,
)
from tests.metrics.conftest import company, make_warehouse, settings_of


def cut(path):
    path.write_bytes(path.read_bytes()[:-9])


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def scramble(path):
    path.write_bytes(b"PAR1" + b"\xff" * (path.stat().st_size - 8) + b"PAR1")


def without_digests(settings):
    """Make the manifest that of a version that knew no digests."""
    manifest = settings.snapshots_dir / "manifest.json"
    manifest.write_text(re.sub(r',\s*"digest": "\w+"', "", manifest.read_text("utf-8")), "utf-8")
    assert not any(file.digest for file in Snapshots(settings.snapshots_dir).manifest().state("deals").files)


@pytest.mark.parametrize(
    ("damage", "prepare"),
    [
        (Path.unlink, lambda _: None),
        (cut, lambda _: None),
        (flip, lambda _: None),
        (Path.unlink, without_digests),
        (cut, without_digests),
        (scramble, without_digests),
    ],
)
def test_a_build_that_meets_a_damaged_file_names_the_entity_and_what_to_do(tmp_path, tiny_sql, damage, prepare):
    built, settings = make_warehouse(tmp_path, company()), settings_of(tmp_path)
    prepare(settings)
    (path,) = settings.snapshots_dir.glob("deals/*.parquet")
    damage(path)
    with pytest.raises(DamagedRows, match="make pull") as caught:
        build(settings)
    assert caught.value.message.values == {"entity": Message("entity.deals")}
    assert open_current(settings.warehouse_dir) is built
    assert not list(settings.warehouse_dir.glob(".build-*"))


@pytest.mark.parametrize("raised", [RuntimeError("vector::reserve"), duckdb.InternalException("offset")])
def test_whatever_the_engine_makes_of_a_damaged_file_is_told_as_damage(tmp_path, tiny_sql, monkeypatch, raised):
    make_warehouse(tmp_path, company())

    def fail(*_, **__):
        raise raised

    monkeypatch.setattr("metrics.warehouse.build.create_raw_rates", fail)
    with pytest.raises(DamagedRows) as caught:
        build(settings_of(tmp_path))
    assert caught.value.message.values == {"entity": Message("entity.currencies")}


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
CLOSED = OSError(errno.EROFS, os.strerror(errno.EROFS))


@pytest.mark.parametrize(
    ("where", "error", "key"),
    [
        ("_writable", duckdb.IOException('Could not write file "x": No space left on device'), "no_room"),
        ("_writable", duckdb.IOException('Cannot open file "x": Permission denied'), "unwritable"),
        ("replace_durably", FULL, "no_room"),
        ("write_durably", FULL, "no_room"),
        ("write_durably", CLOSED, "unwritable"),
        ("private_folder", CLOSED, "unwritable"),
    ],
)
def test_a_disk_that_takes_nothing_is_one_sentence_and_what_was_published_stands(
    tmp_path, tiny_sql, monkeypatch, where, error, key
):
    built, settings = make_warehouse(tmp_path, company()), settings_of(tmp_path)
    files = sorted(settings.warehouse_dir.iterdir())

    def fail(*_):
        raise error

    monkeypatch.setattr(publish, where, fail)
    with pytest.raises(WarehouseError) as caught:
        build(settings)
    assert caught.value.message == Message(f"metrics.warehouse.{key}", folder=str(settings.warehouse_dir))
    assert open_current(settings.warehouse_dir) is built
    assert sorted(settings.warehouse_dir.iterdir()) == files


def test_what_a_dead_build_left_is_removed_before_the_disk_is_asked_for_more(tmp_path, tiny_sql, monkeypatch):
    make_warehouse(tmp_path, company())
    settings = settings_of(tmp_path)
    left, seen = settings.warehouse_dir / ".build-dead.duckdb", []
    left.write_bytes(b"half of it")

    def fail(*_):
        seen.append(left.exists())
        raise FULL

    monkeypatch.setattr(publish, "_writable", fail)
    with pytest.raises(NoRoom):
        build(settings)
    assert seen == [False]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"warehouse-1.duckdb", b"../../etc/passwd", b"\0"])
def test_a_pointer_that_points_nowhere_is_as_if_nothing_were_built(tmp_path, content):
    (tmp_path / "current").write_bytes(content)
    with pytest.raises(NoWarehouse):
        open_current(tmp_path)


def test_a_manifest_that_is_not_known_can_be_built_of_no_more(tmp_path, tiny_sql):
    make_warehouse(tmp_path, company())
    settings = settings_of(tmp_path)
    (settings.snapshots_dir / "manifest.json").write_text('{"version": 2}')
    assert not is_stale(settings)
