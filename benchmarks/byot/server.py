"""A server of races alone, to be killed: python -m benchmarks.byot.server DATABASE_URL PORT."""

from __future__ import annotations

import logging
import sys

from werkzeug.serving import make_server

from service.http.races_alone import races_application

if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    make_server("127.0.0.1", int(sys.argv[2]), races_application(sys.argv[1]), threaded=True).serve_forever()
