"""The OpenAPI document that this version serves, as a file.

python -m service.processes.openapi > docs/openapi.json
"""

from __future__ import annotations

import json
import sys
import tempfile

from service.processes.application import application
from service.settings import read_settings


def openapi_text() -> str:
    """What a service answers under /openapi.json, on lines that a change can be read from."""
    with tempfile.TemporaryDirectory(prefix="actwise-openapi-") as home:
        app = application(read_settings({"ACTWISE_HOME": home}))
        served = app.test_client().get("/openapi.json")
    return json.dumps(served.get_json(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Print it."""
    sys.stdout.write(openapi_text())


if __name__ == "__main__":
    main()
