"""A portal that takes fewer commands in a batch than fifty is asked in shorter ones."""

import pytest

from demo import Faults
from tests.crm.companies import change, wait
from tests.crm.pulling import counted, ids, pulled


@pytest.mark.parametrize(("length", "as_a_whole"), [(20, False), (12, True)])
def test_a_pull_of_a_portal_that_takes_short_batches_alone_brings_every_row(
    served, settings, company, length, as_a_whole
):
    company.owners["comments"] = {("deal", 200): company.owners["comments"]["deal", 200]}
    served.faults = Faults(batch_length=length, batch_too_long=as_a_whole)
    pulled(settings)
    wait(company, hours=21)
    change(company, "deals", 900, TITLE="новая сделка")
    company.table("leads").delete(7)
    pulled(settings, phase=1)
    for entity in ("users", "companies", "leads", "deals", "activities", "deal_stage_history", "calls", "departments"):
        assert ids(settings, entity) == counted(company, entity)
    assert len(ids(settings, "comments")) == 120
