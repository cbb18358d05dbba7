"""Under which conditions a portal answers, and which cases are measured under each."""

from dataclasses import dataclass

PAGE_SECONDS = 0.10
COUNT_SECONDS = 0.15
REQUEST_SECONDS = 0.15
RATE = (2.0, 50)  # requests that leak away a second, requests that fit in
OPERATING_SECONDS = 480.0
BUDGET_SPEED = 30.0

DEALS = "deals"
ACTIVITIES = "activities"

VITRINA = "vitrina"
WIDE = "vitrina_wide"
PEERS = ("fast_bitrix24", "b24pysdk", "b24api")
IN_FLIGHT = {VITRINA: 2, WIDE: 16}


@dataclass(frozen=True)
class Conditions:
    """What a portal's answers cost, in seconds, and what it refuses; ``title`` and ``text`` are for the document."""

    name: str
    title: str
    text: str
    page_work: float = PAGE_SECONDS
    count_work: float = COUNT_SECONDS
    latency: float = REQUEST_SECONDS
    at_once: int | None = None
    rate: tuple[float, int] | None = None
    operating_limit: float | None = None
    budget_speed: float = 1.0
    failing_every: int | None = None


@dataclass(frozen=True)
class Case:
    """One run: ``rows`` of ``table`` pulled by ``client``. ``alone``: it needs a core, so nothing runs beside it."""

    conditions: Conditions
    table: str
    rows: int
    client: str
    alone: bool = False


QUEUE = Conditions(
    "queue",
    "one at a time",
    "The portal works at one request at a time, the others queue; nothing is refused.",
    at_once=1,
)
OPEN = Conditions("open", "all at once", "The portal works at every request at once; nothing is refused.")
LIMITS = Conditions(
    "limits",
    "Bitrix24's limits",
    "As all at once, but more than 50 requests and 2 a second are refused (503), and so is a method that has worked "
    "for 480 s within 10 minutes (429, or an error inside the batch).",
    rate=RATE,
    operating_limit=OPERATING_SECONDS,
)
RATED = Conditions(
    "rate", "50 + 2/s", "As all at once, but more than 50 requests and 2 a second are refused (503).", rate=RATE
)
BUDGET = Conditions(
    "budget",
    "480 s budget, 30×",
    "As all at once, with the 480 s in 10 minutes in fast motion: each second of work counts for 30, 10 minutes pass "
    "in 20 s, and the portal tells sums and resets accordingly. 20 000 deals meet it as 600 000 would a real one; but "
    "a client that gives up after a minute outlasts 20 s here, and would not outlast 10 minutes.",
    operating_limit=OPERATING_SECONDS,
    budget_speed=BUDGET_SPEED,
)
FAILING = Conditions(
    "failing",
    "1 % failures",
    "The portal answers as fast as it can, and every hundredth list command fails with INTERNAL_SERVER_ERROR.",
    page_work=0.0,
    count_work=0.0,
    latency=0.0,
    failing_every=100,
)
FREE = Conditions(
    "free",
    "no cost",
    "The portal answers as fast as it can: for memory and completeness. Seconds are those of the client's own pace, "
    "which Vitrina keeps at 50 requests and 2 a second.",
    page_work=0.0,
    count_work=0.0,
    latency=0.0,
)
EVERY_CONDITIONS = (QUEUE, OPEN, LIMITS, RATED, BUDGET, FAILING, FREE)


def every_case() -> list[Case]:
    """All that is measured, in the order of the document."""
    everybody = (VITRINA, *PEERS)
    cases = [Case(QUEUE, DEALS, rows, client) for rows in (20_000, 100_000) for client in everybody]
    cases += [Case(OPEN, DEALS, 100_000, client, alone=client in _GREEDY) for client in (VITRINA, *_GREEDY)]
    for conditions, rows in ((LIMITS, 100_000), (LIMITS, 300_000), (RATED, 300_000)):
        cases += [Case(conditions, DEALS, rows, client, alone=client in _GREEDY) for client in everybody]
    cases += [Case(conditions, DEALS, 20_000, client) for conditions in (BUDGET, FAILING) for client in everybody]
    return [*cases, Case(FREE, DEALS, 300_000, VITRINA), Case(FREE, ACTIVITIES, 1_000_000, VITRINA)]


_GREEDY = (WIDE, "fast_bitrix24")  # they ask for so much at once that the portal's own process is busy
