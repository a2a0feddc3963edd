"""What came of asking for a talk's transcript: the class, the reason, when to try again, and the sentence for people.

Six failures of YouTube and Bilibili look like "there are no captions" (a player that was refused, a captcha, an answer
for another video, a token that was wanted, no login, an announced talk). So `none` is said only with proof: a player
answered, it is no live talk, and nothing suspicious was said on the way. Everything else is `unsure`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.core.captions import Captions
from tracker.core.talks import BILIBILI, SITE_NAMES, Facts, Track
from tracker.core.text import clean_line, clock


class Outcome(StrEnum):
    """The class of what came. Closed: the face shows these words."""

    OK = "ok"
    DOUBT = "doubt"  # captions came, but they may belong to another talk
    PENDING = "pending"  # announced, live, or just ended
    NONE_YET = "none-yet"  # it plays without captions and is young
    NONE = "none"  # it plays without captions, proven
    BLOCKED = "blocked"  # the site refuses this address for now
    UNSURE = "unsure"  # it could not be found out
    LOCKED = "locked"  # needs a sign-in, a country, a payment
    GONE = "gone"  # the talk is not there


HAS_TEXT = frozenset((Outcome.OK, Outcome.DOUBT))


@dataclass(frozen=True, slots=True)
class Fetched:
    """One caption file that was asked for. `error` "" = `body` came whole; `status` 0 = no answer."""

    track: Track
    body: bytes = b""
    status: int = 200
    error: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """All that came of asking for a talk. `facts` None: nothing was learned of it."""

    site: str
    facts: Facts | None = None
    tracks: tuple[Track, ...] = ()
    fetched: tuple[Fetched, ...] = ()
    said: tuple[str, ...] = ()  # warnings and errors, in order
    ended: str = ""  # why the asking was cut short: deadline, died, resting
    tool: str = ""  # version of what asked
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """The class and its reason, a few words."""

    outcome: Outcome
    why: str = ""


def _table(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.I), why) for pattern, why in rows)


_BLOCKED = _table(
    (r"not a bot", "asks to prove one is not a robot"),
    (r"HTTP Error 429|too many requests", "too many requests (429)"),
    (r"rate-limit|rate limit|isn.t available, try again later", "the hourly limit is reached"),
    (r"captcha|unusual traffic", "asks for a captcha"),
    (r"HTTP Error 412|\b-?412\b|\b-?352\b|安全风控", "refuses requests from here (412)"),
    (r"Skipping player responses|player responses are invalid|IP is likely being blocked", "answers for another video"),
    (r"PO.?Token", "wants a proof-of-origin token"),
    (r"HTTP Error 403", "refuses the request (403)"),
)
_LOCKED = _table(
    (r"members.only|join this channel|supporter-only|充电专属", "members only"),
    (r"confirm your age|age.restricted|inappropriate for some users", "age check"),
    (r"in your country|geo.restrict(?!ed\. You might)|not available from your location|地区", "not in this country"),
    (r"premium|requires payment|\brent(?:al)?\b|purchase|大会员", "paid"),
    (
        r"only available when logged in|login required|need to log in|for registered users|访问权限不足",
        "sign-in wanted",
    ),
)
_GONE = _table(
    (r"private video|this video is private", "private"),
    (r"terminated|account .{0,40}closed", "account terminated"),
    (r"removed|deleted|啥都木有|稿件不可见", "removed"),
    (r"video (?:is )?(?:un|not )available|no longer available|does not exist|video is unavailable", "unavailable"),
)
_WAITING = _table(
    (r"premieres? in|premieres? (?:will )?begin", "premiere"),
    (r"live event (?:will begin|has ended)|will begin in|offline|live stream recording", "live"),
)
_NETWORK = re.compile(
    r"timed? ?out|connection|reset|refused|getaddrinfo|resolve|HTTP Error 5\d\d|IncompleteRead|incomplete|proxy|ssl|"
    r"certificate|"
    r"unreachable|transport|remote end closed|not public|not on the list|no further request", re.I
)  # fmt: skip
# Said on good answers too; each was seen beside captions that came. Anything else is suspicious.
_HARMLESS = re.compile(
    r"JavaScript runtime|ffmpeg|impersonat|SABR|missing a URL|nsig|signature solving|n challenge|challenge solving|"
    r"Only images are available|Some formats may be missing|No video formats found|Requested format|GVS PO Token|"
    r"(?:https?|hls|dash) formats require|forcing SABR|ejs|deno|skipped\b.{0,40}\bclient .{0,40}cookies", re.I
)  # fmt: skip
YOUNG = timedelta(days=7)
SHORTEST, LONGEST = 0.2, 1.2  # of the duration: where the last line of the right talk lies


def judge(asked: Asked, read: Captions | None, now: datetime) -> Judgement:
    """The class of what came; `read`: the first caption file, when one came."""
    if read is not None and not read.problem:
        return _doubt(asked.facts, read)
    if asked.ended:
        return Judgement(Outcome.UNSURE, asked.ended)
    said = "\n".join(asked.said)
    if asked.fetched:
        found = _no_captions_came(asked.fetched[0], read, said)
        one_of_many = found.outcome is Outcome.BLOCKED and asked.site not in SITE_NAMES  # does not speak for all hosts
        return Judgement(Outcome.UNSURE, found.why) if one_of_many else found
    for table, outcome in ((_BLOCKED, Outcome.BLOCKED), (_LOCKED, Outcome.LOCKED), (_GONE, Outcome.GONE)):
        if why := _first(table, _without_harmless(asked.said) if outcome is Outcome.BLOCKED else said):
            return Judgement(outcome, why)
    return _no_track(asked, said, now)


def _first(table: Sequence[tuple[re.Pattern[str], str]], said: str) -> str:
    return next((why for pattern, why in table if pattern.search(said)), "")


def _without_harmless(said: Sequence[str]) -> str:
    return "\n".join(line for line in said if not _HARMLESS.search(line) or "HTTP Error" in line)


def _doubt(facts: Facts | None, read: Captions) -> Judgement:
    """Captions came; whether they end about where the talk does."""
    last, length = read.segments[-1].end, facts.duration if facts else 0.0
    if length and last and not SHORTEST * length <= last <= max(LONGEST * length, length + 10):
        return Judgement(Outcome.DOUBT, doubt_of(last, length))
    return Judgement(Outcome.OK)


def doubt_of(last: float, length: float) -> str:
    """Why captions may be another talk's."""
    return f"its last line is at {clock(last)}, the talk lasts {clock(length)}"


