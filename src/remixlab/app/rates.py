"""Rate limits: how often one account, and one address, may ask for what is expensive."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Final, cast

from limits import RateLimitItem, parse
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from remixlab.app.settings import Settings
from remixlab.app.stopwatch import SystemClock
from remixlab.domain.errors import InvalidSetting, RateLimited, StoreUnavailable
from remixlab.stores.sql import SqlWork

RATES: Final[Mapping[str, str]] = {
    "preview": "240/minute",
    "plan": "240/minute",
    "remix": "120/hour",
    "upload": "600/hour",
    "verify": "30/minute",
    "binding": "120/minute",
    "identify": "30/minute",
    "stems": "20/minute",
    "hear": "60/minute",
    "sign_in": "10/minute",
    "ceremony": "120/minute",
    "sign_up": "20/hour",
    "letter": "6/hour",
    "invitation": "60/hour",
}
"""What one account may ask for, unless the settings say otherwise.

`sign_in` and `letter` count the account that is named, whether there is one or not; `ceremony` is what begins or ends
without a password: passkeys, links, visits to a provider.
"""
ADDRESS_FACTOR: Final = 4
"""Behind one address there may be a household, an office or a train."""


class Rates:
    """Counts in windows. Where the counting itself fails, whoever asks is let through: bounds protect the service, and
    a service that answers nobody is not protected.
    """

    def __init__(self, rates: Mapping[str, RateLimitItem], storage: Storage) -> None:
        self._rates = rates
        self._windows = FixedWindowRateLimiter(storage)

    def spend(self, what: str, *, account: str | None = None, address: str | None = None) -> None:
        """Count one request for something, for the account and for the address it comes from. Raises: RateLimited."""
        rate = self._rates.get(what)
        if rate is None:
            return
        wider = type(rate)(rate.amount * ADDRESS_FACTOR, rate.multiples, rate.namespace)
        asked = [(rate, "account", account), (wider if account else rate, "address", address)]
        for limit, kind, who in asked:
            if who is not None:
                self._count(limit, what, kind, who)

    def _count(self, limit: RateLimitItem, what: str, kind: str, who: str) -> None:
        try:
            if self._windows.hit(limit, what, kind, who):
                return
            until = self._windows.get_window_stats(limit, what, kind, who).reset_time
        except StoreUnavailable:
            return
        later = max(1, ceil(until - _now()))
        raise RateLimited("You ask for this too often.", hint=f"Ask again in {later} seconds.", retry_after_s=later)


class WorkStorage(Storage):
    """Counters in the database that the processes share."""

    STORAGE_SCHEME = None

    def __init__(self, work: SqlWork) -> None:
        super().__init__(uri=None, wrap_exceptions=False)
        self._work = work

    @property
    def base_exceptions(self) -> type[Exception]:
        return StoreUnavailable

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return self._work.count(key, amount, expiry)[0]

    def get(self, key: str) -> int:
        return self._work.counted(key)[0]

    def get_expiry(self, key: str) -> float:
        return _now() + self._work.counted(key)[1]

    def check(self) -> bool:
        try:
            self._work.counted("")
        except StoreUnavailable:
            return False
        return True

    def reset(self) -> int | None:
        self._work.reset()
        return None

    def clear(self, key: str) -> None:
        self._work.reset(key)


def open_rates(settings: Settings) -> Rates:
    """The bounds that the settings say, counted where they say. Raises: InvalidSetting."""
    return Rates(read_rates(settings.rates), _storage(settings))


def read_rates(said: str) -> dict[str, RateLimitItem]:
    """The defaults, with what is said otherwise. Raises: InvalidSetting."""
    if said.strip() == "off":
        return {}
    rates = dict(RATES)
    for part in filter(None, (part.strip() for part in said.split(","))):
        name, _, rate = part.partition("=")
        if name.strip() not in RATES:
            raise _unusable(f"'{name.strip()}' has no rate", f"Choose among {', '.join(RATES)}.")
        rates[name.strip()] = rate.strip()
    try:
        return {name: parse(rate) for name, rate in rates.items() if rate != "off"}
    except ValueError as wrong:
        raise _unusable("a rate cannot be read", "Write it like 60/minute.") from wrong


def _storage(settings: Settings) -> Storage:
    url = settings.rates_url or ("database" if settings.jobs_url.startswith("postgresql") else "memory://")
    if url == "database":
        return WorkStorage(SqlWork(settings.work_url))
    try:
        return cast(Storage, storage_from_string(url))
    except Exception as wrong:
        raise _unusable("the place where requests are counted cannot be used", "Look at REMIXLAB_RATES_URL.") from wrong


def _now() -> float:
    """The time that windows are counted in. Unit: seconds since 1970."""
    return SystemClock().now().timestamp()


def _unusable(what: str, hint: str) -> InvalidSetting:
    return InvalidSetting(f"REMIXLAB_RATES: {what}", hint=hint)
