"""The demo portal speaks as Bitrix24 does, oddities included, and breaks where it is told to."""

import argparse
import json
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from demo import DemoPortal, Faults, TableCompany
from demo.bulk import BulkCompany
from demo.serve import PortTaken, add_arguments, command
from language import words

BIG = 10**9


def lead(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "ID": str(number),
        "TITLE": f"Заявка {number}",
        "STATUS_ID": "NEW",
        "SOURCE_ID": None if number % 2 else "CALL",
        "COMPANY_ID": "0",
        "OPPORTUNITY": f"{number * 10}.00",
        "DATE_MODIFY": f"2026-11-{1 + number % 20:02}T10:00:00+03:00",
        "DATE_CLOSED": "",
        **changes,
    }


def small_company() -> TableCompany:
    return TableCompany(
        {
            "leads": [lead(number) for number in range(1, 121)],
            "deals": [
                {
                    "ID": "7",
                    "TITLE": '<script>alert("1")</script>',
                    "CATEGORY_ID": "0",
                    "COMPANY_ID": "3",
                    "OPPORTUNITY": "18825.00",
                    "CURRENCY_ID": "RUB",
                    "DATE_CREATE": "2024-11-05T10:20:00+03:00",
                    "CLOSEDATE": "2026-10-29T03:00:00+03:00",
                }
            ],
            "companies": [{"ID": "3", "TITLE": "ООО «Кама»"}],
            "activities": [
                {"ID": str(number), "START_TIME": f"2026-11-{30 - number:02}T10:00:00+03:00"} for number in range(1, 6)
            ],
            "statuses": [
                {"ID": "1", "ENTITY_ID": "DEAL_STAGE", "STATUS_ID": "NEW", "NAME": "Новая", "SORT": "10"},
                {"ID": "2", "ENTITY_ID": "DEAL_STAGE_7", "STATUS_ID": "C7:NEW", "NAME": "Новая", "SORT": "10"},
            ],
            "deal_stage_history": [
                {"ID": 1, "OWNER_ID": 7, "CATEGORY_ID": 7, "STAGE_ID": "C7:NEW"},
                {"ID": 2, "OWNER_ID": 7, "CATEGORY_ID": 0, "STAGE_ID": "NEW"},
            ],
            "funnels": [{"id": 0, "name": "Общая", "isDefault": "Y"}],
            "currencies": [{"CURRENCY": "RUB", "AMOUNT": "1.0000"}],
            "departments": [{"ID": "1", "NAME": "Компания", "SORT": 10}],
            "users": [
                {"ID": "1", "NAME": "Анна", "LAST_NAME": "Седова", "ACTIVE": True, "UF_DEPARTMENT": [1]},
                {"ID": "2", "NAME": "Олег", "LAST_NAME": "Жаров", "ACTIVE": False, "UF_DEPARTMENT": [1]},
            ],
            "calls": [{"ID": str(number), "CRM_ACTIVITY_ID": "5", "CALL_DURATION": "0"} for number in (1, 2)],
        },
        {
            "comments": {("lead", 5): [{"ID": "9", "CREATED": "2026-11-01T10:00:00+03:00", "AUTHOR_ID": "1"}]},
            "activity_bindings": {("activity", 5): [{"entityTypeId": 1, "entityId": 5}]},
        },
    )


class Client(SimpleNamespace):
    """A thin hand on a portal: what it answers, untouched."""

    portal: DemoPortal
    session: requests.Session

    def post(self, method: str, params: Any = None, **more: Any) -> requests.Response:
        options = {"allow_redirects": False, "timeout": 20, **more}
        return self.session.post(self.portal.webhook + method, json=params or {}, **options)

    def ask(self, method: str, **params: Any) -> Any:
        return self.post(method, params).json()

    def result(self, method: str, **params: Any) -> Any:
        return self.ask(method, **params)["result"]

    def ids(self, method: str, **params: Any) -> list[int]:
        return [int(row["ID"]) for row in self.result(method, **params)]

    def batch(self, commands: Any, **more: Any) -> Any:
        return self.result("batch", cmd=commands, **more)