def _no_captions_came(first: Fetched, read: Captions | None, said: str) -> Judgement:
    """A track is there, but its file did not come or holds none."""
    if first.error:
        text = f"{first.error}\n{said}" if not first.status else first.error
        if first.status in (429, 412, 403) or _first(_BLOCKED, text):
            return Judgement(Outcome.BLOCKED, _first(_BLOCKED, text) or f"refuses the captions ({first.status})")
        return Judgement(Outcome.UNSURE, f"the captions did not come: {clean_line(first.error, 160)}")
    problem = read.problem if read else "unread"
    if problem == "empty":
        return Judgement(Outcome.BLOCKED, "gives an empty caption file")
    if problem == "captcha":
        return Judgement(Outcome.BLOCKED, "asks for a captcha")
    return Judgement(Outcome.UNSURE, f"the caption file could not be read ({problem})")


def _no_track(asked: Asked, said: str, now: datetime) -> Judgement:
    facts = asked.facts
    waiting = _first(_WAITING, said)
    if facts is not None and facts.live in ("is_upcoming", "is_live", "post_live"):
        words = {"is_upcoming": waiting or "announced", "is_live": "live", "post_live": "just ended"}
        return Judgement(Outcome.PENDING, words[facts.live])
    if waiting:
        return Judgement(Outcome.PENDING, waiting)
    suspicious = [line for line in asked.said if not _HARMLESS.search(line)]
    if suspicious:
        kind = "not reached" if _NETWORK.search("\n".join(suspicious)) else "not understood"
        return Judgement(Outcome.UNSURE, f"{kind}: {clean_line(suspicious[0], 160)}")
    if facts is None or not facts.playable:
        return Judgement(Outcome.UNSURE, "no player answered")
    if asked.site == BILIBILI and not facts.published:
        return Judgement(Outcome.UNSURE, "no date was given")
    young = facts.published is None or now - facts.published < YOUNG
    return Judgement(Outcome.NONE_YET if young else Outcome.NONE)


