"""What can go wrong with a portal, switched on one by one. All by counters and a clock that can be given, and lies by a
seed that is given: nothing that cannot be repeated."""

from collections import Counter, deque
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field

from demo.lies import Lies

Hits = Container[int]  # numbers counted from 1: a set of them, or a range ("every tenth": range(10, 10**9, 10))

NEVER: Hits = frozenset()


@dataclass(frozen=True)
class Faults:
    """Switches of a `DemoPortal`; without any it behaves.

    `Hits` count HTTP requests to /rest/ where nothing else is stated.
    """

    latency: float = 0.0
    """Seconds before each answer."""
    page_work: float = 0.0
    """Seconds of work a list command is: waited for before the answer, charged to its method where that has a limit."""
    count_work: float = 0.0
    """… and more where it also counts, which every `start` but -1 asks for."""
    at_once: int | None = None
    """How many requests are worked at at once, the others queueing; None: all that come."""
    rate: tuple[float, int] | None = None
    """A leaky bucket (leak a second, ceiling): above it 503 QUERY_LIMIT_EXCEEDED."""
    operating_limit: float | None = None
    """Seconds of one method in ten minutes: above it OPERATION_TIME_LIMIT, 429 or inside the batch."""
    operating_cost: float = 0.0
    """Seconds each command is said to have taken (batch charges its commands, itself nothing)."""
    operating_on_batch: bool = False
    """The budget is charged to the method `batch`, whose sum stands in every result_time."""
    refuse: Hits = NEVER
    """These requests are answered ``refuse_status`` with ``refuse_error``."""
    refuse_status: int = 503
    refuse_error: str = "QUERY_LIMIT_EXCEEDED"
    cut: Hits = NEVER
    """The body breaks off in the middle and the connection closes."""
    html: Hits = NEVER
    """An HTML page in place of JSON, with ``html_status``."""
    html_status: int = 200
    drop_label: Hits = NEVER
    """Batches (counted alone) whose middle label stands neither in result nor in result_error."""
    empty_batch: Hits = NEVER
    """Batches (counted alone) answered HTTP 200 with every map empty."""
    blank_batch: Hits = NEVER
    """Batches (counted alone) whose commands are all answered with an empty list."""
    ascending_only: bool = False
    """Lists ignore a descending order."""
    no_offset: Container[str] = frozenset()
    """Tables whose lists ignore `start`, and say all the same that they go on."""
    failed: Mapping[str, Hits] = field(default_factory=dict)
    """Commands of a method (counted for each method) that fail with ``failed_error``."""
    failed_error: str = "INTERNAL_SERVER_ERROR"
    moved_to: str | None = None
    """Origin of the portal this one was renamed to: every request is answered 302 to it."""
    missing_scopes: Container[str] = frozenset()
    """Scopes not ticked: crm, user, department, telephony."""
    missing_scope_error: str = "ERROR_METHOD_NOT_FOUND"
    """… or "insufficient_scope"."""
    no_leads: bool = False
    """The portal works in simple mode, without leads."""
    current_funnel_only: bool = False
    """Stage history gives only the entries of the funnel a deal is in now, as some portals do."""
    hidden: Mapping[str, Container[int]] = field(default_factory=dict)
    """Ids of a table that the webhook's owner may not see (any more)."""
    short_pages: Hits = NEVER
    """List commands (counted alone) that give ``short_length`` rows though more follow."""
    short_length: int = 30
    lies: Lies | None = None
    """Pages of lists that are spoilt at random, see `Lies`."""
    batch_length: int = 50
    """Commands a batch may have: those beyond are refused by ERROR_BATCH_LENGTH_EXCEEDED."""
    batch_too_long: bool = False
    """… as the whole request is then."""
    slow_body: Hits = NEVER
    """The body comes in ten pieces over ``slow_seconds``."""
    slow_seconds: float = 1.0


class Counters:
    """What a portal has counted so far, and the two limits that remember.

    ``budget_speed`` shows the operating budget in fast motion: a second of work counts for so many, and its ten minutes
    pass as many times faster.
    """

    def __init__(self, clock: Callable[[], float], budget_speed: float = 1.0) -> None:
        self.hits = 0
        self.batches = 0
        self.lists = 0
        self.counts: Counter[str] = Counter()  # by table
        self.work = 0.0
        self.commands: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self._speed = budget_speed
        self._clock = clock
        self._level = 0.0
        self._leaked_at = clock()
        self._spent: dict[str, deque[tuple[int, float]]] = {}

    def over_rate(self, rate: tuple[float, int]) -> bool:
        """Pour one request into the leaky bucket; whether it ran over."""
        leak, ceiling = rate
        moment = self._clock()
        self._level = max(0.0, self._level - (moment - self._leaked_at) * leak)
        self._leaked_at = moment
        if self._level + 1 > ceiling:
            return True
        self._level += 1
        return False

    def operating(self, method: str) -> float:
        """Seconds of the method in the sliding ten minutes, kept in ten buckets of a minute."""
        minute = int(self._budget_clock() // 60)
        spent = self._spent.setdefault(method, deque())
        while spent and spent[0][0] <= minute - 10:
            spent.popleft()
        return sum(seconds for _, seconds in spent)

    def charge(self, method: str, seconds: float) -> None:
        """Add a command's seconds to the budget of its method."""
        minute = int(self._budget_clock() // 60)
        spent = self._spent.setdefault(method, deque())
        seconds *= self._speed
        if spent and spent[-1][0] == minute:
            seconds += spent.pop()[1]
        spent.append((minute, seconds))

    def resets_in(self, method: str) -> float:
        """Seconds until the oldest minute of the method's budget drops out."""
        spent = self._spent.get(method)
        left = max(0.0, (spent[0][0] + 10) * 60 - self._budget_clock()) if spent else 600.0
        return left / self._speed

    def _budget_clock(self) -> float:
        return self._clock() * self._speed
