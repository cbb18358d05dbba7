"""What a portal may do to a client, and what the client makes of it."""

import threading
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from pydantic import SecretStr

from crm.portal.client import (
    Answer,
    Command,
    Portal,
    PortalContradicts,
    PortalRefused,
    PortalUnavailable,
    Ref,
)
from crm.portal.errors import (
    AccessDenied,
    BrokenAnswer,
    CertificateRejected,
    MethodMissing,
    MissingLabel,
    NotAPortal,
    OperatingLimit,
    Overloaded,
    PortalGone,
    RateExceeded,
    RecordMissing,
    RedirectedAway,
    RequestRejected,
    RestNotInPlan,
    ScopeMissing,
    ServerFailed,
    TimedOut,
    Unreachable,
    WebhookMalformed,
    WebhookRejected,
)
from tests.crm.scripted import SECRET, WEBHOOK, batch_of, moved, ok, scripted_portal

PATH = f"/rest/7/{SECRET}"
HTML = b"<html><body>Service is busy</body></html>"


def refused(code, description="", status=400):
    return status, {"error": code, "error_description": description}


# --- what is asked


def test_a_call_posts_its_parameters_as_json_and_names_itself():
    portal, script, _ = scripted_portal(ok([{"ID": "1"}], next=50, total="120"))
    answer = portal.call("crm.lead.list", {"filter": {">=DATE_MODIFY": "2026-01-05T00:00:00+03:00"}})
    assert answer == Answer([{"ID": "1"}], next=50, total=120, time={})
    assert script.urls == [f"{WEBHOOK}crm.lead.list"]
    assert script.bodies == [{"filter": {">=DATE_MODIFY": "2026-01-05T00:00:00+03:00"}}]
    assert script.asked[0].headers["Content-Type"] == "application/json"
    assert "Vitrina" in script.asked[0].headers["User-Agent"]
    assert script.options == [{"timeout": (10, 120)}]


def test_a_value_inside_a_command_is_encoded_exactly_once():
    value = "2026-01-05T00:00:00+03:00 #1 & 100% a=b [x] Ёж"
    text = Command("crm.lead.list", {"filter": {">=DATE_MODIFY": value, "!ID": [1, 2]}, "start": -1}).text()
    parts = urlsplit(text)
    assert parts.path == "crm.lead.list"
    assert parts.fragment == ""
    assert parse_qs(parts.query, strict_parsing=True) == {
        "filter[>=DATE_MODIFY]": [value],
        "filter[!ID][0]": ["1"],
        "filter[!ID][1]": ["2"],
        "start": ["-1"],
    }


def test_a_reference_is_the_whole_value_of_its_parameter():
    text = Command("crm.deal.list", {"filter": {">ID": Ref("c00", 49, "ID")}}).text()
    assert parse_qs(urlsplit(text).query) == {"filter[>ID]": ["$result[c00][49][ID]"]}


def test_a_null_in_a_command_is_refused_since_an_empty_string_would_arrive():
    with pytest.raises(ValueError, match="null"):
        Command("crm.deal.list", {"filter": {"LEAD_ID": None}}).text()


def test_truth_arrives_as_php_writes_it():
    assert Command("user.get", {"FILTER": {"ACTIVE": True, "X": False}}).text() == (
        "user.get?FILTER[ACTIVE]=1&FILTER[X]=0"
    )


# --- batches


def test_each_label_of_a_batch_comes_back_with_its_answer_or_its_error():
    portal, script, _ = scripted_portal(
        batch_of(
            {"c00": [{"ID": "7"}], "c02": []},
            {"c01": {"error": "", "error_description": "Access denied."}},
            result_next={"c00": 50},
            result_total={"c00": 99},
        )
    )
    answers = portal.batch({"c00": Command("a"), "c01": Command("b", {"x": 1}), "c02": Command("c")})
    assert script.bodies == [{"halt": 0, "cmd": {"c00": "a", "c01": "b?x=1", "c02": "c"}}]
    assert answers["c00"] == Answer([{"ID": "7"}], next=50, total=99)
    assert isinstance(answers["c01"], AccessDenied)
    assert not answers["c01"].retriable
    assert answers["c02"] == Answer([])