@pytest.fixture
def client() -> Iterator[Client]:
    with DemoPortal(small_company()) as portal, requests.Session() as session:
        yield Client(portal=portal, session=session)


def test_the_portal_listens_on_loopback_alone(client):
    assert client.portal.webhook.startswith("http://127.0.0.1:")
    host, port = "127.0.0.2", int(client.portal.origin.rsplit(":", 1)[1])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, port), timeout=2)


def test_a_wrong_secret_is_refused_as_invalid_credentials(client):
    for path in ("/rest/1/wrong/profile", "/rest/2/" + client.portal.secret + "/profile", "/rest/profile"):
        answer = client.session.get(client.portal.origin + path, timeout=5)
        assert (answer.status_code, answer.json()["error"]) == (401, "INVALID_CREDENTIALS")


def test_an_unknown_method_is_not_found(client):
    answer = client.post("crm.nothing.list")
    assert (answer.status_code, answer.json()["error"]) == (404, "ERROR_METHOD_NOT_FOUND")


def test_a_page_has_fifty_rows_and_says_where_it_goes_on(client):
    first = client.ask("crm.lead.list")
    assert (len(first["result"]), first["next"], first["total"]) == (50, 50, 120)
    last = client.ask("crm.lead.list", start=100, limit=500)
    assert (len(last["result"]), last["total"]) == (20, 120)
    assert "next" not in last


def test_an_offset_is_rounded_down_to_a_page(client):
    assert client.ids("crm.lead.list", start=10) == list(range(1, 51))


def test_start_minus_one_counts_nothing(client):
    answer = client.ask("crm.lead.list", start=-1, filter={">ID": 100})
    assert (len(answer["result"]), answer["total"]) == (20, 0)
    assert "next" not in answer
    assert "total" not in client.ask("crm.stagehistory.list", entityTypeId=2, start=-1)


def test_params_come_as_json_as_a_form_and_as_a_query_in_any_case(client):
    expected = {"ID": "119", "TITLE": "Заявка 119"}
    url = client.portal.webhook + "crm.lead.list.json"
    query = "FILTER[>ID]=118&filter[<ID]=120&select[]=ID&select[]=TITLE&order[ID]=ASC"
    form = {"Filter[%3E=ID]".replace("%3E", ">"): "119", "SELECT[0]": "TITLE", "ORDER[ID]": "ASC"}
    assert client.ask("CRM.Lead.List", FILTER={">ID": "118"}, SELECT=["ID", "TITLE"])["result"][0] == expected
    assert client.session.post(url, data=form, timeout=5).json()["result"][0] == expected
    answer = client.session.get(f"{client.portal.webhook}crm.lead.list?{query.split('&', 1)[1]}", timeout=5).json()
    assert [row["ID"] for row in answer["result"]][:1] == ["1"]
    only = client.session.get(f"{client.portal.webhook}crm.lead.list?FILTER[>ID]=118&select[]=TITLE", timeout=5).json()
    assert only["result"] == [expected, {"ID": "120", "TITLE": "Заявка 120"}]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({">ID": "9", "<ID": 12}, [10, 11]),
        ({">=ID": 9, "<=ID": "10"}, [9, 10]),
        ({"ID": 7}, [7]),
        ({"=ID": ["7", "8"]}, [7, 8]),
        ({"@ID": [100, 9]}, [9, 100]),
        ({"!@ID": list(range(3, 121))}, [1, 2]),
        ({"!ID": 1, "<ID": 4}, [2, 3]),
        ({"SOURCE_ID": "CALL", "<=ID": 4}, [2, 4]),
        ({"=SOURCE_ID": "", "<=ID": 4}, [1, 3]),
        ({"!SOURCE_ID": None, "<=ID": 4}, [2, 4]),
        ({"%TITLE": "заявка 11", "<ID": 112}, [11, 110, 111]),
        ({">OPPORTUNITY": "1180"}, [119, 120]),
        ({">=DATE_MODIFY": "2026-11-20T10:00:00+03:00", "<ID": 50}, [19, 39]),
        ({">DATE_MODIFY": "2026-11-20T10:00:00+03:00"}, []),
        ({">=DATE_MODIFY": "2026-11-20T07:00:00+00:00", "<ID": 30}, [19]),
        ({">=DATE_MODIFY": "2026-11-20T10:00:00", "<ID": 30}, [19]),
        ({">=DATE_MODIFY": "2026-11-20", "<ID": 30}, [19]),
        ({">DATE_CLOSED": "2000-01-01"}, []),
        ({"COMPANY_ID": "", "<ID": 3}, [1, 2]),
    ],
)
def test_a_filter_compares_numbers_as_numbers_and_moments_as_moments(client, condition, expected):
    assert client.ids("crm.lead.list", filter=condition) == expected


