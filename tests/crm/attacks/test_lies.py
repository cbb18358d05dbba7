"""Pulls of a portal that spoils pages of its lists at random: none is short and calls itself complete.

`make test` draws other attacks each run; `make attack` makes ten times as many, and half of them upon all entities. One
that failed is made again by ``VITRINA_ATTACK_SEED=… .venv/bin/python -m pytest tests/crm/attacks``.
"""

import os
import random
import shutil
from dataclasses import dataclass, field

import pytest

from crm.portal.client import PortalError
from crm.pull import EntityFailed, entity_phase
from demo import DemoPortal, Faults, TableCompany
from demo.lies import Lies
from tests.crm.companies import RECENT, change, wait
from tests.crm.pulling import SECRET, current_rows, manifest_of, pulled, settings_for

ATTACKS = int(os.environ.get("VITRINA_ATTACKS", "40"))
SEED = os.environ.get("VITRINA_ATTACK_SEED")
WHOLE = 40 if ATTACKS <= 40 else 2  # of so many attacks one is upon all entities, the others upon some
SOME = 2
SHARE = 0.08
SIZES = (0, 1, 49, 50, 51, 99, 100, 101, 120)
EDITED = ("companies", "leads", "deals", "activities")
HISTORIES = ("lead_stage_history", "deal_stage_history")
KEYED = ("users", *EDITED, *HISTORIES, "calls")
SHORT = {"departments": 63, "statuses": 70, "funnels": 2, "currencies": 3}
MOMENTS = {"activities": "LAST_UPDATED", "calls": "CALL_START_DATE"} | dict.fromkeys(HISTORIES, "CREATED_TIME")
# The column that tells a row from the one before an edit; TITLE elsewhere.
TELLING = {"users": "LAST_NAME", "activities": "DIRECTION", "calls": "CALL_DURATION"} | dict.fromkeys(
    HISTORIES, "OWNER_ID"
)


@dataclass
class Outcome:
    """What pulls came to: how many came through, what they published wrongly, how the others failed."""

    first: int = 0
    later: int = 0
    tried_later: int = 0
    wrong: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def lying_company(draw):
    """Entities of the sizes at which pages and proofs end, ids with holes."""
    rate = {"AMOUNT": "1", "AMOUNT_CNT": "1", "BASE": "N"}
    company = TableCompany({"currencies": [{"CURRENCY": code, **rate} for code in ("RUB", "USD", "EUR")]})
    for table in KEYED:
        number = 0
        for _ in range(draw.choice(SIZES) if table != "users" else draw.choice(SIZES[1:])):
            number += draw.choice((1, 1, 1, 1, 2, 9))
            company.table(table).put(row_of(table, number, draw))
    for number in range(1, SHORT["departments"] + 1):
        company.table("departments").put({"ID": str(number), "NAME": f"Отдел {number}", "PARENT": "1", "SORT": 500})
    for number in range(1, SHORT["statuses"] + 1):
        dictionary = ("STATUS", "SOURCE", "DEAL_STAGE", "DEAL_STAGE_7", "INDUSTRY")[number % 5]
        named = {"ENTITY_ID": dictionary, "STATUS_ID": str(number), "NAME": f"Стадия {number}"}
        company.table("statuses").put({"ID": str(number), **named, "SORT": str(number), "SEMANTICS": None})
    for number, name in ((0, "Продажи"), (7, "Склад")):
        company.table("funnels").put({"id": number, "name": name, "sort": 10, "isDefault": "N"})
    return company


def row_of(table, number, draw):
    row = {"ID": str(number), MOMENTS.get(table, "DATE_MODIFY"): RECENT, telling(table): text(draw)}
    if table in HISTORIES:
        return {**row, "ID": number, "TYPE_ID": 1}
    return {**row, "CRM_ACTIVITY_ID": None, "CALL_START_DATE": RECENT} if table == "calls" else row


def telling(table):
    return TELLING.get(table, "TITLE")


def text(draw):
    return str(draw.randrange(10**9))


