"""How every entry point begins: settings, logging, and faults in one line instead of a traceback."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from rules import RulesRefused
from service.processes.listening import PortError
from service.settings import Settings, SettingsError, read_settings

USAGE = 2
"""Exit code for a configuration that cannot work."""


def entry(main: Callable[[Settings], int]) -> Callable[[], int]:
    """Give `main` the settings of the environment; what the operator can repair is said in one line each.

    The exit code is that of `main`, or 2.
    """

    @functools.wraps(main)
    def begin() -> int:
        try:
            settings = read_settings()
            logging.basicConfig(
                level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
            )
            for noisy in ("alembic", "sqlalchemy", "dbos"):
                logging.getLogger(noisy).setLevel(logging.WARNING)
            return main(settings)
        except SettingsError as error:
            return complain(*error.faults)
        except PortError as error:
            return complain(str(error))
        except SQLAlchemyError as error:
            return complain(f"the database cannot be used: {_first_line(error)}")
        except RulesRefused as error:
            return complain(*str(error).splitlines())
        except OSError as error:
            return complain(f"cannot write what is to be stored: {error}")

    return begin


def complain(*lines: str) -> int:
    for line in lines:
        sys.stderr.write(f"actwise: {line}\n")
    return USAGE


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
