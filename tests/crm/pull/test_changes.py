"""After the first pull only changes are pulled, and the current rows are those of a full pull."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crm.pull import EntityFailed
from crm.pull.progress import Changes
from crm.snapshots.store import Snapshots
from demo import DemoPortal, Faults
from language import Message
from tests.crm import companies
from tests.crm.companies import change, small_company, wait, written
from tests.crm.pulling import SECRET, counted, everything, ids, manifest_of, pulled, rows, settings_for

FOLLOWED = ["companies", "leads", "deals", "activities", "lead_stage_history", "deal_stage_history", "calls"]


def changes_of(report):
    return {entity.entity: entity.changes for entity in report.entities if entity.changes}


def requests_of(served, settings, **options):
    before = served.counters.hits
    return pulled(settings, **options), served.counters.hits - before


def whole(served, tmp_path):
    """The rows of a first pull elsewhere."""
    return without_pulls(everything_of(settings_for(served, tmp_path / "whole"), first=True))


def everything_of(settings, first=False):
    if first:
        pulled(settings)
    return everything(settings)


def without_pulls(tables):
    return {name: sorted((row[:-3] for row in found), key=str) for name, found in tables.items() if name != "portal"}


@pytest.mark.parametrize("phases", [(None,), (1, 2)])
def test_where_nothing_changed_a_pull_takes_three_requests_at_most_and_writes_no_rows(
    served, settings, company, phases
):
    pulled(settings)
    files = {entity: manifest_of(settings).files(entity) for entity in FOLLOWED}
    wait(company, minutes=10)
    hits = 0
    for phase in phases:
        report, requests = requests_of(served, settings, phase=phase)
        hits += requests
    assert hits <= 3
    assert {entity: manifest_of(settings).files(entity) for entity in FOLLOWED} == files
    assert set(changes_of(report).values()) == {Changes()}
    assert manifest_of(settings).as_of == written(company)


def test_changes_are_pulled_with_as_many_requests_as_no_changes(served, settings, company, tmp_path):
    pulled(settings)
    wait(company, hours=1)
    change(company, "deals", 5, TITLE="новое имя")
    change(company, "deals", 900, TITLE="новая сделка")
    change(company, "activities", 6, COMPLETED="Y")
    for number in range(901, 930):
        change(company, "companies", number, TITLE=f"ООО {number}")
    report, hits = requests_of(served, settings, phase=1)
    assert hits <= 3
    changes = changes_of(report)
    assert (changes["deals"], changes["activities"]) == (Changes(new=1, changed=1), Changes(changed=1))
    assert (changes["companies"], changes["leads"]) == (Changes(new=29), Changes())
    pulled(settings)
    assert manifest_of(settings).state("deals").rows == companies.DEALS + 1
    assert without_pulls(everything(settings)) == whole(served, tmp_path)


def test_thousands_of_changes_are_walked_to_their_proven_end(served, settings, company, tmp_path):
    pulled(settings, phase=1)
    wait(company, hours=1)
    for number in range(1, 4000):
        change(company, "deals", number, TITLE=f"правка {number}")
    served.faults = Faults(short_pages=range(40, 10**9, 7), drop_label=range(2, 10**9, 3))
    report = pulled(settings, phase=1)
    assert changes_of(report)["deals"] == Changes(new=4000 - 1 - companies.DEALS, changed=companies.DEALS)
    assert ids(settings, "deals") == counted(company, "deals")


@pytest.mark.parametrize(
    ("fault", "at"), [("blank_batch", (1, 2)), ("empty_batch", (1,)), ("drop_label", (1, 2)), ("cut", (1,))]
)
def test_a_prefetch_that_a_portal_spoils_hides_no_change(served, settings, company, tmp_path, fault, at):
    pulled(settings)
    wait(company, hours=1)
    change(company, "leads", 7, TITLE="новое имя")
    change(company, "deals", 900, TITLE="новая сделка")
    served.counters = type(served.counters)(lambda: 0.0)
    served.faults = Faults(**{fault: at})
    pulled(settings)
    served.faults = Faults()
    assert without_pulls(everything(settings)) == whole(served, tmp_path)


def test_a_row_that_was_committed_late_lies_within_the_overlap(settings, company):
    pulled(settings)
    wait(company, minutes=10)
    pulled(settings)
    late = (company.now() - timedelta(minutes=9)).isoformat(timespec="seconds")
    company.table("deals").put({"ID": "777", "TITLE": "поздняя", "DATE_CREATE": late, "DATE_MODIFY": late})
    company.table("deal_stage_history").put({"ID": 777, "OWNER_ID": 777, "TYPE_ID": 1, "CREATED_TIME": late})
    wait(company, minutes=10)
    pulled(settings)
    assert 777 in ids(settings, "deals")
    assert 777 in ids(settings, "deal_stage_history")


def put_moves_and_call(company, number):
    """One row more of each entity that no sweep looks at, stamped by the portal's clock as it is."""
    for entity in ("lead_stage_history", "deal_stage_history"):
        company.table(entity).put({"ID": number, "OWNER_ID": 7, "TYPE_ID": 2, "CREATED_TIME": written(company)})
    company.table("calls").put({"ID": str(number), "CALL_START_DATE": written(company), "CALL_DURATION": "5"})


