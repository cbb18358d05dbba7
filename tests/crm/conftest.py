"""A small company, the portal that serves it, and settings to pull it with."""

import pytest

from crm.demo import DemoPortal
from tests.crm.companies import small_company
from tests.crm.pulling import SECRET, settings_for


@pytest.fixture
def company():
    return small_company()


@pytest.fixture
def served(company):
    with DemoPortal(company, secret=SECRET) as portal:
        yield portal


@pytest.fixture
def settings(served, tmp_path):
    return settings_for(served, tmp_path)
