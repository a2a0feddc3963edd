"""Templates filled in a sandbox: they see what they are given, reach nothing else, and say where they are broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.core.errors import ConfigError

LONGEST = 10_000_000  # characters a template may write


def fill(name: str, templates: Mapping[str, str], values: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """The template `name` with `values`; it may extend or include the other ones.

    `places` says where a template lies, for messages. Raises ConfigError with file and line for a broken one.
    """
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(lambda asked: _found(templates, asked)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        auto_reload=False,
        cache_size=0,
    )
    out: list[str] = []
    try:
        size = 0
        for piece in environment.get_template(name).generate(values):
            out.append(piece)
            size += len(piece)
            if size > LONGEST:
                raise ConfigError(places.get(name, name), 0, "", f"writes more than {LONGEST:,} characters")
    except jinja2.TemplateSyntaxError as error:
        raise _broken(error.name or name, error.lineno, error.message or "", places) from None
    except jinja2.TemplateNotFound as error:
        raise ConfigError(places.get(name, name), 0, "", f"there is no template '{error.name}'") from None
    except ConfigError:
        raise
    except Exception as error:  # whatever a template can do wrong: its own arithmetic, a name that is not there
        where, line = _last_line(error, name)
        raise _broken(where, line, str(error), places) from None
    return "".join(out)


def _broken(name: str, line: int, why: str, places: Mapping[str, str]) -> ConfigError:
    said = " ".join(why.split()).rstrip(".") or "it fails"
    return ConfigError(places.get(name, name), line, "", f"{said}. Mend the template, or take the file away")


def _found(templates: Mapping[str, str], name: str) -> tuple[str, str, None] | None:
    """Source and file name of a template; its name is its file, so that the lines of a traceback say whose they are."""
    return (templates[name], name, None) if name in templates else None


def _last_line(error: Exception, name: str) -> tuple[str, int]:
    """Where in a template an error came from; Jinja rewrites the traceback to the template's own lines."""
    found, step = (name, 0), error.__traceback__
    while step is not None:
        if "__jinja_exception__" in step.tb_frame.f_globals:
            found = (step.tb_frame.f_code.co_filename, step.tb_lineno)
        step = step.tb_next
    return found
