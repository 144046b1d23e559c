"""The doctor's use-case, shared by HTTP and command line: read what was sent, then look for what is wrong with it."""

from __future__ import annotations

from actwise.contract.diagnosis import Diagnosis, DiagnosisRequest
from service.doctor.reading import read_network


def consult(request: DiagnosisRequest) -> Diagnosis:
    """The diagnosis of a request. Raises ContractError for a text or context that cannot be read.

    The checks are loaded when they are first asked for: recommendations start without them.
    """
    from service.doctor.diagnose import diagnose

    reading = read_network(request)
    found = diagnose(reading.network, reading.read_as, reading.unread)
    return found.model_copy(update={"notes": reading.notes})
