"""Signal theory: what initial weights, depth, normalisation and residual paths do to signals and gradients."""

from models.theory.meanfield import Assessment, assess, claim
from models.theory.names import CANDIDATES, UnknownNameError
from models.theory.passport import Passport, signal_passport
from models.theory.recommend import recommended_start
from models.theory.start import Start, default_start

__all__ = [
    "CANDIDATES",
    "Assessment",
    "Passport",
    "Start",
    "UnknownNameError",
    "assess",
    "claim",
    "default_start",
    "recommended_start",
    "signal_passport",
]
