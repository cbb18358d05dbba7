"""What pulls saw of the rates of currencies stays, whatever later pulls see."""

import pytest

from tests.crm.companies import wait
from tests.crm.pulling import manifest_of, pulled
from tests.oracle.pulled import rows_of
from tests.snapshot_rows import write_as_before


def tell_rate(company, rate, base="N"):
    """Let the portal tell another rate of the dollar from now on."""
    row = {"CURRENCY": "USD", "AMOUNT": rate, "AMOUNT_CNT": "1", "BASE": base}
    company.table("currencies").put(row, 2)


def seen(settings):
    """The rates of the dollar that pulls saw, each with the first day of it; those of the newest pull too."""
    rows = [row for row in rows_of(manifest_of(settings).files("currencies")) if row["CURRENCY"] == "USD"]
    rows.sort(key=lambda row: row["pulled_at"])
    return list({row["AMOUNT"]: row["pulled_at"][:10] for row in reversed(rows)}.items())[::-1]


@pytest.fixture
def followed(settings, company):
    """Pulls of three days, on the last of which the rate changed; the portal forgets the old one."""
    for rate in ("90.0000", "90.0000", "95.5000"):
        tell_rate(company, rate)
        pulled(settings, phase=1)
        wait(company, days=1)
    return settings


RATES = [("90.0000", "2026-11-23"), ("95.5000", "2026-11-25")]


def test_a_rate_stays_with_the_day_it_was_first_seen_on(followed, company):
    assert seen(followed) == RATES
    tell_rate(company, "99.0000")
    pulled(followed, phase=1)
    assert seen(followed) == [*RATES, ("99.0000", "2026-11-26")]
    state = manifest_of(followed).state("currencies")
    assert state.rows == 2
    assert len(manifest_of(followed).newest_files("currencies")) == 1


def test_a_pull_of_everything_anew_and_one_of_another_version_lose_no_rate(followed, company):
    pulled(followed, phase=1, full=True)
    assert seen(followed) == RATES
    write_as_before(followed.snapshots_dir, {"users": ["USER_TYPE"]})
    wait(company, days=1)
    pulled(followed, phase=1, full=True, accept_deletions=True)
    assert seen(followed) == RATES


@pytest.mark.parametrize("place", [0, 1])
def test_a_rate_outlives_a_file_that_is_cut_or_gone(followed, place):
    file = manifest_of(followed).files("currencies")[place]
    file.write_bytes(file.read_bytes()[:-9])
    pulled(followed, phase=1)
    assert seen(followed) == RATES
    manifest_of(followed).files("currencies")[1 - place].unlink()
    pulled(followed, phase=1)
    assert seen(followed) == RATES


def test_while_no_rate_changes_nothing_is_written_of_the_old_ones(followed, company):
    pulled(followed, phase=1)
    kept = manifest_of(followed).files("currencies")[:-1]
    wait(company, days=1)
    pulled(followed, phase=1)
    assert manifest_of(followed).files("currencies")[:-1] == kept


def test_a_currency_that_is_gone_keeps_its_rates_and_many_kept_ones_are_no_rows_that_vanished(followed, company):
    for number in range(8):
        tell_rate(company, f"{100 + number}.0000")
        pulled(followed, phase=1)
        wait(company, days=1)
    company.table("currencies").delete(2)
    pulled(followed, phase=1, accept_deletions=True)
    pulled(followed, phase=1)
    assert len(seen(followed)) == 10
    assert manifest_of(followed).state("currencies").rows == 1