# ---- when to try again -----------------------------------------------------------------------------------------

HOUR, DAY = 3600, 86400
_STEPS: dict[Outcome, tuple[int, ...]] = {  # seconds; then the last one again where `_ROUNDS` allows
    Outcome.PENDING: (6 * HOUR, *(DAY,) * 7),
    Outcome.NONE_YET: (6 * HOUR, DAY, 3 * DAY, 7 * DAY),
    Outcome.NONE: (30 * DAY, 90 * DAY),
    Outcome.BLOCKED: (HOUR, 6 * HOUR, DAY),
    Outcome.UNSURE: (900, HOUR, 4 * HOUR, 12 * HOUR, DAY, DAY, DAY),
    Outcome.LOCKED: (30 * DAY,),
    Outcome.GONE: (DAY, 7 * DAY, 30 * DAY),
    Outcome.DOUBT: (HOUR,),
}
_FOR_EVER = frozenset((Outcome.BLOCKED, Outcome.LOCKED))
REST_STEPS = (HOUR, 6 * HOUR, DAY)  # of a host that refuses


def next_try(
    outcome: Outcome, tries: int, now: datetime, facts: Facts | None = None, jitter: float = 0.0
) -> datetime | None:
    """When to ask again after the `tries`-th answer of this class in a row (from 1); None = not by itself.

    `jitter` (0 to 1) spreads what failed together over a tenth.
    """
    steps = _STEPS.get(outcome, ())
    if not steps or (outcome is Outcome.DOUBT and tries > 1):
        return None
    if tries > len(steps) and outcome not in _FOR_EVER:
        return None
    seconds = steps[min(tries, len(steps)) - 1]
    if outcome is Outcome.PENDING and facts is not None and facts.starts is not None and facts.starts > now:
        return facts.starts + timedelta(seconds=steps[0])
    if outcome is Outcome.UNSURE:
        seconds = int(seconds * (1 + 0.1 * jitter))
    return now + timedelta(seconds=seconds)


def rest_until(step: int, now: datetime) -> datetime:
    """Until when a host that refuses for the `step`-th time in a row (from 1) is left alone."""
    return now + timedelta(seconds=REST_STEPS[min(step, len(REST_STEPS)) - 1])


def needs_attention(outcome: Outcome, tries: int) -> bool:
    """Whether nothing more happens by itself, though something should."""
    return outcome is Outcome.UNSURE and tries > len(_STEPS[Outcome.UNSURE])


# ---- for people ------------------------------------------------------------------------------------------------


def sentence(site: str, outcome: Outcome, why: str, tool: str = "", when: str = "", starts: str = "") -> str:
    """What a person is told. `when` and `starts` are times already written in their zone, "" when there are none."""
    name = SITE_NAMES.get(site, "the site")
    after = f"; next try {when}" if when else ""
    if outcome is Outcome.PENDING:
        if why == "live":
            return f"waiting: live now{after}" if not starts else f"waiting: live {starts}"
        if why == "just ended":
            return f"waiting: just ended, captions follow{after}"
        verb = "premieres" if why == "premiere" else "begins"
        return f"waiting: {verb} {starts}" if starts else f"waiting: announced{after}"
    if outcome is Outcome.UNSURE and site not in SITE_NAMES:
        return f"no transcript there: {why.removeprefix('not reached: ')}{after}"
    if outcome is Outcome.UNSURE:
        if why.startswith("not understood") or "could not be read" in why or why == "no player answered":
            version = f" ({tool})" if tool else ""
            return f"yt-dlp may be out of date{version}; {why}{after or '; needs attention'}"
        return f"could not reach {name}: {why.removeprefix('not reached: ')}{after or '; needs attention'}"
    return {
        Outcome.OK: "transcript stored",
        Outcome.DOUBT: f"transcript may be of another video: {why}",
        Outcome.NONE_YET: f"no captions yet{after}",
        Outcome.NONE: f"no captions{after}",
        Outcome.BLOCKED: f"{name} refuses this address{after} ({why})",
        Outcome.LOCKED: f"needs sign-in: {why}" if why != "not in this country" else f"not available here: {why}",
        Outcome.GONE: f"video gone ({why})",
    }[outcome]
