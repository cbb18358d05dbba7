"""What is gone is found by the next pull with few counts, and what merely looks gone is not believed."""

import random
from bisect import bisect_right

import pytest

from crm.portal.client import Answer, ignore
from crm.portal.errors import MissingLabel
from crm.pull import EntityFailed, Narrowed
from crm.pull.deletions import PARTS, SHORT, find_doubtful_ranges
from crm.pull.errors import refuse_narrowed
from crm.pull.progress import Changes
from crm.resources import BY_ENTITY
from demo import DemoPortal, Faults
from tests.crm import companies
from tests.crm.companies import change, wait
from tests.crm.pulling import SECRET, counted, ids, manifest_of, pulled, rows, settings_for
from tests.crm.tables import TablePortal

DEALS, CALLS = BY_ENTITY["deals"], BY_ENTITY["calls"]


def gone_of(report, entity):
    return next(each.changes for each in report.entities if each.entity == entity)


def test_a_deleted_record_is_found_by_the_next_pull(served, settings, company):
    pulled(settings)
    for table, number in (("deals", 7), ("calls", 150), ("activities", 3), ("companies", 70)):
        company.table(table).delete(number)
    wait(company, minutes=10)
    report = pulled(settings)
    for entity in ("deals", "calls", "activities", "companies", "leads"):
        assert ids(settings, entity) == counted(company, entity)
        assert gone_of(report, entity) == Changes(gone=0 if entity == "leads" else 1)
        assert manifest_of(settings).state(entity).rows == len(counted(company, entity))
    lists = served.counters.lists
    wait(company, minutes=10)
    pulled(settings)
    assert served.counters.lists - lists < 56


@pytest.mark.parametrize("hours", [1, 21])
def test_counting_where_nothing_is_gone_takes_no_request_of_its_own(served, settings, company, hours):
    pulled(settings)
    wait(company, hours=hours)
    hits = served.counters.hits
    pulled(settings, phase=1)
    assert served.counters.hits - hits == 2


def test_a_total_that_is_dear_to_the_portal_is_asked_as_seldom_as_its_share_allows(tmp_path, company):
    with DemoPortal(company, secret=SECRET, sleep=ignore, faults=Faults(count_work=6.0)) as served:
        settings = settings_for(served, tmp_path)
        pulled(settings)
        wait(company, minutes=1)
        pulled(settings)  # by which it is known what a total costs: five entities, 30 seconds together
        company.table("deals").delete(7)
        wait(company, minutes=30)
        pulled(settings)
        assert 7 in ids(settings, "deals")
        wait(company, minutes=21)
        pulled(settings)
        assert 7 not in ids(settings, "deals")


def test_a_call_that_is_registered_late_with_an_old_start_is_found(settings, company):
    pulled(settings)
    row = {"ID": "900", "CALL_START_DATE": companies.RECENT, "CALL_DURATION": "5"}
    company.table("calls").put(row)
    wait(company, minutes=10)
    pulled(settings)
    assert 900 in ids(settings, "calls")


def test_what_is_shown_again_above_the_highest_known_id_is_found(served, settings, company):
    served.faults = Faults(hidden={"deals": {companies.DEALS}})
    pulled(settings)
    served.faults = Faults()
    wait(company, minutes=10)
    pulled(settings)
    assert ids(settings, "deals") == counted(company, "deals")


@pytest.mark.parametrize(("entity", "left"), [("deals", 3), ("users", 1), ("statuses", 0)])
def test_a_small_company_is_guarded_too(served, settings, company, entity, left):
    for table, count in (("deals", 45), ("users", 24), ("statuses", 10)):
        company.tables[table] = type(company.table(table))(list(company.table(table))[:count])
    pulled(settings)
    before = manifest_of(settings)
    company.tables[entity] = type(company.table(entity))(list(company.table(entity))[:left])
    wait(company, minutes=10)
    with pytest.raises(EntityFailed, match="--accept-deletions") as raised:
        pulled(settings)
    assert (raised.value.entity, type(raised.value.cause)) == (entity, Narrowed)
    assert manifest_of(settings) == before