NOT_SWEPT = ("lead_stage_history", "deal_stage_history", "calls")


def test_moves_and_calls_stamped_while_a_clock_was_wrong_come_whatever_it_says_when_they_are_asked_for(
    settings, company
):
    pulled(settings, phase=1)
    wait(company, hours=-60)
    put_moves_and_call(company, 901)
    wait(company, hours=20)
    pulled(settings, phase=1)
    wait(company, hours=-60)
    put_moves_and_call(company, 902)
    wait(company, hours=120)
    put_moves_and_call(company, 903)
    pulled(settings, phase=1)
    assert [ids(settings, entity)[-3:] for entity in NOT_SWEPT] == [[901, 902, 903]] * 3


def test_moves_and_calls_stamped_by_a_wrong_clock_between_a_killed_pull_and_the_next_come(settings, company):
    def kill_once_calls_are_here(progress):
        if progress.running and progress.running.entity == "calls" and progress.running.rows:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulled(settings, progress=kill_once_calls_are_here)
    wait(company, hours=-60)
    put_moves_and_call(company, 901)
    wait(company, hours=61)
    pulled(settings, phase=1)
    assert [ids(settings, entity) for entity in NOT_SWEPT] == [counted(company, entity) for entity in NOT_SWEPT]


def test_newest_moves_that_the_portal_has_forgotten_cost_the_next_pull_no_request(served, settings, company):
    pulled(settings)
    company.table("lead_stage_history").delete(300)
    company.table("deal_stage_history").delete(400)
    wait(company, hours=1)
    assert requests_of(served, settings, phase=1)[1] == 2
    put_moves_and_call(company, 901)
    changes = changes_of(pulled(settings, phase=1))
    assert [changes[entity] for entity in NOT_SWEPT] == [Changes(new=1)] * 3
    assert ids(settings, "deal_stage_history")[-2:] == [400, 901]


def test_a_record_of_a_call_is_read_again_for_a_day(settings, company):
    call = {"ID": "900", "CALL_START_DATE": written(company), "CALL_DURATION": "0", "CRM_ACTIVITY_ID": None}
    company.table("calls").put(call)
    pulled(settings)
    wait(company, hours=18)
    company.table("calls").put({**call, "CALL_DURATION": "95", "CRM_ACTIVITY_ID": "3"})
    report = pulled(settings)
    assert changes_of(report)["calls"] == Changes(changed=1)
    assert ("900", "95", "3") in rows(settings, "calls", "ID", "CALL_DURATION", "CRM_ACTIVITY_ID")


def test_comments_are_asked_only_of_what_moved(served, settings, company):
    pulled(settings)
    before = served.counters.commands["crm.timeline.comment.list"]
    company.own("comments", ("deal", 200), {"ID": "900", "CREATED": written(company), "AUTHOR_ID": "1"})
    wait(company, hours=1)
    company.table("deals").put({**company.table("deals").get(200), "LAST_ACTIVITY_TIME": written(company)})
    change(company, "leads", 7)
    pulled(settings)
    assert 900 in ids(settings, "comments")
    assert served.counters.commands["crm.timeline.comment.list"] - before == 4  # the deal has three pages


def test_bindings_follow_the_activities_that_are_open(served, settings, company, tmp_path):
    pulled(settings)
    wait(company, hours=1)
    company.own("activity_bindings", ("activity", 6), {"entityTypeId": 1, "entityId": 7})
    change(company, "activities", 6, COMPLETED="N")
    change(company, "activities", 3, COMPLETED="Y")
    before = served.counters.commands["crm.activity.binding.list"]
    pulled(settings)
    assert served.counters.commands["crm.activity.binding.list"] - before == 1
    assert rows(settings, "activity_bindings", "ACTIVITY_ID", "ENTITY_TYPE_ID", "ENTITY_ID") == [("6", "1", "7")]
    assert without_pulls(everything(settings)) == whole(served, tmp_path)