def test_a_label_nobody_speaks_of_is_a_contradiction_the_caller_may_try_again():
    portal, _, _ = scripted_portal(batch_of({"c00": []}))
    answers = portal.batch({"c00": Command("a"), "c01": Command("b")})
    assert isinstance(answers["c01"], MissingLabel)
    assert isinstance(answers["c01"], PortalContradicts)
    assert answers["c01"].retriable


@pytest.mark.parametrize("code", ["OPERATION_TIME_LIMIT", "QUERY_LIMIT_EXCEEDED", "INTERNAL_SERVER_ERROR"])
def test_a_command_that_failed_for_a_while_may_be_tried_again(code):
    portal, _, _ = scripted_portal(batch_of({}, {"c00": {"error": code, "error_description": "…"}}))
    error = portal.batch({"c00": Command("a")})["c00"]
    assert isinstance(error, PortalUnavailable)
    assert error.retriable


@pytest.mark.parametrize("empty", [[], None, "", 0])
def test_a_batch_of_empty_maps_means_that_every_label_is_missing(empty):
    portal, _, _ = scripted_portal(ok({"result": empty, "result_error": empty, "result_time": empty}))
    assert isinstance(portal.batch({"c00": Command("a")})["c00"], MissingLabel)


def test_errors_in_a_list_are_dealt_to_the_labels_left_without_an_answer():
    portal, _, _ = scripted_portal(batch_of({"c01": 1}, [{"error": "insufficient_scope"}, {"error": "ACCESS_DENIED"}]))
    answers = portal.batch({name: Command("m") for name in ("c00", "c01", "c02")})
    assert isinstance(answers["c00"], ScopeMissing)
    assert answers["c01"] == Answer(1)
    assert isinstance(answers["c02"], AccessDenied)


def test_errors_in_a_list_that_fit_several_labels_leave_them_missing():
    portal, _, _ = scripted_portal(batch_of([], [{"error": "ACCESS_DENIED"}]))
    answers = portal.batch({"c00": Command("m"), "c01": Command("m")})
    assert all(isinstance(answer, MissingLabel) for answer in answers.values())


def test_an_answer_and_an_error_under_one_label_is_an_error():
    portal, _, _ = scripted_portal(batch_of({"c00": []}, {"c00": {"error": "ACCESS_DENIED"}}))
    assert isinstance(portal.batch({"c00": Command("m")})["c00"], AccessDenied)


def test_a_batch_holds_fifty_commands_and_no_label_a_portal_would_lose():
    portal, script, _ = scripted_portal(ok())
    with pytest.raises(ValueError, match="51"):
        portal.batch({f"c{n:02}": Command("m") for n in range(51)})
    with pytest.raises(ValueError, match="label"):
        portal.batch({"0": Command("m")})
    assert portal.batch({}) == {}
    assert script.asked == []


# --- answers of a wrong kind


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"ok"',
        b"null",
        b"17",
        b"{}",
        b'{"result": [',
        b"\xff\xfe",
        b"[" * 100_000,
        HTML,
        b'{"time": {}}',
        b"9" * 5000,
    ],
    ids=range(12),
)
def test_an_answer_that_is_no_envelope_is_asked_for_again_and_then_given_up(body):
    portal, script, _ = scripted_portal((200, body))
    with pytest.raises(BrokenAnswer):
        portal.call("profile")
    assert len(script.asked) == 5
    assert script.time.slept == sorted(script.time.slept)


@pytest.mark.parametrize("result", [[], None, "x", [1]])
def test_a_batch_whose_result_is_no_map_is_a_broken_answer(result):
    portal, _, _ = scripted_portal(ok(result))
    with pytest.raises(BrokenAnswer):
        portal.batch({"c00": Command("m")})


@pytest.mark.parametrize("time", [None, [], "soon", {"operating": "much"}, {"operating": 1, "operating_reset_at": []}])
def test_members_of_time_may_be_anything(time):
    portal, _, _ = scripted_portal({"result": 1, "time": time, "next": "x", "total": {}})
    answer = portal.call("profile")
    assert (answer.result, answer.next, answer.total) == (1, None, None)