def live(company, draw):
    """Some edits, new rows and deletions; what was deleted, by table."""
    deleted = {}
    for table in EDITED:
        known = [int(row["ID"]) for row in company.table(table)]
        for number in draw.sample(known, min(len(known), draw.choice((0, 1, 3, 60)))):
            change(company, table, number, **{telling(table): text(draw)})
        for number in range(max(known, default=0) + 1, max(known, default=0) + 1 + draw.choice((0, 0, 1, 55))):
            change(company, table, number, **{telling(table): text(draw)})
        gone = draw.sample(known, min(len(known) // 20, draw.choice((0, 1, 2))))
        for number in gone:
            company.table(table).delete(number)
        deleted[table] = set(gone)
    return deleted


def differences(settings, company, deleted):
    """What is published and is not as the portal has it; a record ``deleted`` since the last pull may still be here."""
    published = manifest_of(settings).entities
    keyed = [table for table in KEYED if table in published]
    found = current_rows(settings, {table: ("ID", telling(table)) for table in keyed})
    wrong = []
    for table in keyed:
        here = {int(number): value for number, value in found[table]}
        held = {int(row["ID"]): row[telling(table)] for row in company.table(table)}
        here = {number: value for number, value in here.items() if number not in deleted.get(table, ())}
        if here != held:
            lost, more = sorted(held.keys() - here.keys()), sorted(here.keys() - held.keys())
            stale = sorted(number for number in here.keys() & held.keys() if here[number] != held[number])
            wrong.append(f"{table} ({len(held)}): lost {lost}, invented {more}, stale {stale}")
    counts = {table: published[table].rows for table in SHORT if table in published}
    return wrong + [f"{table}: {count} of {SHORT[table]}" for table, count in counts.items() if count != SHORT[table]]


def attack(seed, folder, outcome):
    """A first pull and one of changes, hours later, of a portal that lies; what is published is compared with it."""
    draw = random.Random(seed)
    company = lying_company(draw)
    with pytest.MonkeyPatch.context() as patch, DemoPortal(company, secret=SECRET, faults=lying(draw)) as served:
        if seed % WHOLE:
            pull_only(patch, draw.sample((*KEYED, *SHORT), SOME))
        settings = settings_for(served, folder)
        outcome.first += came_through(settings, company, {}, seed, outcome)
        if ATTACKS <= 40 and seed % 2:  # the half of them is dear enough for each run
            return
        if manifest_of(settings) is None:
            served.faults = Faults()
            pulled(settings, phase=1)
        wait(company, hours=draw.choice((1, 21)))
        deleted = live(company, draw)
        served.faults = lying(draw)
        outcome.tried_later += 1
        outcome.later += came_through(settings, company, deleted, seed, outcome)


def pull_only(patch, entities):
    """Leave the other entities out of pulls, and the descriptions of fields."""
    patch.setattr("crm.pull.schema_drift.DESCRIBED_BY", {})
    some = tuple(each for each in entity_phase.ENTITY_RESOURCES if each.entity in ("portal", *entities))
    patch.setattr(entity_phase, "ENTITY_RESOURCES", some)
    patch.setattr(entity_phase, "KEYED", tuple(each for each in some if each in entity_phase.KEYED))


def lying(draw):
    return Faults(lies=Lies(SHARE, draw))


def came_through(settings, company, deleted, seed, outcome):
    """Whether a pull published; what is wrong with it goes into ``outcome``."""
    before = manifest_of(settings)
    try:
        pulled(settings, phase=1)
    except (EntityFailed, PortalError) as failed:
        outcome.failed.append(f"VITRINA_ATTACK_SEED={seed}: {failed}")
        assert manifest_of(settings) == before
        return False
    outcome.wrong += [f"VITRINA_ATTACK_SEED={seed}: {text}" for text in differences(settings, company, deleted)]
    return True


def test_pulls_of_a_portal_that_lies_are_whole_or_fail_by_name_and_nine_of_ten_come_through(tmp_path):
    seeds = [int(SEED)] if SEED else [random.SystemRandom().randrange(10**9) // 40 * 40 + n for n in range(ATTACKS)]
    outcome = Outcome()
    for seed in seeds:
        attack(seed, tmp_path / str(seed), outcome)
        shutil.rmtree(tmp_path / str(seed))
    assert outcome.wrong == []
    if not SEED:
        assert outcome.first >= 0.9 * len(seeds), outcome.failed
        assert outcome.later >= 0.9 * outcome.tried_later, outcome.failed
