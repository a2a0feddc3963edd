"""What a person must mend, as exceptions that carry data; the sentence is made here and nowhere else.

    TrackerError
    |- UsageError      a command was asked for something that makes no sense     exit 2
    |- ConfigError     a settings or sources file holds a mistake                exit 2
    |- DocumentError   an imported file cannot be read                           exit 2
    |- NotFound        a name or number nobody knows                             exit 2
    |- Conflict        it would break a promise (two of one name, edited file)   exit 2
    |- Occupied        what may run once runs already                            exit 3
    `- StoreError      the database cannot be used now                           exit 3
       |- StoreNewer   its schema is from a newer version
       `- StoreBusy    another process holds it for too long

What the web does is never an exception: see `tracker.core.web.Failed`.
"""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like `word`, or "" if none is near."""
    from difflib import get_close_matches  # wanted for mistakes alone

    found = get_close_matches(word.lower(), {k.lower(): k for k in known}, n=1, cutoff=0.6)
    if not found:
        return ""
    return next(k for k in known if k.lower() == found[0])


class TrackerError(Exception):
    """Base of everything a person can mend. `exit_code` is the process exit status."""

    exit_code = 2

    def sentence(self) -> str:
        """What, where, why, next step; one line, no markup."""
        return str(self.args[0]) if self.args else type(self).__name__

    def __str__(self) -> str:
        return self.sentence()


class UsageError(TrackerError):
    """A command line that parses but makes no sense. `hint` is the next step."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint

    def sentence(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class ConfigError(TrackerError):
    """A mistake in a file a person edits. `line` counts from 1; 0 means the whole file."""

    def __init__(self, file: str, line: int, key: str, message: str, suggestion: str = "") -> None:
        super().__init__(file, line, key, message, suggestion)
        self.file, self.line, self.key, self.message, self.suggestion = file, line, key, message, suggestion

    def sentence(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"
        return f"{what}. Did you mean '{self.suggestion}'?" if self.suggestion else what


class ConfigErrors(ConfigError):
    """Several mistakes of one file, all shown at once. `errors` is never empty."""

    def __init__(self, errors: tuple[ConfigError, ...]) -> None:
        first = errors[0]
        super().__init__(first.file, first.line, first.key, first.message, first.suggestion)
        self.errors = errors

    def sentence(self) -> str:
        return "\n".join(e.sentence() for e in self.errors)


class DocumentError(TrackerError):
    """A document that cannot be read at all. `line` counts from 1; 0 means the whole file."""

    def __init__(self, name: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(name, line, message, hint)
        self.name, self.line, self.message, self.hint = name, line, message, hint

    def sentence(self) -> str:
        place = f"{self.name}:{self.line}" if self.line else self.name
        return f"{place}: {self.message}. {self.hint}" if self.hint else f"{place}: {self.message}"


class NotFound(TrackerError):
    """Nothing has this name or number. `where` is the command that lists what there is."""

    def __init__(self, noun: str, name: object, where: str = "", suggestion: str = "") -> None:
        super().__init__(noun, name, where, suggestion)
        self.noun, self.name, self.where, self.suggestion = noun, name, where, suggestion

    def sentence(self) -> str:
        out = f"no {self.noun} {self.name!r}" if isinstance(self.name, str) else f"no {self.noun} {self.name}"
        if self.suggestion:
            return f"{out}. Did you mean '{self.suggestion}'?"
        return f"{out}; see '{self.where}'" if self.where else out


class Conflict(TrackerError):
    """It would break something that is promised; nothing was changed."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint

    def sentence(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class Occupied(TrackerError):
    """What may run only once (a daemon of a home) runs already; `by` says who."""

    exit_code = 3

    def __init__(self, what: str, by: str, hint: str = "") -> None:
        super().__init__(what, by, hint)
        self.what, self.by, self.hint = what, by, hint

    def sentence(self) -> str:
        out = f"{self.what} is running already ({self.by})"
        return f"{out}. {self.hint}" if self.hint else out


class StoreError(TrackerError):
    """The database cannot be used: `cause` says why in the driver's words, `hint` what to do."""

    exit_code = 3

    def __init__(self, place: str, cause: str, hint: str = "") -> None:
        super().__init__(place, cause, hint)
        self.place, self.cause, self.hint = place, cause, hint

    def sentence(self) -> str:
        out = f"database {self.place}: {self.cause}"
        return f"{out}. {self.hint}" if self.hint else out


class StoreNewer(StoreError):
    """The schema is newer than this program; nothing was written."""


class StoreBusy(StoreError):
    """Another process kept the write lock longer than the busy timeout."""