def test_an_entity_that_gains_a_field_is_pulled_anew_and_the_others_are_not(served, settings):
    pulled(settings)
    snapshots_of(settings, "deals", fields="of yesterday")
    report = pulled(settings)
    changes = changes_of(report)
    assert "deals" not in changes
    assert "leads" in changes
    assert len(manifest_of(settings).files("deals")) == 1


def snapshots_of(settings, entity, **changed):
    """Publish another state of an entity."""
    snapshots = Snapshots(settings.snapshots_dir)
    manifest = snapshots.manifest()
    snapshots.publish(manifest.with_entities({entity: replace(manifest.state(entity), **changed)}))


@pytest.mark.parametrize("entity", ["deals", "activity_bindings"])
def test_an_entity_whose_file_somebody_took_away_or_cut_is_pulled_anew(settings, entity):
    pulled(settings)
    before = everything(settings)[entity]
    [file] = manifest_of(settings).files(entity)
    file.write_bytes(file.read_bytes()[:-9])
    report = pulled(settings)
    assert entity not in changes_of(report)
    assert "leads" in changes_of(report)
    assert [row[:-3] for row in everything(settings)[entity]] == [row[:-3] for row in before]


def test_a_full_pull_pulls_everything_anew(settings, company):
    pulled(settings)
    company.table("leads").put({**company.table("leads").get(5), "TITLE": "правка мимо часов"})
    wait(company, hours=1)
    pulled(settings)
    assert ("правка мимо часов",) not in rows(settings, "leads", "TITLE")
    report = pulled(settings, full=True)
    assert changes_of(report) == {}
    assert ("правка мимо часов",) in rows(settings, "leads", "TITLE")


def test_a_table_that_was_emptied_is_no_contradiction_to_who_accepts_it(settings, company):
    company.tables["companies"] = type(company.table("deals"))({"ID": str(n)} for n in range(1, 9))
    pulled(settings)
    company.tables["companies"] = type(company.table("deals"))()
    with pytest.raises(EntityFailed, match="--accept-deletions"):
        pulled(settings)
    pulled(settings, accept_deletions=True)
    assert ids(settings, "companies") == []


@pytest.mark.parametrize("error", ["ERROR_METHOD_NOT_FOUND", "insufficient_scope"])
def test_an_entity_of_an_incremental_pull_that_is_refused_fails_it_by_name(served, settings, error):
    pulled(settings)
    before = manifest_of(settings)
    served.faults = Faults(missing_scopes={"telephony"}, missing_scope_error=error)
    with pytest.raises(EntityFailed) as raised:
        pulled(settings)
    assert (raised.value.entity, manifest_of(settings)) == ("calls", before)


def test_a_note_on_an_entity_stays_while_only_its_changes_are_pulled(settings, company):
    for call in company.table("calls"):
        del call["CRM_ACTIVITY_ID"]
    pulled(settings)
    note = Message("pull.fields_missing", method="voximplant.statistic.get", fields="CRM_ACTIVITY_ID")
    assert note in manifest_of(settings).notes
    wait(company, hours=1)
    pulled(settings)
    assert note in manifest_of(settings).notes


def test_rows_that_change_while_they_are_walked_come_with_the_next_pull(served, settings, company):
    pulled(settings)
    wait(company, hours=1)
    for number in range(1, 200):
        change(company, "deals", number, TITLE="первая правка")

    def busy(_):
        wait(company, seconds=30)
        change(company, "deals", 150, TITLE="вторая правка")
        change(company, "deals", 310, TITLE="вторая правка")

    served._on_hit = busy
    pulled(settings)
    served._on_hit = None
    wait(company, minutes=1)
    pulled(settings)
    found = dict(rows(settings, "deals", "ID", "TITLE"))
    assert (found["150"], found["310"], found["7"]) == ("вторая правка", "вторая правка", "первая правка")


def test_moments_are_of_the_portals_clock_whatever_ours_says(tmp_path):
    company = small_company()
    company.moment -= timedelta(days=4000)
    with DemoPortal(company, secret=SECRET) as served:
        settings = settings_for(served, tmp_path)
        pulled(settings)
        wait(company, hours=1)
        change(company, "deals", 5, TITLE="новое имя")
        assert changes_of(pulled(settings))["deals"] == Changes(changed=1)
        assert manifest_of(settings).state("deals").watermark < written(company)
