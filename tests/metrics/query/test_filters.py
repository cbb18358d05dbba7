"""Filters refuse what no report can be asked under; addresses hold choices and forgive everything."""

import datetime as dt
import random
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from language import words
from metrics.export.about import filter_name
from metrics.query.filters import FILTERS, GRAINS, LIST_FILTERS, UTM_DIMENSIONS, VALUE_FILTERS, Filters
from metrics.query.parsing import UnreadableError, parse_day, parse_fraction, parse_whole
from metrics.query.periods import (
    PRESETS,
    default_period,
    earliest_day,
    limited,
    months_before,
    opening_grain,
    preset_period,
    rolling_start,
)
from metrics.query.selection import Defaults, Selection, from_address
from metrics.query.values import MAX_VALUES, FilterError

D = dt.date
DAY = D(2026, 11, 23)
FIRST = D(2024, 11, 1)


def october(**told):
    return Filters(D(2026, 10, 1), D(2026, 10, 31), **told)


# Filters


def test_variables_are_named_as_the_filters_and_null_means_all():
    told = october(employees=(7,), sources=("",), lead_days=0).variables()
    assert set(told) == {field.name for field in fields(Filters)}
    assert (told["employees"], told["sources"], told["funnels"], told["lead_days"]) == ([7], [""], None, 0)
    assert (told["period_from"], told["all_open"], told["min_completion"]) == (D(2026, 10, 1), False, Decimal(1))


def test_the_same_choice_in_another_order_is_the_same_question():
    assert october(employees=(8, 7, 8)) == october(employees=(7, 8))
    assert hash(october(cities=("б", "а"))) == hash(october(cities=("а", "б")))
    assert october(min_completion=Decimal("0.8")) == october(min_completion=Decimal("0.80"))


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"period_from": D(2026, 11, 1)}, "period_order"),
        ({"period_from": "2026-10-01"}, "no_date"),
        ({"period_from": dt.datetime(2026, 10, 1)}, "no_date"),
        ({"period_from": D(1989, 12, 31)}, "date_range"),
        ({"period_to": D(2061, 1, 1)}, "date_range"),
        ({"employees": (-1,)}, "no_id"),
        ({"employees": ("7",)}, "no_id"),
        ({"employees": (True,)}, "no_id"),
        ({"funnels": (2**63,)}, "no_id"),
        ({"funnels": 7}, "no_list"),
        ({"sources": "CALL"}, "no_list"),
        ({"sources": (None,)}, "no_text"),
        ({"sources": ("x" * 501,)}, "no_text"),
        ({"sources": ("a\x00b",)}, "no_text"),
        ({"cities": ("\ud800",)}, "no_text"),
        ({"departments": tuple(range(MAX_VALUES + 1))}, "too_many"),
        ({"stages": ("NEW",)}, "no_stage"),
        ({"stages": ("lead:",)}, "no_stage"),
        ({"grain": "decade"}, "no_choice"),
        ({"grain": "day'; drop table fact_deal; --"}, "no_choice"),
        ({"utm_dimension": "utm_id"}, "no_choice"),
        ({"min_completion": Decimal("NaN")}, "no_completion"),
        ({"min_completion": Decimal(-1)}, "no_completion"),
        ({"min_completion": 0.8}, "no_completion"),
        ({"min_completion": Decimal("0.99999")}, "no_completion"),
        ({"lead_days": -1}, "no_days"),
        ({"deal_days": 1.5}, "no_days"),
        ({"deal_days": 10**9}, "no_days"),
        ({"all_open": 1}, "switch"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence_in_both_languages(told, key):
    with pytest.raises(FilterError) as caught:
        Filters(**{"period_from": D(2026, 10, 1), "period_to": D(2026, 10, 31), **told})
    assert caught.value.message.key == f"metrics.filter.{key}"
    assert caught.value.text("ru") != caught.value.text("en")


def test_what_people_type_is_compared_without_the_blanks_around_it():
    assert october(cities=(" Тверь ", "Тверь"), utm_term=(" ",)) == october(cities=("Тверь",), utm_term=("",))
    assert october(sources=(" x",)).sources == (" x",)


def test_days_and_weeks_exist_in_one_view_alone():
    daily = october(grain="day")
    daily.check_view("lead_source_change")
    with pytest.raises(FilterError, match="sales_dynamics"):
        daily.check_view("sales_dynamics")


def test_every_filter_has_a_name_in_both_languages():
    assert all(filter_name(words(language), name) for language in ("ru", "en") for name in FILTERS)
    assert all(words("ru").has(f"ui.{text}.{name}") for text in ("filter", "none") for name in LIST_FILTERS)


def test_every_filter_but_the_period_is_declared_and_can_be_chosen():
    period = {"period_from", "period_to"}
    assert {field.name for field in fields(Filters)} - period == set(FILTERS)
    assert {field.name for field in fields(Selection)} - period - {"preset", "grains"} == set(FILTERS)
    assert {field.name for field in fields(Defaults)} < set(VALUE_FILTERS)


def test_no_two_filters_have_one_name_in_the_address_or_one_option():
    for names in ([record.address for record in FILTERS.values()], [record.option for record in FILTERS.values()]):
        assert len(set(names)) == len(FILTERS)


def test_every_filter_keeps_its_name_in_the_address_and_its_option():
    """Links people have saved and commands they have scheduled go on meaning what they meant."""
    kept = {
        "funnels": ("funnel", "--funnel"),
        "departments": ("department", "--department"),
        "employees": ("employee", "--employee"),
        "sources": ("source", "--source"),
        "utm_source": ("utm_source", "--utm-source"),
        "utm_medium": ("utm_medium", "--utm-medium"),
        "utm_campaign": ("utm_campaign", "--utm-campaign"),
        "utm_content": ("utm_content", "--utm-content"),
        "utm_term": ("utm_term", "--utm-term"),
        "countries": ("country", "--country"),
        "cities": ("city", "--city"),
        "stages": ("stage", "--stage"),
        "grain": ("grain", "--grain"),
        "utm_dimension": ("utm", "--utm-dimension"),
        "min_completion": ("min_completion", "--min-completion"),
        "lead_days": ("lead_days", "--lead-days"),
        "deal_days": ("deal_days", "--deal-days"),
        "without_activities": ("without_activities", "--without-activities"),
        "all_open": ("all_open", "--all-open"),
    }
    assert kept.items() <= {name: (record.address, record.option) for name, record in FILTERS.items()}.items()


# Periods


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("this_month", (D(2026, 11, 1), DAY)),
        ("last_month", (D(2026, 10, 1), D(2026, 10, 31))),
        ("this_quarter", (D(2026, 10, 1), DAY)),
        ("last_quarter", (D(2026, 7, 1), D(2026, 9, 30))),
        ("this_year", (D(2026, 1, 1), DAY)),
        ("days_90", (D(2026, 8, 26), DAY)),
        ("months_12", (D(2025, 11, 24), DAY)),
        ("all_time", (FIRST, DAY)),
    ],
)
def test_a_preset_means_these_days(name, period):
    assert preset_period(name, DAY, FIRST) == period
    assert name in PRESETS