def test_a_misspelt_field_filters_nothing(client):
    assert client.ask("crm.lead.list", filter={">DATE_MODIFIED": "2030-01-01"})["total"] == 120


def test_stage_history_refuses_a_field_it_does_not_know(client):
    answer = client.post("crm.stagehistory.list", {"entityTypeId": 2, "filter": {"TITLE": "x"}})
    assert (answer.status_code, answer.json()["error"]) == (400, "INVALID_ARG_VALUE")


def test_rows_go_down_by_id_when_asked(client):
    assert client.ids("crm.lead.list", order={"ID": "DESC"}, start=-1)[:2] == [120, 119]
    assert client.ids("crm.lead.list", order={"id": "desc"}, start=100) == list(range(20, 0, -1))


def test_activities_come_by_start_time_unless_told_otherwise(client):
    assert client.ids("crm.activity.list") == [5, 4, 3, 2, 1]
    assert client.ids("crm.activity.list", order={"ID": "ASC"}) == [1, 2, 3, 4, 5]


def test_a_field_asked_for_comes_even_when_the_row_lacks_it_and_the_id_comes_unasked(client):
    assert client.result("crm.lead.list", select=["UTM_TERM"], filter={"ID": 1}) == [{"ID": "1", "UTM_TERM": None}]


def test_the_shapes_of_results_differ_by_family(client):
    assert client.result("crm.stagehistory.list", entityTypeId=2)["items"][0]["ID"] == 1
    assert client.result("crm.category.list", entityTypeId=2)["categories"][0]["id"] == 0
    assert client.ask("crm.currency.list")["total"] == 0
    assert client.result("crm.activity.binding.list", activityId=5) == [{"entityTypeId": 1, "entityId": 5}]
    assert client.ask("crm.category.list", entityTypeId=1)["error"] == "ENTITY_TYPE_NOT_SUPPORTED"


def test_the_default_funnel_has_no_numbered_dictionary(client):
    assert client.result("crm.status.list", filter={"ENTITY_ID": "DEAL_STAGE_0"}) == []
    assert client.ids("crm.status.list", filter={"ENTITY_ID": "DEAL_STAGE"}) == [1]
    assert client.post("crm.status.list", {"filter": {"ENTITY_ID": ["STATUS"]}}).status_code == 400


def test_comments_are_asked_for_one_record_at_a_time(client):
    asked = {"ENTITY_ID": 5, "ENTITY_TYPE": "lead"}
    row = client.result("crm.timeline.comment.list", filter=asked, select=["ID", "ENTITY_ID", "ENTITY_TYPE"])[0]
    assert row == {"ID": "9", "ENTITY_ID": "5", "ENTITY_TYPE": "lead"}
    assert client.ids("crm.timeline.comment.list", filter={**asked, ">CREATED": "2030-01-01"}) == [9]
    assert client.ids("crm.timeline.comment.list", filter={**asked, ">ID": 9}) == []
    assert client.post("crm.timeline.comment.list", {"filter": {"ENTITY_ID": 5}}).status_code == 400