# --- refusals


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused("NO_AUTH_FOUND", status=401), WebhookRejected),
        (refused("INVALID_CREDENTIALS", status=403), WebhookRejected),
        (refused("invalid_credentials", status=401), WebhookRejected),
        (refused("expired_token", status=401), WebhookRejected),
        (refused("AUTHORIZATION_ERROR", "Unable to authorize user", 401), WebhookRejected),
        (refused("insufficient_scope", status=403), ScopeMissing),
        (refused("INSUFFICIENT_SCOPE", status=401), ScopeMissing),
        (refused("ERROR_METHOD_NOT_FOUND", "Method not found!", 404), MethodMissing),
        (refused("", "Access denied."), AccessDenied),
        (refused(0, "Access denied!"), AccessDenied),
        (refused("0", "Method not found!"), MethodMissing),
        (refused(100, "The request requires higher privileges"), ScopeMissing),
        (refused("ACCESS_DENIED", "Access denied!", 403), AccessDenied),
        (refused("ACCESS_DENIED", "REST is available only by subscription.", 401), RestNotInPlan),
        (refused("PAYMENT_REQUIRED", status=401), RestNotInPlan),
        (refused("PORTAL_DELETED", status=500), PortalGone),
        (refused("PORTAL_DELETED", status=403), PortalGone),
        (refused("INVALID_ARG_VALUE", "Unknown field"), RequestRejected),
        (refused("", "Not found"), RecordMissing),
        (refused("", ""), RequestRejected),
        ((400, {"error": None, "error_description": ["x"]}), RequestRejected),
        (refused("ERROR_CORE", "Access denied"), AccessDenied),
        (refused("A_NEW_CODE", "Your key is too old", 401), WebhookRejected),
        (refused("A_NEW_CODE", "You may not", 403), AccessDenied),
        (refused("", "Not found", 404), RecordMissing),
        (refused("INVALID_ARG_VALUE", "Unknown field 'plan'"), RequestRejected),
        ((401, {}), WebhookRejected),
        ((404, HTML), NotAPortal),
        ((401, HTML), NotAPortal),
        ((200, {"error": "ACCESS_DENIED", "result": []}), AccessDenied),
    ],
)
def test_a_refusal_is_known_by_its_code_in_any_case_and_is_not_asked_again(answer, kind):
    portal, script, _ = scripted_portal(answer)
    with pytest.raises(kind) as caught:
        portal.call("crm.lead.list")
    assert type(caught.value) is kind
    assert len(script.asked) == 1


def test_a_portal_blocked_by_people_is_not_hammered():
    for status in (503, 401):
        portal, script, _ = scripted_portal(refused("OVERLOAD_LIMIT", "REST API is blocked", status))
        with pytest.raises(Overloaded):
            portal.call("profile")
        assert len(script.asked) == 1


def test_every_error_says_what_to_do_in_both_languages():
    portal, _, _ = scripted_portal(refused("insufficient_scope", status=403))
    with pytest.raises(PortalRefused) as caught:
        portal.call("voximplant.statistic.get")
    assert "acme.bitrix24.ru" in str(caught.value)
    assert "отметьте" in str(caught.value)
    assert "tick" in caught.value.text("en")


# --- trying again


@pytest.mark.parametrize(
    "hiccup",
    [
        (500, HTML),
        (502, HTML),
        (504, b""),
        (503, HTML),
        (403, HTML),
        refused("INTERNAL_SERVER_ERROR", status=500),
        refused("ERROR_UNEXPECTED_ANSWER", status=200),
        requests.ConnectionError("reset"),
        requests.ReadTimeout("slow"),
        requests.ConnectTimeout("slow"),
        requests.exceptions.ChunkedEncodingError("cut"),
        requests.exceptions.SSLError("EOF occurred in violation of protocol"),
        (200, b'{"result": [{"ID": "1"'),
        (200, HTML),
    ],
)
def test_what_passes_by_itself_is_waited_out(hiccup):
    portal, script, _ = scripted_portal(hiccup, hiccup, ok("there"))
    assert portal.call("profile").result == "there"
    assert portal.requests_made == 3
    assert script.time.slept == sorted(script.time.slept)
    assert script.bodies == [{}, {}, {}]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (requests.ConnectionError("refused"), Unreachable),
        (requests.ReadTimeout("slow"), TimedOut),
        (requests.exceptions.ChunkedEncodingError("cut"), BrokenAnswer),
        (requests.exceptions.ProxyError("no tunnel"), Unreachable),
        ((500, HTML), ServerFailed),
        (refused("QUERY_LIMIT_EXCEEDED", status=503), RateExceeded),
        (refused("OPERATION_TIME_LIMIT", status=429), OperatingLimit),
        ((429, HTML), OperatingLimit),
    ],
)
def test_what_does_not_pass_is_given_up_within_half_an_hour(failure, kind):
    portal, script, _ = scripted_portal(failure)
    with pytest.raises(kind) as caught:
        portal.call("profile")
    assert caught.value.retriable
    assert 3 <= len(script.asked) <= 20
    assert sum(script.time.slept) < 1800