def test_every_preset_is_in_order_on_every_day_of_four_years():
    for offset in range(4 * 366):
        day = D(2023, 1, 1) + dt.timedelta(days=offset)
        for name in PRESETS:
            start, end = preset_period(name, day, D(2020, 5, 5))
            assert start <= end <= day, (name, day)
        assert default_period(day)[0].day == 1


def test_all_time_begins_where_the_data_do_and_never_after_its_end():
    assert preset_period("all_time", DAY, D(2027, 1, 1)) == (DAY, DAY)


def test_ninety_days_are_ninety_and_twelve_months_a_whole_year():
    assert (DAY - preset_period("days_90", DAY, FIRST)[0]).days + 1 == 90
    assert (DAY - preset_period("months_12", DAY, FIRST)[0]).days + 1 == 365
    assert preset_period("months_12", D(2025, 2, 28), FIRST)[0] == D(2024, 2, 29)


def test_a_month_back_from_a_day_that_does_not_exist_there_is_its_last():
    assert months_before(D(2026, 3, 31), 1) == D(2026, 2, 28)
    assert months_before(D(2024, 3, 31), 1) == D(2024, 2, 29)
    assert rolling_start(D(2026, 5, 31), 3) == D(2026, 3, 1)
    assert rolling_start(D(3, 1, 1), 600) == D.min


def test_history_months_limit_what_may_be_asked_for():
    assert earliest_day(DAY, None) == D(1, 1, 1)
    assert earliest_day(DAY, 3) == D(2026, 8, 24)
    chosen = Selection(period_from=D(2024, 1, 1), period_to=D(2026, 9, 1))
    assert chosen.period(DAY, FIRST, history_months=3) == (D(2026, 8, 24), D(2026, 9, 1))
    assert Selection(preset="all_time").period(DAY, FIRST, history_months=3) == (D(2026, 8, 24), DAY)
    assert Selection().period(DAY, FIRST, history_months=1) == (D(2026, 10, 24), DAY)
    assert limited((D(2020, 1, 1), D(2020, 2, 1)), D(2026, 8, 24)) == (D(2026, 8, 24), D(2026, 8, 24))


