"""What a refresh writes is its owner's alone, and secrets that others could read are told."""

import os
import stat
from pathlib import Path

import pytest

from crm.data_folder import exposed, open_data_folder
from crm.settings import load_settings
from inputs.plan.store import PlanStore, plan_path
from language import Message
from refresh.refresh import refresh, status
from tests.crm.pulling import settings_for
from tests.metrics.conftest import settings_of


@pytest.fixture
def lax():
    """A umask that closes nothing."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder):
    return {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}


def test_nothing_that_a_refresh_writes_can_be_read_by_others(served, tmp_path, tiny_sql, lax):
    settings = settings_for(served, tmp_path / "new" / "data")
    PlanStore(plan_path(settings)).replace([])
    refresh(settings)
    found = modes(tmp_path / "new")
    assert {mode for path, mode in found.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in found.items() if path.is_file()} == {0o600}
    names = {path.name for path in found}
    assert {"manifest.json", "current", "plan.xlsx", "progress.json", "refresh.lock", ".pull.lock", ".lock"} <= names


def test_a_folder_that_an_earlier_version_left_open_is_closed_with_all_in_it(tmp_path, lax):
    settings = settings_of(tmp_path / "data")
    inside = settings.data_dir / "snapshots" / "deals" / "000000000001.parquet"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(b"rows")
    open_data_folder(settings)
    assert {mode & 0o077 for mode in modes(settings.data_dir).values()} == {0}
    assert list(exposed(settings)) == []


def test_a_folder_that_is_not_the_datas_alone_keeps_its_mode_and_is_told(tmp_path, lax):
    shared, here = tmp_path / "tmp", tmp_path / "here"
    shared.mkdir()
    shared.chmod(0o1777)
    here.mkdir()
    os.chdir(here)
    for folder in (shared, here):
        before = modes(folder)
        open_data_folder(settings_of(folder))
        assert modes(folder) == before
        assert list(exposed(settings_of(folder))) == [Message("settings.exposed_folder", path=str(folder))]


def test_secrets_that_others_may_read_are_told_in_terminal_and_on_the_page(served, tmp_path, tiny_sql):
    key_file = tmp_path / "account.json"
    for path in (Path(".env"), key_file):
        path.write_text("")
        path.chmod(0o640)
    settings = settings_for(served, tmp_path / "data", google_service_account_file=key_file)
    heard = []
    refresh(settings, on_notice=heard.append)
    told = [Message("settings.exposed", path=path) for path in (".env", str(key_file))]
    assert heard[:2] == told
    assert status(settings).notices[:2] == tuple(told)
    for path in (Path(".env"), key_file):
        path.chmod(0o600)
    assert list(exposed(load_settings(google_service_account_file=key_file))) == []
