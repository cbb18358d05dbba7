"""What a new version of the product asks for beside the fields of the old one is filled in by the pulls that follow."""

import pytest

from crm.pull import EntityFailed
from demo import Faults
from tests.crm.companies import change, wait
from tests.crm.pulling import ids, manifest_of, pulled, rows
from tests.snapshot_rows import write_as_before

NEW_FIELDS = {
    "users": ["USER_TYPE"],
    "deals": ["CONTACT_ID"],
    "activities": ["RESULT_STATUS"],
    "calls": ["PORTAL_USER_ID", "CALL_TYPE", "CALL_FAILED_CODE"],
}
FOR_EVER = range(1, 10**9)


@pytest.fixture
def upgraded(settings, company):
    """An installation of yesterday: everything is here but the new fields."""
    change(company, "deals", 5, CONTACT_ID="12")
    pulled(settings)
    write_as_before(settings.snapshots_dir, NEW_FIELDS)
    return settings


def test_new_fields_are_filled_in_by_the_next_pull_and_only_their_entities_are_pulled_anew(upgraded, company):
    before = manifest_of(upgraded)
    wait(company, minutes=10)
    pulled(upgraded)
    after = manifest_of(upgraded)
    anew = {
        name
        for name in ("users", "companies", "leads", "deals", "activities", "calls", "lead_stage_history")
        if after.files(name) != before.files(name)
    }
    assert anew == set(NEW_FIELDS)
    assert ("5", "12") in rows(upgraded, "deals", "ID", "CONTACT_ID")
    assert {kind for (kind,) in rows(upgraded, "users", "USER_TYPE")} == {"employee"}
    assert {name: len(ids(upgraded, name)) for name in NEW_FIELDS} == {
        name: before.entities[name].rows for name in NEW_FIELDS
    }


def test_a_refill_that_fails_leaves_the_old_rows_and_what_it_brought_of_the_others(upgraded, served, company):
    before = manifest_of(upgraded)
    wait(company, minutes=10)
    served.faults = Faults(failed={"voximplant.statistic.get": FOR_EVER}, failed_error="ACCESS_DENIED")
    with pytest.raises(EntityFailed) as failed:
        pulled(upgraded)
    assert failed.value.entity == "calls"
    assert manifest_of(upgraded) == before
    unfinished = upgraded.snapshots_dir / ".unfinished"
    assert {path.stem for path in unfinished.glob("*.journal")} == {"deals", "activities"}  # are gone on with
    served.faults = Faults()
    pulled(upgraded, phase=1)
    assert ("5", "12") in rows(upgraded, "deals", "ID", "CONTACT_ID")
    assert {kind for (kind,) in rows(upgraded, "calls", "PORTAL_USER_ID")} == {"1"}
