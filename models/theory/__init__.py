"""Signal theory: what initial weights, depth, normalisation and residual paths do to signals and gradients."""

from models.theory.meanfield import Assessment, assess, claim, effects
from models.theory.names import CANDIDATES, UnknownNameError
from models.theory.passport import Passport, signal_passport
from models.theory.recommend import recommended_start, strangeness
from models.theory.start import USUAL, Start, default_start, he_gain
from models.theory.usual import Outcome, usual_outcomes

__all__ = [
    "CANDIDATES",
    "USUAL",
    "Assessment",
    "Outcome",
    "Passport",
    "Start",
    "UnknownNameError",
    "assess",
    "claim",
    "default_start",
    "effects",
    "he_gain",
    "recommended_start",
    "signal_passport",
    "strangeness",
    "usual_outcomes",
]