def test_users_are_booleans_and_dismissed_ones_come_unless_filtered(client):
    assert client.result("user.get", sort="ID", order="ASC")[1]["ACTIVE"] is False
    assert client.ids("user.get", FILTER={"ACTIVE": True, ">ID": 0}, start=-1) == [1]


def test_calls_take_their_order_as_strings(client):
    assert client.ids("voximplant.statistic.get", FILTER={">ID": 0}, SORT="ID", ORDER="DESC") == [2, 1]
    assert client.post("voximplant.statistic.get", {"ORDER": {"ID": "ASC"}}).status_code == 400


def test_a_webhook_can_ask_what_it_may(client):
    assert client.result("profile")["ADMIN"] is True
    assert client.result("user.admin") is True
    assert client.result("server.time") == "2026-11-23T12:00:00+03:00"
    assert client.result("crm.settings.mode.get") == 1
    assert set(client.result("scope")) == {"crm", "user", "department", "telephony"}
    assert client.result("method.get", name="crm.lead.list") == {"isExisting": True, "isAvailable": True}
    assert client.result("method.get", name="crm.x") == {"isExisting": False, "isAvailable": False}


def test_an_answer_tells_its_time(client):
    time = client.ask("crm.lead.list")["time"]
    assert (time["date_start"], time["operating"]) == ("2026-11-23T12:00:00+03:00", 0)


# batch


def test_a_batch_answers_each_label_and_writes_empty_maps_as_lists(client):
    found = client.batch({"a": "crm.lead.list?filter[%3EID]=118&select[]=ID", "b": "crm.nothing"})
    assert found["result"] == {"a": [{"ID": "119"}, {"ID": "120"}]}
    assert found["result_error"]["b"]["error"] == "ERROR_METHOD_NOT_FOUND"
    assert (found["result_total"], found["result_next"]) == ({"a": 2}, [])
    assert client.batch({"a": "profile"})["result_error"] == []


def test_numeric_labels_come_back_as_a_list(client):
    assert client.batch(["user.admin", "user.admin"])["result"] == [True, True]
    assert client.batch({"5": "user.admin"})["result"] == {"5": True}


def test_commands_past_fifty_fail_one_by_one(client):
    found = client.batch({f"c{number:02}": "user.admin" for number in range(52)})
    assert len(found["result"]) == 50
    assert {error["error"] for error in found["result_error"].values()} == {"ERROR_BATCH_LENGTH_EXCEEDED"}
    assert set(found["result_error"]) == {"c50", "c51"}


def test_a_portal_may_take_fewer_commands_and_refuse_the_others_or_all(client):
    commands = {f"c{number:02}": "user.admin" for number in range(12)}
    client.portal.faults = Faults(batch_length=10)
    assert set(client.batch(commands)["result_error"]) == {"c10", "c11"}
    client.portal.faults = Faults(batch_length=10, batch_too_long=True)
    assert client.ask("batch", cmd=commands)["error"] == "ERROR_BATCH_LENGTH_EXCEEDED"


def test_a_batch_in_a_batch_is_refused(client):
    assert client.batch({"a": "batch?cmd[x]=profile"})["result_error"]["a"]["error"] == "ERROR_BATCH_METHOD_NOT_ALLOWED"


def test_a_command_that_is_no_string_is_passed_over_in_silence(client):
    found = client.batch({"a": {"method": "profile"}, "b": "user.admin"})
    assert (found["result"], found["result_error"]) == ({"b": True}, [])


def test_halt_stops_at_the_first_error(client):
    found = client.batch({"a": "user.admin", "b": "crm.nothing", "c": "user.admin"}, halt=1)
    assert (list(found["result"]), list(found["result_error"])) == (["a"], ["b"])


