"""Turns at hosts, shared by all processes of a PostgreSQL: one statement takes a turn or says how long to wait.

All times are the server's, so that clocks of machines may differ. Who dies inside is forgotten after `hold` seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from db.store import Tx

_LIVE = (
    "(SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(t.inside) AS e "
    "WHERE e.value::double precision > extract(epoch FROM clock_timestamp()))"
)
_SPACING = "make_interval(secs => cast(:spacing AS double precision))"
_MINE = (
    "jsonb_build_object(cast(:token AS text), extract(epoch FROM clock_timestamp()) + cast(:hold AS double precision))"
)
_TAKE = text(
    "WITH rest AS (SELECT extract(epoch FROM until - clock_timestamp()) AS seconds FROM cooldown "
    "WHERE host = :host AND until > clock_timestamp()), "
    "took AS (INSERT INTO host_turn AS t (host, next_at, inside) "
    f"SELECT cast(:host AS text), clock_timestamp() + {_SPACING}, {_MINE} WHERE NOT EXISTS (SELECT 1 FROM rest) "
    "ON CONFLICT (host) DO UPDATE SET next_at = excluded.next_at, "
    f"inside = {_LIVE} || excluded.inside "
    "WHERE t.next_at <= clock_timestamp() "
    f"AND (SELECT count(*) FROM jsonb_object_keys({_LIVE})) < :most RETURNING 1) "
    "SELECT (SELECT count(*) FROM took) AS took, coalesce((SELECT seconds FROM rest), 0) AS rest, "
    "coalesce((SELECT extract(epoch FROM next_at - clock_timestamp()) FROM host_turn WHERE host = :host), 0) AS wait"
)
_HOLD = text(f"UPDATE host_turn AS t SET inside = t.inside || {_MINE} WHERE host = :host AND t.inside ? :token")
_LEAVE = text(
    "UPDATE host_turn AS t SET inside = t.inside - cast(:token AS text), "
    f"next_at = greatest(next_at, clock_timestamp() + {_SPACING}) WHERE host = :host AND t.inside ? :token"
)
_REST = text(
    "INSERT INTO cooldown AS c (host, until, reason, step, since) "
    "VALUES (:host, clock_timestamp() + make_interval(secs => cast(:seconds AS double precision)), :reason, 0, "
    "clock_timestamp()) ON CONFLICT (host) DO UPDATE SET until = greatest(c.until, excluded.until)"
)
_FORGET = text("DELETE FROM host_turn WHERE next_at < clock_timestamp() - interval '1 hour'")


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to asking for a turn: `taken`, or how many seconds to `wait`; or the host rests for so many."""

    taken: bool
    wait: float = 0.0
    rest: float = 0.0


def take(tx: Tx, host: str, token: str, *, spacing: float, most: int, hold: float) -> Turn:
    """Take a turn at `host` when the last start is `spacing` seconds ago and fewer than `most` are inside."""
    wish = {"host": host, "token": token, "spacing": spacing, "most": most, "hold": hold}
    row = tx.execute(_TAKE, wish).one()
    return Turn(bool(row.took), max(0.0, float(row.wait)), float(row.rest))


def hold_on(tx: Tx, host: str, token: str, hold: float) -> None:
    """Stay inside for `hold` seconds from now."""
    tx.execute(_HOLD, {"host": host, "token": token, "hold": hold})


def leave(tx: Tx, host: str, token: str, spacing: float) -> None:
    """Leave: the next may start `spacing` seconds from now.

    Counted from the end, because what was sent has reached the host by then, however late it left this machine.
    """
    tx.execute(_LEAVE, {"host": host, "token": token, "spacing": spacing})


def rest(tx: Tx, host: str, seconds: float, reason: str) -> None:
    """Nobody goes to `host` for so long; the longest wish counts."""
    tx.execute(_REST, {"host": host, "seconds": seconds, "reason": reason})


def forget(tx: Tx) -> None:
    """Forget hosts nobody went to for an hour."""
    tx.execute(_FORGET)
