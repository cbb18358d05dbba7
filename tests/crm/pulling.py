"""A pull of a demo portal, and the current rows it has brought, as figures see them."""

from functools import cache

import duckdb
from pydantic import SecretStr

from crm.portal.client import Portal
from crm.pull import pull
from crm.resources import BY_ENTITY, ENTITIES
from crm.settings import load_settings
from crm.snapshots.resume import FOLDER, ResumeJournals
from crm.snapshots.store import Snapshots
from tests.crm.scripted import FakeTime

SECRET = "k3yThat" + "NobodySees"


def settings_for(served, directory, **more):
    return load_settings(
        webhook_url=served.webhook, data_dir=directory, requests_per_second=1000, request_burst=10000, **more
    )


def client(settings):
    time = FakeTime()
    webhook = SecretStr(settings.webhook_url.get_secret_value())
    return Portal(webhook, requests_per_second=1000, burst=10000, clock=time.clock, sleep=time.sleep)


def pulled(settings, **options):
    return pull(settings, portal=client(settings), **options)


def manifest_of(settings):
    return Snapshots(settings.snapshots_dir).manifest()


def rows(settings, entity, *columns):
    files = manifest_of(settings).files(entity)
    if not files:
        return []
    same = ", ".join(BY_ENTITY[entity].key) or "1"
    newest = f"row_number() over (partition by {same} order by pull_id desc, is_deleted desc, file_row_number desc)"
    with _engine().cursor() as cursor:
        found = cursor.read_parquet([str(path) for path in files], union_by_name=True, file_row_number=True)
        found = found.project(f"*, {newest} as place").filter("place = 1 and not is_deleted")
        return found.project("* exclude (place, file_row_number)").project(", ".join(columns)).fetchall()


def current_rows(settings, columns):
    """The current rows of several entities in one statement, which is cheaper: entity → its rows of two columns."""
    manifest = manifest_of(settings)
    files = {entity: [str(path) for path in manifest.files(entity)] for entity in columns}
    newest = "row_number() over (partition by ID order by pull_id desc, is_deleted desc, file_row_number desc)"
    parts = [
        f"select '{entity}', {', '.join(columns[entity])} from (select *, {newest} as place from "
        f"read_parquet({paths!r}, union_by_name = true, file_row_number = true)) where place = 1 and not is_deleted"
        for entity, paths in files.items()
        if paths
    ]
    found = {entity: [] for entity in columns}
    with _engine().cursor() as cursor:
        for entity, *row in cursor.execute(" union all ".join(parts)).fetchall() if parts else ():
            found[entity].append(tuple(row))
    return found


@cache
def _engine():
    """One for all tests of a process: making one takes longer than most questions."""
    return duckdb.connect(config={"threads": 1})


def ids(settings, entity):
    return sorted(int(number) for (number,) in rows(settings, entity, "ID"))


def files_in(settings):
    """What lies in the folder, but for locks and what a pull would resume from."""
    directory = settings.snapshots_dir
    resumable = ResumeJournals(directory).spared()
    names = (path.relative_to(directory).as_posix() for path in directory.rglob("*.*") if path.is_file())
    return sorted(n for n in names if n not in resumable and not n.startswith((FOLDER, ".pull.lock")))


def unchanged(settings, before, files):
    """Nothing was published, nothing half-made is left."""
    assert manifest_of(settings) == before
    assert files_in(settings) == files


def everything(settings):
    return {entity: sorted(rows(settings, entity, "*"), key=str) for entity in ENTITIES}


def counted(company, table):
    return [int(row.get("ID", row.get("id"))) for row in company.table(table)]