def test_dynamics_open_in_months_and_over_twenty_four_of_them_in_quarters():
    assert opening_grain((D(2024, 12, 31), D(2026, 11, 1))) == "month"
    assert opening_grain((D(2024, 11, 30), D(2026, 11, 1))) == "quarter"


# Selections and addresses


def test_at_first_opening_the_period_runs_from_last_months_first_day_to_as_of():
    chosen, dropped = from_address({})
    assert dropped == []
    assert chosen.resolve(DAY, FIRST) == Filters(D(2026, 10, 1), DAY)
    assert chosen.to_address() == {}


def test_a_preset_stays_relative_in_the_address_and_picked_dates_stay_dates():
    assert Selection(preset="this_month").to_address() == {"period": ["this_month"]}
    picked = Selection(period_from=D(2026, 1, 1), period_to=D(2026, 1, 31))
    assert picked.to_address() == {"from": ["2026-01-01"], "to": ["2026-01-31"]}
    assert from_address({"period": "this_month"})[0].resolve(D(2027, 2, 5), FIRST).period_from == D(2027, 2, 1)


def test_none_is_a_value_that_can_be_picked():
    chosen, dropped = from_address({"source": [""], "utm_source": "", "employee": "0"})
    assert (chosen.sources, chosen.utm_source, chosen.employees, dropped) == (("",), ("",), (0,), [])
    assert from_address(chosen.to_address())[0] == chosen


def test_settings_stand_where_nothing_was_chosen():
    defaults = Defaults(Decimal("0.9"), 5, 20)
    filters = Selection().resolve(DAY, FIRST, defaults=defaults)
    assert (filters.min_completion, filters.lead_days, filters.deal_days) == (Decimal("0.9"), 5, 20)
    zero = Selection(min_completion=Decimal(0), lead_days=0, deal_days=0).resolve(DAY, FIRST, defaults=defaults)
    assert (zero.min_completion, zero.lead_days, zero.deal_days) == (0, 0, 0)


def test_each_block_keeps_a_grain_of_its_own():
    chosen = Selection(grain="year").with_grain("sales_dynamics", "quarter").with_grain("lead_source_change", "week")
    assert chosen.to_address()["grain"] == ["year", "lead_source_change:week", "sales_dynamics:quarter"]
    again = from_address(chosen.to_address())[0]
    assert again == chosen
    assert again.resolve(DAY, FIRST, block="sales_dynamics").grain == "quarter"
    assert again.resolve(DAY, FIRST, block="lead_source_change").grain == "week"
    assert again.resolve(DAY, FIRST).grain == "year"


def test_emptying_the_filters_keeps_the_period_and_the_switches():
    chosen = Selection(preset="this_year", employees=(7,), cities=("Тверь",), lead_days=9, all_open=True)
    assert chosen.without_filters() == Selection(preset="this_year", lead_days=9, all_open=True)


@pytest.mark.parametrize(
    "address",
    [
        {"period": "yesterday"},
        {"period": "2026-10-01"},
        {"from": "2026-10-01"},
        {"to": "2026-10-01"},
        {"from": "2026-10-32", "to": "2026-11-01"},
        {"from": "20261001", "to": "20261101"},
        {"from": "2026-W40-1", "to": "2026-11-01"},
        {"from": "0001-01-01", "to": "2026-11-01"},
        {"from": "2026-11-02", "to": "2026-11-01"},
        {"employee": "Петров"},
        {"employee": "-1"},
        {"employee": "1e3"},
        {"employee": "٧"},
        {"employee": "9" * 30},
        {"employee": " 7"},
        {"city": "x" * 1000},
        {"city": "a\x00"},
        {"stage": "WON"},
        {"stage": "lead:"},
        {"grain": "day"},
        {"grain": "sales dynamics:year"},
        {"grain": ":year"},
        {"grain": "sales_dynamics:hour"},
        {"utm": "utm_id"},
        {"min_completion": "NaN"},
        {"min_completion": "1e5"},
        {"min_completion": "-1"},
        {"min_completion": ""},
        {"lead_days": "3.5"},
        {"lead_days": "99999999"},
        {"all_open": "maybe"},
        {"without_activities": "true"},
    ],
)
def test_garbage_in_an_address_is_dropped_and_named(address):
    chosen, dropped = from_address(address)
    assert chosen == Selection()
    assert {part.split("=")[0] for part in dropped} <= set(address)
    assert dropped != []
    assert all(part.isprintable() and len(part) < 100 for part in dropped)


def test_garbage_beside_what_can_be_used_takes_only_itself_away():
    chosen, dropped = from_address({"employee": ["7", "x", "7", "8"], "period": ["this_year", "?"], "theme": "dark"})
    assert (chosen.employees, chosen.preset, dropped) == ((7, 8), "this_year", ["period=?", "employee=x"])