def test_values_of_a_command_are_decoded_once(client):
    def count(moment: str) -> int:
        return len(client.batch({"a": f"crm.lead.list?filter[%3E%3DDATE_MODIFY]={moment}&start=-1"})["result"]["a"])

    assert count("2026-11-20T10%3A00%3A00%2B03%3A00") == 6
    assert count("2026-11-20T10:00:00+03:00") == 0  # a raw plus is a space: no moment any more
    assert len(client.batch({"a": "crm.lead.list?filter[ID]=1#&filter[ID]=2"})["result"]["a"]) == 1


def test_a_reference_brings_the_next_page(client):
    found = client.batch(
        {
            "c00": "crm.lead.list?order[ID]=ASC&filter[%3EID]=0&start=-1&select[]=ID",
            "c01": "crm.lead.list?order[ID]=ASC&filter[%3EID]=$result[c00][49][ID]&start=-1&select[]=ID",
            "c02": "crm.lead.list?filter%5B%3EID%5D=%24result%5Bc01%5D%5B49%5D%5BID%5D&start=-1&select[]=ID",
        }
    )["result"]
    assert [int(found[label][0]["ID"]) for label in ("c00", "c01", "c02")] == [1, 51, 101]
    assert len(found["c02"]) == 20


def test_a_reference_past_the_end_brings_the_beginning_again(client):
    page = "crm.lead.list?order[ID]=ASC&start=-1&select[]=ID&filter[%3EID]="
    found = client.batch({"a": page + "100", "b": page + "$result[a][49][ID]", "c": page + "$result[none][49][ID]"})
    assert len(found["result"]["a"]) == 20
    assert [int(row["ID"]) for row in found["result"]["b"]] == list(range(1, 51))
    assert [int(row["ID"]) for row in found["result"]["c"]] == list(range(1, 51))


def test_a_reference_after_an_empty_page_brings_the_beginning_again(client):
    page = "crm.lead.list?order[ID]=ASC&start=-1&select[]=ID&filter[%3EID]="
    found = client.batch({"a": page + "500", "b": page + "$result[a][49][ID]"})["result"]
    assert (found["a"], len(found["b"])) == ([], 50)


def test_a_form_batch_is_encoded_twice(client):
    answer = client.session.post(
        client.portal.webhook + "batch",
        data={"halt": "0", "cmd[a]": "crm.lead.list?filter[%3EID]=119&select[]=ID"},
        timeout=5,
    )
    assert answer.json()["result"]["result"] == {"a": [{"ID": "120"}]}


# cards


def test_a_link_opens_a_card_with_the_portals_text_escaped(client):
    page = client.session.get(client.portal.origin + "/crm/deal/details/7/", timeout=5)
    assert page.status_code == 200
    assert "Сделка № 7" in page.text
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert '<a href="/crm/company/details/3/">ООО «Кама»</a>' in page.text
    assert "18\u00a0825\u00a0₽" in page.text
    assert "05.11.2024 10:20" in page.text
    assert "29.10.2026" in page.text


@pytest.mark.parametrize("path", ["crm/lead/details/5/", "crm/company/details/3/", "company/personal/user/1/"])
def test_leads_companies_and_people_have_cards(client, path):
    assert client.session.get(f"{client.portal.origin}/{path}", timeout=5).status_code == 200


def test_a_card_speaks_the_browsers_language(client):
    page = client.session.get(client.portal.origin + "/crm/lead/details/5/", headers={"Accept-Language": "en-GB"})
    assert "Lead No. 5" in page.text


def test_a_card_that_is_not_there_is_said_to_be_missing(client):
    for path in ("/crm/deal/details/70/", "/", "/favicon.ico"):
        assert client.session.get(client.portal.origin + path, timeout=5).status_code == 404


# faults


def broken(client: Client, **switches: Any) -> Client:
    client.portal.faults = Faults(**switches)
    return client


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timed() -> Iterator[tuple[Client, Clock]]:
    clock = Clock()
    with DemoPortal(small_company(), clock=clock) as portal, requests.Session() as session:
        yield Client(portal=portal, session=session), clock


