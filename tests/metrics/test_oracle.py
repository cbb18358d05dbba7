"""Every view of the reports agrees, value by value, with an independent reckoning over nasty portals."""

import pytest

from tests.oracle.answers import CONTRACT
from tests.oracle.built import soak
from tests.oracle.compare import spoken

PORTALS = range(4)
QUESTIONS = range(8)


@pytest.mark.parametrize("seed", PORTALS)
def test_every_view_of_a_nasty_portal_is_reckoned_alike(seed, tmp_path):
    wrong = [
        f"{spoken(filters)}\n    {mismatch}"
        for filters, found in soak(seed, QUESTIONS, tmp_path, CONTRACT)
        for mismatch in found
    ]
    assert wrong == [], f"{len(wrong)} values differ, first of all:\n" + "\n".join(wrong[:5])