@pytest.mark.parametrize(("before", "now", "is_refused"), [(1, 0, True), (6, 1, False), (7, 1, True), (25, 20, False)])
def test_a_fifth_and_more_than_five_rows_or_all_of_them_are_much(before, now, is_refused):
    if is_refused:
        with pytest.raises(Narrowed):
            refuse_narrowed(before, now)
    else:
        refuse_narrowed(before, now)


def test_a_dictionary_is_not_believed_to_be_empty_while_records_name_its_values(settings, company):
    pulled(settings)
    for table in ("statuses", "funnels", "currencies"):
        company.tables[table] = type(company.table(table))()
    wait(company, minutes=10)
    with pytest.raises(EntityFailed) as raised:
        pulled(settings, accept_deletions=True)
    assert raised.value.cause.message.key == "pull.dictionary_emptied"


def test_a_deletion_that_a_new_record_makes_up_for_is_found(settings, company):
    pulled(settings)
    wait(company, minutes=10)
    company.table("deals").delete(7)
    change(company, "deals", 900, TITLE="новая")
    report = pulled(settings)
    assert gone_of(report, "deals") == Changes(new=1, gone=1)
    assert ids(settings, "deals") == counted(company, "deals")


def test_a_record_deleted_right_after_it_changed_is_gone(settings, company):
    pulled(settings)
    wait(company, hours=21)
    change(company, "deals", 7, TITLE="правка")

    def delete(progress):
        if progress.running and progress.running.entity == "statuses" and company.table("deals").get(7):
            company.table("deals").delete(7)

    pulled(settings, progress=delete)
    assert 7 not in ids(settings, "deals")


def test_a_record_that_is_shown_again_is_there_again(served, settings, company):
    pulled(settings)
    served.faults = Faults(hidden={"deals": {7, 8}})
    wait(company, hours=21)
    pulled(settings)
    assert not {7, 8} & set(ids(settings, "deals"))
    served.faults = Faults()
    wait(company, hours=21)
    report = pulled(settings)
    assert gone_of(report, "deals") == Changes(new=2)
    assert ids(settings, "deals") == counted(company, "deals")


def test_stage_history_is_never_deleted(settings, company):
    pulled(settings)
    known = ids(settings, "deal_stage_history")
    for number in known[:100]:
        company.table("deal_stage_history").delete(number)
    wait(company, hours=21)
    pulled(settings)
    assert ids(settings, "deal_stage_history") == known


def test_a_right_that_was_narrowed_fails_the_days_count_by_name_until_it_is_accepted(served, settings, company):
    pulled(settings)
    served.faults = Faults(hidden={"deals": range(1, 100)})
    wait(company, hours=21)
    for _ in range(2):
        before = manifest_of(settings)
        with pytest.raises(EntityFailed, match="--accept-deletions") as raised:
            pulled(settings)
        assert (raised.value.entity, type(raised.value.cause)) == ("deals", Narrowed)
        assert manifest_of(settings) == before
    pulled(settings, accept_deletions=True)
    assert ids(settings, "deals") == list(range(100, companies.DEALS + 1))


def test_accepted_deletions_are_looked_for_at_once(served, settings, company):
    pulled(settings)
    served.faults = Faults(hidden={"deals": range(1, 100)})
    pulled(settings, accept_deletions=True)
    assert ids(settings, "deals") == list(range(100, companies.DEALS + 1))


@pytest.mark.parametrize("fault", [{"short_pages": range(1, 10**9)}, {"drop_label": range(2, 10**9, 3)}])
def test_what_a_troubled_portal_does_not_show_is_not_taken_for_gone(served, settings, company, fault):
    for table in ("departments", "statuses"):
        company.tables[table] = type(company.table(table))(list(company.table(table))[:20])
    pulled(settings)
    company.table("deals").delete(7)
    wait(company, hours=21)
    served.counters = type(served.counters)(lambda: 0.0)
    served.faults = Faults(**fault)
    pulled(settings, phase=1)
    for entity in ("deals", "leads", "activities", "companies", "calls"):
        assert ids(settings, entity) == counted(company, entity)