def test_days_beside_a_preset_are_dropped_and_named():
    chosen, dropped = from_address({"period": "this_year", "from": "2026-01-01", "to": "2026-02-01"})
    assert (chosen, dropped) == (Selection(preset="this_year"), ["from=2026-01-01", "to=2026-02-01"])


def test_more_values_than_a_filter_holds_are_dropped_and_named():
    chosen, dropped = from_address({"employee": [str(number) for number in range(MAX_VALUES + 5)]})
    assert (len(chosen.employees), len(dropped)) == (MAX_VALUES, 5)
    chosen.resolve(DAY, FIRST)


def any_selection(draw: random.Random) -> Selection:
    """A selection that somebody might choose."""
    alphabet = ["", "CALL", "Тверь", "a b", "a&b=c", "50%", "#?/", "lead:NEW", "«»", "0", "x" * 500, "\U0001f600"]

    def some(values):
        return tuple(sorted(set(draw.sample(values, draw.randint(0, 3))))) if draw.random() < 0.5 else ()

    ids = [0, 1, 7, 57, 2**63 - 1]
    stages = ["lead:NEW", "deal:C7:WON", "deal:WON", "lead:ПЕРВЫЙ"]
    kind = draw.choice(["none", "preset", "dates"])
    days = sorted(D(1990, 1, 1) + dt.timedelta(days=draw.randint(0, 25900)) for _ in range(2))
    return Selection(
        preset=draw.choice(PRESETS) if kind == "preset" else None,
        period_from=days[0] if kind == "dates" else None,
        period_to=days[1] if kind == "dates" else None,
        **{name: some(ids) for name in ("funnels", "departments", "employees")},
        **{name: some(alphabet) for name in ("sources", *UTM_DIMENSIONS, "countries", "cities")},
        stages=some(stages),
        grain=draw.choice([None, *GRAINS]),
        grains=draw.choice([(), (("lead_source_change", "day"), ("sales_dynamics", "year"))]),
        utm_dimension=draw.choice([None, *UTM_DIMENSIONS]),
        min_completion=draw.choice([None, Decimal(0), Decimal("0.8"), Decimal("1.15"), Decimal(1000)]),
        lead_days=draw.choice([None, 0, 3, 36500]),
        deal_days=draw.choice([None, 0, 14]),
        without_activities=draw.random() < 0.5,
        all_open=draw.random() < 0.5,
    )


def test_whatever_is_chosen_comes_back_from_its_address():
    draw = random.Random(20261123)
    for _ in range(2000):
        chosen = any_selection(draw)
        again, dropped = from_address(chosen.to_address())
        assert (again, dropped) == (chosen, [])
        assert again.to_address() == chosen.to_address()
        again.resolve(DAY, FIRST, history_months=draw.choice([None, 1, 24]))


def test_whatever_is_typed_into_an_address_makes_a_selection_that_can_be_asked():
    draw = random.Random(7)
    scraps = [
        "",
        "7",
        "-7",
        "this_month",
        "2026-01-01",
        "lead:X",
        "year",
        "a:year",
        "1.5",
        "\x00",
        "\ud800",
        "🙂",
        "x" * 600,
    ]
    keys = [
        "period",
        "from",
        "to",
        "employee",
        "source",
        "stage",
        "grain",
        "utm",
        "min_completion",
        "lead_days",
        "all_open",
    ]
    for _ in range(3000):
        address = {key: draw.choices(scraps, k=draw.randint(0, 3)) for key in draw.sample(keys, draw.randint(0, 6))}
        chosen, _ = from_address(address)
        chosen.resolve(DAY, FIRST)
        assert from_address(chosen.to_address()) == (chosen, [])


def test_a_day_is_written_in_one_way_only():
    assert parse_day("2026-10-31") == D(2026, 10, 31)
    for text in ("2026-10-31T00:00", "31.10.2026", "2026-1-1", "", "2026-10-31 "):
        with pytest.raises(UnreadableError):
            parse_day(text)


def test_numbers_are_written_in_plain_digits():
    assert (parse_whole("007"), parse_fraction("0.8"), parse_fraction("2")) == (7, Decimal("0.8"), Decimal(2))
    for text in ("", "+1", "1_000", "½", "1,5"):
        with pytest.raises(UnreadableError):
            parse_whole(text)
    for text in ("", ".5", "0,8", "1e1", "inf", "80%"):
        with pytest.raises(UnreadableError):
            parse_fraction(text)


def test_a_changed_selection_is_another_one():
    chosen = Selection(employees=(7,))
    assert replace(chosen, employees=()) == Selection()
