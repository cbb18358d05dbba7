"""Pulls of a portal that spoils pages of its lists at random: none is short and calls itself complete.

`make attack` runs all of them. Each attack has a seed of its own, other ones each run; one that failed is repeated by
``VITRINA_ATTACK_SEED=… pytest tests/crm/attacks``.
"""

import os
import random
from dataclasses import dataclass, field

from crm.portal.client import PortalError
from crm.pull import EntityFailed
from demo import DemoPortal, Faults, TableCompany
from demo.lies import Lies
from tests.crm.companies import RECENT, change, wait
from tests.crm.pulling import SECRET, manifest_of, pulled, rows, settings_for

ATTACKS = int(os.environ.get("VITRINA_ATTACKS", "40"))
SEED = os.environ.get("VITRINA_ATTACK_SEED")
SHARE = 0.08
SIZES = (0, 1, 49, 50, 51, 99, 100, 101, 120)
KEYED = ("users", "companies", "leads", "deals", "activities", "lead_stage_history", "deal_stage_history", "calls")
EDITED = ("companies", "leads", "deals", "activities")
SHORT = {"departments": 63, "statuses": 70, "funnels": 2, "currencies": 3}
TOLD_BY = {"users": "LAST_NAME", "activities": "DIRECTION", "calls": "CALL_DURATION"} | dict.fromkeys(
    ("lead_stage_history", "deal_stage_history"), "OWNER_ID"
)  # the column that tells a row from one before an edit, TITLE elsewhere
MOMENTS = {"activities": "LAST_UPDATED", "calls": "CALL_START_DATE"} | dict.fromkeys(
    ("lead_stage_history", "deal_stage_history"), "CREATED_TIME"
)


@dataclass
class Outcome:
    """What pulls came to: how many came through, and what they published wrongly."""

    first: int = 0
    later: int = 0
    wrong: list[str] = field(default_factory=list)


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
    row = {"ID": str(number), MOMENTS.get(table, "DATE_MODIFY"): RECENT, TOLD_BY.get(table, "TITLE"): text(draw)}
    if table in ("lead_stage_history", "deal_stage_history"):
        return {**row, "ID": number, "TYPE_ID": 1}
    return {**row, "CRM_ACTIVITY_ID": None, "CALL_START_DATE": RECENT} if table == "calls" else row


def text(draw):
    return str(draw.randrange(10**9))


def live(company, draw):
    """Some edits, new rows and deletions; what was deleted, by table."""
    deleted = {}
    for table in EDITED:
        known = [int(row["ID"]) for row in company.table(table)]
        for number in draw.sample(known, min(len(known), draw.choice((0, 1, 3, 60)))):
            change(company, table, number, **{TOLD_BY.get(table, "TITLE"): text(draw)})
        for number in range(max(known, default=0) + 1, max(known, default=0) + 1 + draw.choice((0, 0, 1, 55))):
            change(company, table, number, **{TOLD_BY.get(table, "TITLE"): text(draw)})
        gone = draw.sample(known, min(len(known) // 20, draw.choice((0, 1, 2))))
        for number in gone:
            company.table(table).delete(number)
        deleted[table] = set(gone)
    return deleted


def differences(settings, company, deleted):
    """What is published and is not as the portal has it; a record ``deleted`` since the last pull may still be here."""
    wrong = []
    for table in KEYED:
        telling = TOLD_BY.get(table, "TITLE")
        found = {int(number): value for number, value in rows(settings, table, "ID", telling)}
        held = {int(row["ID"]): row[telling] for row in company.table(table)}
        found = {number: value for number, value in found.items() if number not in deleted.get(table, ())}
        if found != held:
            lost, more = sorted(held.keys() - found.keys()), sorted(found.keys() - held.keys())
            stale = sorted(number for number in found.keys() & held.keys() if found[number] != held[number])
            wrong.append(f"{table} ({len(held)}): lost {lost}, invented {more}, stale {stale}")
    wrong += [
        f"{table}: {count} of {expected}"
        for table, expected in SHORT.items()
        if (count := len(rows(settings, table, "*"))) != expected
    ]
    return wrong


def attack(seed, folder, outcome):
    """A first pull and a later one, a day after, of a portal that lies; what was published is compared with it."""
    draw = random.Random(seed)
    company = lying_company(draw)
    with DemoPortal(company, secret=SECRET, faults=lying(draw)) as served:
        settings = settings_for(served, folder)
        outcome.first += came_through(settings, company, {}, seed, outcome)
        if manifest_of(settings) is None:
            served.faults = Faults()
            pulled(settings, phase=1)
        wait(company, hours=draw.choice((1, 21)))
        deleted = live(company, draw)
        served.faults = lying(draw)
        outcome.later += came_through(settings, company, deleted, seed, outcome)


def lying(draw):
    return Faults(lies=Lies(SHARE, draw))


def came_through(settings, company, deleted, seed, outcome):
    """Whether a pull published; what is wrong with it goes into ``outcome``."""
    before = manifest_of(settings)
    try:
        pulled(settings, phase=1)
    except (EntityFailed, PortalError) as failed:
        if os.environ.get("VITRINA_ATTACK_TRACE"):
            print(seed, repr(failed))
        assert manifest_of(settings) == before
        return False
    outcome.wrong += [f"VITRINA_ATTACK_SEED={seed}: {text}" for text in differences(settings, company, deleted)]
    return True


def test_pulls_of_a_portal_that_lies_are_whole_or_fail_and_most_come_through(tmp_path):
    seeds = [int(SEED)] if SEED else [random.SystemRandom().randrange(10**9) for _ in range(ATTACKS)]
    outcome = Outcome()
    for seed in seeds:
        attack(seed, tmp_path / str(seed), outcome)
    assert outcome.wrong == []
    assert SEED or (outcome.first >= 0.9 * len(seeds), outcome.later >= 0.9 * len(seeds)) == (True, True), outcome
