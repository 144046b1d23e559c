"""`python -m service.processes.purge [DAYS]`: delete old answers, and the traces of finished probes."""

from __future__ import annotations

import sys

from service.processes.beginning import complain, entry
from service.settings import Settings

ANSWER_DAYS = 90.0


def main(answer_days: float = ANSWER_DAYS) -> int:
    """Delete recommendations that ended longer ago than this; of probes that ended more than a day ago, delete
    what only the job engine needed. Safe beside a running service; run it daily."""
    return entry(lambda settings: _purge(settings, answer_days))()


def _purge(settings: Settings, answer_days: float) -> int:
    from service.jobs.retention import purge
    from service.jobs.runtime import make_client
    from service.storage.engine import make_engine

    engine = make_engine(settings.database_url, pool_size=2)
    client = make_client(engine)
    try:
        purged = purge(engine, client, answer_days)
    finally:
        client.destroy()
        engine.dispose()
    sys.stdout.write(
        f"deleted {purged.recommendations} recommendations, the traces of {purged.traces} probes,"
        f" {purged.datasets} data sets and {purged.races} races\n"
    )
    return 0


def _days(arguments: list[str]) -> float | None:
    try:
        days = float(arguments[0]) if arguments else ANSWER_DAYS
    except ValueError:
        return None
    return days if len(arguments) <= 1 and 0 <= days < 1e6 else None


if __name__ == "__main__":
    wanted = _days(sys.argv[1:])
    sys.exit(complain("say after how many days answers are deleted, such as 90") if wanted is None else main(wanted))
