"""Templates as the program ships them, and a person's own ones in HOME/templates, which go before them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from tracker.core.errors import ConfigError, NotFound, nearest

FOLDER = "templates"


def shipped(name: str) -> str:
    """A template of the program."""
    return files("tracker.formats").joinpath(FOLDER, name).read_text("utf-8")


def found_templates(home: Path, names: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts by name and where each lies. The person's own files (any `*.j2`) go before; what a template of
    theirs extends as `shipped/NAME` is the program's. Raises ConfigError for a file that cannot be read.
    """
    listed = list(names)
    texts = {name: shipped(name) for name in listed}
    texts |= {f"shipped/{name}": texts[name] for name in listed}
    places = {name: f"template {name}" for name in texts}
    folder = home / FOLDER
    for path in sorted(folder.glob("*.j2")) if folder.is_dir() else ():
        try:
            texts[path.name] = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ConfigError(str(path), 0, "", f"cannot be read ({why})") from error
        places[path.name] = str(path)
    return texts, places


def plan_names() -> list[str]:
    """The shipped plans, for those who bring none."""
    found = (one.name for one in files("tracker.formats").joinpath(FOLDER).iterdir())
    return sorted(name.removeprefix("plan.").removesuffix(".md") for name in found if name.startswith("plan."))


def plan_text(name: str, subject: str) -> str:
    """The text of a shipped plan about `subject`. Raises NotFound."""
    if name not in plan_names():
        raise NotFound("template", name, "tracker plan templates", nearest(name, plan_names()))
    return shipped(f"plan.{name}.md").replace("{subject}", subject)