def test_an_untrusted_certificate_is_not_tried_again():
    failure = requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    portal, script, _ = scripted_portal(failure)
    with pytest.raises(CertificateRejected):
        portal.call("profile")
    assert len(script.asked) == 1


def test_a_full_portal_is_waited_out_for_minutes_with_growing_pauses():
    full = refused("QUERY_LIMIT_EXCEEDED", "Too many requests", 503)
    portal, script, notices = scripted_portal(*[full] * 10, ok("in"))
    assert portal.call("profile").result == "in"
    assert sum(script.time.slept) > 120
    assert {notice.key for notice in notices} == {"portal.trying_again"}


# --- the pace


def test_requests_are_counted_before_they_are_sent_and_never_outrun_the_bucket():
    portal, script, _ = scripted_portal(ok(), requests_per_second=2, burst=50)
    for _ in range(120):
        portal.call("profile")
    for index, moment in enumerate(script.asked_at):
        level = max(index + 1 - first - (moment - script.asked_at[first]) * 2 for first in range(index + 1))
        assert level <= 45 + 1e-6  # a tenth stays free
    assert script.asked_at[44] == script.asked_at[0]
    assert script.asked_at[-1] - script.asked_at[0] == pytest.approx(37.5)


def test_a_failed_request_was_counted_too():
    portal, script, _ = scripted_portal(requests.ConnectionError("no"), ok(), requests_per_second=0.1, burst=1)
    portal.call("profile")
    assert script.asked_at[1] - script.asked_at[0] >= 10


