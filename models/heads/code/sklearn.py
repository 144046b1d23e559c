"""What scikit-learn's networks can say: their heads are fixed by the kind of model and its loss.

MLPClassifier takes cross-entropy from probabilities that are clipped at the machine's epsilon (a loss of at most 36 per
row and class), MLPRegressor halves the squared error; the fits are the same.
"""

from __future__ import annotations

from collections.abc import Mapping

_CLASSIFIER = "from sklearn.neural_network import MLPClassifier\n\nmodel = MLPClassifier()  # {what}\n"
_TRANSFORMED = (
    "from sklearn.compose import TransformedTargetRegressor\n"
    "from sklearn.neural_network import MLPRegressor\n{imports}\n"
    "model = TransformedTargetRegressor(MLPRegressor(), {how})\n"
)
_STANDARD = _TRANSFORMED.format(
    imports="from sklearn.preprocessing import StandardScaler\n", how="transformer=StandardScaler()"
)
SKLEARN: Mapping[str, str] = {
    "sigmoid_bce": _CLASSIFIER.format(what="logistic output for two classes"),
    "softmax_cross_entropy": _CLASSIFIER.format(what="softmax output for three classes or more"),
    "ordinal_softmax": _CLASSIFIER.format(what="softmax output; the order of the levels is ignored"),
    "sigmoid_multilabel": _CLASSIFIER.format(what="y of 0 and 1, one column per label: logistic outputs"),
    "identity_squared": _STANDARD,
    "ordinal_regression": _STANDARD,
    "relative_squared": _STANDARD,
    "counts_identity_squared": _STANDARD,
    "log_target_squared": _TRANSFORMED.format(imports="import numpy as np\n", how="func=np.log, inverse_func=np.exp"),
    "counts_log1p_squared": _TRANSFORMED.format(
        imports="import numpy as np\n", how="func=np.log1p, inverse_func=np.expm1"
    ),
    "exp_poisson": (
        "from sklearn.neural_network import MLPRegressor\n\n"
        'model = MLPRegressor(loss="poisson")  # exp output; scikit-learn 1.7 or newer\n'
    ),
}