def test_the_bucket_leaks_and_runs_over(timed):
    client, clock = timed
    broken(client, rate=(2.0, 3))
    assert [client.post("profile").status_code for _ in range(5)] == [200, 200, 200, 503, 503]
    assert client.ask("profile")["error"] == "QUERY_LIMIT_EXCEEDED"
    clock.now += 1
    assert [client.post("profile").status_code for _ in range(3)] == [200, 200, 503]


def test_a_method_over_its_operating_budget_is_blocked_until_minutes_drop_out(timed):
    client, clock = timed
    broken(client, operating_limit=25.0, operating_cost=10.0)
    for spent in (10, 20, 30):
        time = client.ask("crm.lead.list")["time"]
        assert time["operating"] == spent
    assert time["operating_reset_at"] - time["start"] == 600
    blocked = client.post("crm.lead.list")
    assert (blocked.status_code, blocked.json()["error"]) == (429, "OPERATION_TIME_LIMIT")
    inside = client.batch({"a": "crm.lead.list", "b": "crm.company.list"})
    assert inside["result_error"]["a"]["error"] == "OPERATION_TIME_LIMIT"
    assert inside["result_time"]["b"]["operating"] == 10
    clock.now += 601
    assert client.post("crm.lead.list").status_code == 200


def test_the_budget_may_be_charged_to_the_batch(timed):
    client, _ = timed
    broken(client, operating_limit=25.0, operating_cost=10.0, operating_on_batch=True)
    found = client.batch({f"c{number}": "crm.lead.list" for number in range(4)})
    assert list(found["result"]) == ["c0", "c1", "c2"]
    assert found["result_time"]["c2"]["operating"] == 30


def test_requests_are_refused_by_number(client):
    broken(client, refuse=range(2, 4))
    assert [client.post("profile").status_code for _ in range(4)] == [200, 503, 503, 200]
    broken(client, refuse=range(1, BIG), refuse_status=403, refuse_error="ACCESS_DENIED")
    assert client.ask("profile")["error"] == "ACCESS_DENIED"


def test_a_body_is_cut_in_the_middle(client):
    broken(client, cut={1})
    with pytest.raises(requests.exceptions.RequestException):
        client.post("crm.lead.list")
    assert client.post("crm.lead.list").status_code == 200


def test_a_page_of_html_stands_in_place_of_json(client):
    broken(client, html={1}, html_status=200)
    answer = client.post("crm.lead.list")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_batch_loses_a_label(client):
    broken(client, drop_label={2})
    commands = dict.fromkeys("abc", "user.admin")
    assert set(client.batch(commands)["result"]) == {"a", "b", "c"}
    lost = client.batch(commands)
    assert (set(lost["result"]), lost["result_error"]) == ({"a", "c"}, [])


def test_a_batch_comes_back_empty(client):
    broken(client, empty_batch={1})
    assert client.batch({"a": "user.admin"})["result"] == []
    assert client.batch({"a": "user.admin"})["result"] == {"a": True}


def test_commands_of_a_method_fail_by_number(client):
    broken(client, failed={"crm.lead.list": {2}})
    found = client.batch({"a": "crm.lead.list?start=-1", "b": "crm.lead.list?start=-1", "c": "user.admin"})
    assert found["result_error"]["b"]["error"] == "INTERNAL_SERVER_ERROR"
    assert set(found["result"]) == {"a", "c"}


def test_a_renamed_portal_points_to_its_new_name(client):
    with DemoPortal(small_company()) as renamed:
        broken(client, moved_to=renamed.origin)
        answer = client.post("profile")
        assert (answer.status_code, answer.headers["Location"]) == (302, renamed.webhook + "profile")


@pytest.mark.parametrize("code", ["ERROR_METHOD_NOT_FOUND", "insufficient_scope"])
def test_a_scope_that_is_not_ticked_hides_its_methods(client, code):
    broken(client, missing_scopes={"telephony", "department"}, missing_scope_error=code)
    assert client.ask("voximplant.statistic.get")["error"] == code
    assert client.ask("department.get")["error"] == code
    assert client.result("scope") == ["crm", "user"]
    assert client.result("method.get", name="department.get")["isAvailable"] is False
    assert client.post("user.get").status_code == 200