def test_the_tombstones_of_a_full_pull_are_none(settings, company):
    pulled(settings)
    company.table("deals").delete(7)
    wait(company, hours=21)
    pulled(settings)
    assert len(manifest_of(settings).files("deals")) == 2
    pulled(settings, full=True)
    assert len(manifest_of(settings).files("deals")) == 1
    assert ids(settings, "deals") == counted(company, "deals")


class Counted(TablePortal):
    """Counts as a portal does where it is asked for a page with its number."""

    def batch(self, commands):
        counts = {label: command for label, command in commands.items() if command.params["start"] == 0}
        lists = {label: command for label, command in commands.items() if label not in counts}
        outcomes = super().batch(lists) if lists else {}
        if counts:
            self.batches.append(list(counts))
        for label, command in counts.items():
            limits = command.params.get("filter", command.params.get("FILTER"))
            total = bisect_right(self.ids, limits.get("<=ID", 10**9)) - bisect_right(self.ids, limits[">ID"])
            outcomes[label] = self.counted(label, total)
        return outcomes

    def counted(self, label, total):
        return Answer([], total=total)


@pytest.mark.parametrize("resource", [DEALS, CALLS])
@pytest.mark.parametrize("lost", [1, 40, 900])
def test_counts_descend_only_where_they_differ(resource, lost):
    draw = random.Random(5)
    known = sorted(draw.sample(range(1, 400_000), 60_000))
    missing = set(draw.sample(known[:8_000], lost))
    portal = Counted(set(known) - missing)
    found = find_doubtful_ranges(portal, resource, known, known[-1], 2, accept_deletions=False)
    seen = {int(row["ID"]) for page in found.pages for row in page}
    assert set(found.known) - seen == missing
    assert seen <= set(found.known)
    counts = sum(label[0] in "nm" for labels in portal.batches for label in labels if "c00" not in labels)
    assert counts <= (2 if resource is CALLS else 1) * (1 + 5 * PARTS)
    assert len(found.known) <= (SHORT if lost == 1 else 9_000)


def test_a_count_that_is_lost_is_asked_again():
    class Losing(Counted):
        def counted(self, label, total):
            if len(self.batches) == 1:
                return MissingLabel("portal.missing_label", host="acme", method="crm.deal.list", label=label)
            return super().counted(label, total)

    known = list(range(1, 500))
    assert find_doubtful_ranges(Losing(known), DEALS, known, 0, 2, accept_deletions=False) is None


def test_current_rows_are_those_of_the_newest_pull_and_never_the_deleted(settings, company):
    pulled(settings)
    wait(company, hours=21)
    company.table("leads").delete(9)
    pulled(settings)
    assert ("9",) not in rows(settings, "leads", "ID")


@pytest.mark.parametrize("full", [False, True], ids=["the day's count", "a full pull"])
def test_a_fifth_gone_is_believed_and_one_row_more_is_not(served, settings, company, full):
    fifth = companies.DEALS // 5
    assert fifth * 5 == companies.DEALS
    pulled(settings)
    served.faults = Faults(hidden={"deals": range(1, fifth + 2)})
    wait(company, hours=21)
    before = manifest_of(settings)
    with pytest.raises(EntityFailed, match="--accept-deletions") as raised:
        pulled(settings, full=full)
    assert (raised.value.entity, type(raised.value.cause)) == ("deals", Narrowed)
    assert manifest_of(settings) == before
    served.faults = Faults(hidden={"deals": range(1, fifth + 1)})
    pulled(settings, full=full)
    assert ids(settings, "deals") == list(range(fifth + 1, companies.DEALS + 1))