def test_threads_share_one_bucket():
    portal, script, _ = scripted_portal(ok(), requests_per_second=1, burst=1)
    threads = [threading.Thread(target=lambda: [portal.call("profile") for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert portal.requests_made == 40
    assert script.time.now - 1000 >= 39


def test_a_portal_that_says_it_is_full_fills_our_bucket():
    portal, script, _ = scripted_portal(refused("QUERY_LIMIT_EXCEEDED", status=503), ok(), requests_per_second=0.1)
    portal.call("profile")
    portal.call("profile")
    assert script.asked_at[2] - script.asked_at[1] >= 8


# --- the budget of ten minutes


def spending(method_seconds, reset_in, **more):
    return {"operating": method_seconds, "operating_reset_at": 5000 + reset_in, "finish": 5000.0, **more}


def test_a_method_near_its_budget_rests_until_the_portal_resets_it():
    portal, script, notices = scripted_portal(ok(time=spending(409, 90)), ok())
    portal.call("crm.lead.list")
    portal.call("crm.deal.list")
    assert script.time.slept == []
    portal.call("crm.lead.list")
    assert script.time.slept == [91]
    assert [(notice.key, notice.values["method"]) for notice in notices] == [("portal.keeping_budget", "crm.lead.list")]


def test_a_method_below_its_budget_does_not_rest():
    portal, script, _ = scripted_portal(ok(time=spending(407, 90)))
    for _ in range(3):
        portal.call("crm.lead.list")
    assert script.time.slept == []


@pytest.mark.parametrize("charged", ["crm.lead.list", "batch"])
def test_a_batch_is_charged_to_its_methods_and_to_itself(charged):
    time = spending(450, 60)
    heavy = batch_of({"c00": []}, result_time={"c00": time if charged != "batch" else {}})
    heavy["time"] = time if charged == "batch" else {}
    portal, script, _ = scripted_portal(heavy, batch_of({"c00": []}))
    portal.batch({"c00": Command("crm.lead.list")})
    portal.batch({"c00": Command("crm.lead.list" if charged != "batch" else "user.get")})
    assert script.time.slept == [61]


def test_requests_under_way_are_counted_into_the_budget():
    slow = threading.Event()
    entered = threading.Semaphore(0)

    def heavy(request):
        if len(script.asked) > 1:
            entered.release()
            slow.wait(10)
        return ok(time=spending(300, 500, duration=60))

    portal, script, _ = scripted_portal(heavy)
    portal.call("crm.lead.list")
    waits = threading.Event()
    sleep = script.time.sleep

    def watched(seconds):
        waits.set()
        slow.set()
        sleep(seconds)

    portal._sleep = watched
    threads = [threading.Thread(target=portal.call, args=("crm.lead.list",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    # 300 + 60 fits under 408; a second one beside it would not.
    assert waits.wait(10)
    for thread in threads:
        thread.join()
    assert entered.acquire(timeout=1)


def test_a_blocked_method_waits_for_the_reset_its_last_answer_named():
    portal, script, _ = scripted_portal(
        ok(time=spending(100, 200)), refused("OPERATION_TIME_LIMIT", status=429), ok("again")
    )
    portal.call("crm.lead.list")
    assert portal.call("crm.lead.list").result == "again"
    assert script.time.slept == [201]


def test_a_blocked_method_without_a_known_reset_waits_for_the_next_minute():
    portal, script, _ = scripted_portal(refused("OPERATION_TIME_LIMIT", status=429), ok("again"))
    assert portal.call("crm.lead.list").result == "again"
    assert script.time.slept == [60]


def test_a_command_blocked_inside_a_batch_holds_back_its_method_alone():
    blocked = batch_of({}, {"c00": {"error": "OPERATION_TIME_LIMIT"}})
    portal, script, _ = scripted_portal(blocked, ok(), batch_of({"c00": 1}))
    portal.batch({"c00": Command("crm.lead.list")})
    portal.call("user.get")
    assert script.time.slept == []
    assert portal.batch({"c00": Command("crm.lead.list")})["c00"] == Answer(1)
    assert script.time.slept == [60]


def test_a_portal_that_does_not_report_its_budget_is_asked_without_rest():
    portal, script, _ = scripted_portal({"result": 1})
    for _ in range(5):
        portal.call("crm.lead.list")
    assert script.time.slept == []


def test_a_sum_without_a_reset_is_believed_when_it_falls():
    portal, script, _ = scripted_portal(ok(time={"operating": 470}), ok(time={"operating": 20}))
    for _ in range(4):
        portal.call("crm.lead.list")
    assert script.time.slept == [61]


def test_an_answer_that_was_overtaken_does_not_lower_the_sum():
    portal, script, _ = scripted_portal(ok())
    portal._budget.charge("crm.lead.list", [spending(420, 90)])
    portal._budget.charge("crm.lead.list", [spending(120, 90)])
    portal.call("crm.lead.list")
    assert script.time.slept == [91]


# --- redirects


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_renamed_portal_is_followed_with_the_body_kept_and_remembered(status):
    portal, script, notices = scripted_portal(moved(f"https://new.bitrix24.ru{PATH}/profile", status), ok(1), ok(2))
    assert portal.call("profile", {"a": 1}).result == 1
    assert portal.call("scope").result == 2
    assert script.urls == [
        f"{WEBHOOK}profile",
        f"https://new.bitrix24.ru{PATH}/profile",
        f"https://new.bitrix24.ru{PATH}/scope",
    ]
    assert script.bodies[:2] == [{"a": 1}, {"a": 1}]
    assert [request.method for request in script.asked] == ["POST"] * 3
    assert (portal.host, portal.renamed_from) == ("new.bitrix24.ru", "acme.bitrix24.ru")
    assert portal.origin == "https://new.bitrix24.ru"
    assert [notice.key for notice in notices] == ["portal.renamed"]


@pytest.mark.parametrize(
    "location",
    [
        f"http://new.bitrix24.ru{PATH}/profile",
        f"http://127.0.0.1{PATH}/profile",
        f"ftp://new.bitrix24.ru{PATH}/profile",
        f"javascript://new.bitrix24.ru{PATH}/profile",
        f"https://user:word@new.bitrix24.ru{PATH}/profile",
        f"https://{SECRET}.evil.example{PATH}/profile",
        f"https://straße.bitrix24.ru{PATH}/profile",
        "https://evil.example/",
        "https://new.bitrix24.ru/rest/7/another/profile",
        "https://new.bitrix24.ru/auth/",
        "/auth/?login=yes",
        "https://[broken/",
        "https://new.bitrix24.ru:port/",
    ],
)
def test_the_webhook_is_never_sent_to_an_unprotected_or_another_address(location):
    portal, script, _ = scripted_portal(moved(location), ok())
    with pytest.raises(RedirectedAway):
        portal.call("profile")
    assert script.urls == [f"{WEBHOOK}profile"]
    assert portal.renamed_from is None


@pytest.mark.parametrize("location", ["", f"https://acme.bitrix24.ru{PATH}/profile", f"{PATH}/profile"])
def test_a_redirect_to_itself_ends(location):
    portal, script, _ = scripted_portal(moved(location))
    with pytest.raises(RedirectedAway):
        portal.call("profile")
    assert len(script.asked) == 1


def test_a_redirect_in_a_circle_ends_and_leaves_the_portal_where_it_was():
    there, back = f"https://b.bitrix24.ru{PATH}/profile", f"{WEBHOOK}profile"
    portal, script, notices = scripted_portal(moved(there), moved(back), moved(there))
    with pytest.raises(RedirectedAway):
        portal.call("profile")
    assert len(script.asked) == 2
    assert portal.host == "acme.bitrix24.ru"
    assert notices == []


def test_a_chain_of_ever_new_hosts_ends():
    def onward(request):
        return moved(f"https://h{len(script.asked)}.bitrix24.ru{PATH}/profile")

    portal, script, _ = scripted_portal(onward)
    with pytest.raises(RedirectedAway):
        portal.call("profile")
    assert len(script.asked) == 5


@pytest.mark.parametrize(
    ("home", "target"),
    [
        ("acme.bitrix24.ru", "new.bitrix24.ru"),
        ("crm.acme.ru", "acme.ru"),
        ("acme.ru", "crm.office.acme.ru:8443"),
        ("crm.acme.co.uk", "portal.acme.co.uk"),
        ("crm.витрина.рф", "xn--80adsazqn.xn--p1ai"),
        ("10.0.0.5", "10.0.0.5:8443"),
        ("[fd00::5]", "[fd00::5]:8443"),
        ("crm", "crm:8443"),
    ],
)
def test_a_redirect_is_followed_within_the_portals_own_domain(home, target):
    portal, _, _ = scripted_portal(moved(f"https://{target}{PATH}/profile"), ok(1), webhook=f"https://{home}{PATH}/")
    assert portal.call("profile").result == 1
    assert portal.host == target


@pytest.mark.parametrize(
    ("home", "target"),
    [
        ("acme.bitrix24.ru", "acme.bitrix24.com"),
        ("acme.bitrix24.ru", "acmebitrix24.ru"),
        ("acme.bitrix24.ru", "acme.bitrix24.ru.evil.ru"),
        ("acme.ru", "evil.ru"),
        ("acme.co.uk", "evil.co.uk"),
        ("acme.duckdns.org", "evil.duckdns.org"),
        ("acme.ru", "10.0.0.5"),
        ("acme.ru", "localhost"),
        ("10.0.0.5", "10.0.0.6"),
        ("10.0.0.5", "010.0.0.5"),
        ("10.0.0.5", "acme.ru"),
        ("[fd00::5]", "[fd00::6]"),
        ("crm", "crm.acme.ru"),
        ("crm", "mail"),
        ("co.uk", "evil.co.uk"),
    ],
)
def test_the_webhook_does_not_leave_the_portals_own_domain(home, target):
    webhook = f"https://{home}{PATH}/"
    portal, script, _ = scripted_portal(moved(f"https://{target}{PATH}/profile"), ok(), webhook=webhook)
    with pytest.raises(RedirectedAway) as refused:
        portal.call("profile")
    assert refused.value.message.key == "portal.redirected_elsewhere"
    assert script.urls == [f"{webhook}profile"]


def test_a_loopback_portal_may_send_on_to_loopback():
    portal, _, _ = scripted_portal(
        moved(f"http://127.0.0.1:9001{PATH}/profile"), ok(1), webhook=f"http://localhost:9000{PATH}/"
    )
    assert portal.call("profile").result == 1
    assert portal.origin == "http://127.0.0.1:9001"


# --- a webhook as people paste it


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://acme.bitrix24.ru/rest/7/{SECRET}/",
        f"https://acme.bitrix24.ru/rest/7/{SECRET}",
        f"https://acme.bitrix24.ru/rest/7/{SECRET}/profile.json",
        f"https://acme.bitrix24.ru/rest/7/{SECRET}/crm.deal.list.json?start=0#top",
        f"  https://acme.bitrix24.ru/rest/7/{SECRET}/ \n",
        f'"https://acme.bitrix24.ru/rest/7/{SECRET}/"',
        f"https://acme.bitrix24.ru/rest/7/\n {SECRET}/",
        f"https://acme.bitrix24.ru//rest/7//{SECRET}//",
        f"https://acme.bitrix24.ru/rest/api/7/{SECRET}/",
        f"HTTPS://ACME.bitrix24.ru:443/rest/7/{SECRET}/",
        f"acme.bitrix24.ru/rest/7/{SECRET}/",
    ],
)
def test_a_webhook_is_understood_as_people_paste_it(pasted):
    portal, script, _ = scripted_portal(ok(), webhook=pasted)
    portal.call("profile")
    assert script.urls == [f"{WEBHOOK}profile"]
    assert portal.origin == "https://acme.bitrix24.ru"


@pytest.mark.parametrize(
    ("pasted", "says"),
    [
        ("", "пуст"),
        ("   ", "пуст"),
        (f"https://acme.bitrix24.ru/rest/{SECRET}/", "номера сотрудника"),
        (f"https://acme.bitrix24.ru/rest/{SECRET}/profile.json", "номера сотрудника"),
        ("https://acme.bitrix24.ru/rest/7/", "нет ключа"),
        ("https://acme.bitrix24.ru/rest/7/profile.json", "нет ключа"),
        ("https://acme.bitrix24.ru/", "не адрес вебхука"),
        (f"http://acme.bitrix24.ru/rest/7/{SECRET}/", "https://"),
        (f"http://localhost.evil.example/rest/7/{SECRET}/", "https://"),
        (f"ftp://acme.bitrix24.ru/rest/7/{SECRET}/", "https://"),
        (f"https://me:word@acme.bitrix24.ru/rest/7/{SECRET}/", "имя портала"),
        (f"https:///rest/7/{SECRET}/", "имя портала"),
        (f"https://acme:port/rest/7/{SECRET}/", "имя портала"),
        (f"https://[acme/rest/7/{SECRET}/", "имя портала"),
    ],
)
def test_what_is_no_webhook_is_refused_with_the_part_that_is_missing(pasted, says):
    with pytest.raises(WebhookMalformed, match=says) as caught:
        Portal(SecretStr(pasted))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1:8509", "localhost:8509", "[::1]:8509", "127.8.8.8"])
def test_plain_http_is_for_this_machine_alone(host):
    portal = Portal(SecretStr(f"http://{host}/rest/1/{SECRET}/"))
    assert portal.origin == f"http://{host}"


def test_a_host_no_request_can_be_sent_to_is_a_wrong_webhook():
    portal, _, _ = scripted_portal(requests.exceptions.InvalidURL("bad label"))
    with pytest.raises(WebhookMalformed):
        portal.call("profile")


def test_a_proxy_is_not_asked_for_a_portal_on_this_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    portal, _, _ = scripted_portal(ok(), webhook=f"http://127.0.0.1:8509/rest/1/{SECRET}/")
    assert not portal._session.trust_env


def test_cookies_of_a_portal_are_not_sent_back():
    portal, script, _ = scripted_portal((200, b'{"result": 1}', {"Set-Cookie": "PHPSESSID=1; path=/"}))
    portal.call("profile")
    portal.call("profile")
    assert Counter("Cookie" in request.headers for request in script.asked) == {False: 2}