def test_a_portal_without_leads_says_so(client):
    broken(client, no_leads=True)
    assert client.result("crm.settings.mode.get") == 2
    assert client.result("crm.lead.list") == []


def test_narrowed_rights_take_rows_away_without_a_word(client):
    broken(client, hidden={"leads": range(1, 101)})
    answer = client.ask("crm.lead.list")
    assert (answer["total"], answer["result"][0]["ID"]) == (20, "101")
    assert client.ids("crm.lead.list", start=-1, order={"ID": "DESC"})[-1] == 101


def test_a_page_may_be_short_in_the_middle(client):
    broken(client, short_pages={1}, short_length=30)
    assert len(client.ids("crm.lead.list", start=-1)) == 30
    assert client.ids("crm.lead.list", start=-1, filter={">ID": 30})[0] == 31


def test_stage_history_may_forget_the_funnel_left(client):
    assert len(client.result("crm.stagehistory.list", entityTypeId=2)["items"]) == 2
    broken(client, current_funnel_only=True)
    assert [row["ID"] for row in client.result("crm.stagehistory.list", entityTypeId=2)["items"]] == [2]


def test_latency_and_slow_bodies_take_their_seconds():
    waited: list[float] = []
    faults = Faults(latency=3.0, slow_body={1}, slow_seconds=20.0)
    with DemoPortal(small_company(), faults=faults, sleep=waited.append) as portal, requests.Session() as session:
        client = Client(portal=portal, session=session)
        assert len(client.result("crm.lead.list")) == 50
    assert waited[0] == 3.0
    assert sum(waited[1:]) == pytest.approx(20.0)


def test_a_company_may_change_between_two_requests():
    company = small_company()
    portal = DemoPortal(company, on_hit=lambda hit: company.table("leads").delete(hit))
    with portal, requests.Session() as session:
        client = Client(portal=portal, session=session)
        assert client.ids("crm.lead.list", start=-1)[0] == 2
        assert client.ids("crm.lead.list", start=-1)[0] == 3


def test_requests_are_answered_side_by_side(client):
    broken(client, latency=0.05)
    answers: list[int] = []

    def ask() -> None:
        answers.append(requests.post(client.portal.webhook + "profile", json={}, timeout=20).status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8


def test_a_stopped_portal_leaves_no_connection_open(client):
    client.post("profile")
    client.portal.stop()
    with pytest.raises(requests.exceptions.ConnectionError):
        client.post("profile")


def test_a_company_of_any_size_makes_its_rows_when_asked():
    with DemoPortal(BulkCompany(deals=1_000_000)) as portal, requests.Session() as session:
        client = Client(portal=portal, session=session)
        assert client.ask("crm.activity.list", order={"ID": "ASC"})["total"] == 3_000_000
        last = client.result("crm.deal.list", order={"ID": "DESC"}, start=-1)
        assert (last[0]["ID"], len(last)) == ("1000000", 50)
        entries = client.result("crm.stagehistory.list", entityTypeId=2, filter={">ID": 1_999_990}, start=-1)["items"]
        assert {row["OWNER_ID"] for row in entries} == {str(number) for number in range(999_996, 1_000_001)}


def options(port):
    """The options of the command as its own parser reads them."""
    parser = argparse.ArgumentParser()
    add_arguments(parser, words("en"))
    return parser.parse_args(["--port", port, "--day", "2024-11-05"])


def test_the_demo_command_serves_until_it_is_stopped(capsys):
    stop = threading.Event()
    stop.set()
    assert command(options("0"), "en", stop) == 0
    assert "The demo portal: http://127.0.0.1:" in capsys.readouterr().out


def test_a_port_that_is_taken_is_explained(client):
    port = client.portal.origin.rsplit(":", 1)[1]
    with pytest.raises(PortTaken, match=f"Порт {port} занят"):
        command(options(port), "ru")
