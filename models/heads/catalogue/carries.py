"""Which heads carry which kind of target: the 35 kinds O01 to O35 of the project's survey of output layers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CARRIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "O01": ("two classes", ("sigmoid_bce", "softmax_two_units")),
    "O02": ("two classes, positives rare", ("sigmoid_focal", "detection_focal_boxes")),
    "O03": ("one of several classes", ("softmax_cross_entropy", "softmax_label_smoothing")),
    "O04": ("one of several classes, exact zeros wanted", ("sparsemax",)),
    "O05": ("several labels at once", ("sigmoid_multilabel", "sigmoid_multilabel_focal")),
    "O06": (
        "ordered levels",
        ("ordinal_cumulative", "ordinal_coral", "ordinal_corn", "ordinal_softmax", "ordinal_regression"),
    ),
    "O07": ("a number without bound", ("identity_squared", "identity_huber", "identity_absolute")),
    "O08": (
        "a positive amount of moderate range",
        ("softplus_gamma", "softplus_squared", "relative_squared", "relu_squared_log"),
    ),
    "O09": (
        "a positive amount over orders of magnitude",
        ("exp_gamma", "log_target_squared", "exp_tweedie", "exp_squared"),
    ),
    "O10": ("counts", ("exp_poisson", "softplus_poisson", "counts_identity_squared", "counts_log1p_squared")),
    "O11": (
        "over-dispersed counts, many zeros",
        ("negative_binomial", "zero_inflated_poisson", "zero_inflated_negative_binomial"),
    ),
    "O12": (
        "a number in an interval",
        ("sigmoid_bce_bounded", "sigmoid_squared_bounded", "tanh_squared_bounded", "identity_clipped_bounded", "beta"),
    ),
    "O13": ("quantiles", ("quantiles_ordered", "quantiles_free")),
    "O14": ("a mean with a variance of its own", ("gaussian_log_variance", "gaussian_softplus_variance")),
    "O15": ("heavy tails", ("student_t",)),
    "O16": ("an angle", ("angle_unit_vector", "von_mises")),
    "O17": ("a rotation or direction", ("rotation_6d", "angle_unit_vector")),
    "O18": ("shares of a whole", ("softmax_proportions", "dirichlet")),
    "O19": ("a density of several peaks", ("mixture_density",)),
    "O20": ("time to an event, in intervals", ("discrete_hazard", "softmax_event_time")),
    "O21": ("relative risk of an event", ("cox_log_risk",)),
    "O22": ("time to an event, continuous", ("softplus_hazard", "exp_event_time")),
    "O23": ("ranking and recommendation", ("identity_pairwise", "softmax_listwise", "identity_relevance")),
    "O24": (
        "embeddings",
        ("unit_vector_contrastive", "unit_vector_classes", "unit_vector_margin", "unit_vector_triplet"),
    ),
    "O25": ("masks of pixels", ("softmax_pixels", "sigmoid_dice_pixels")),
    "O26": ("boxes", ("detection_focal_boxes", "detection_set_softmax", "softmax_objects")),
    "O27": ("tags of tokens", ("softmax_tokens", "crf_tokens")),
    "O28": ("sequences without alignment", ("ctc",)),
    "O29": ("the next token", ("softmax_vocabulary", "softmax_vocabulary_capped")),
    "O30": ("densities", ("flow_log_density", "gaussian_density")),
    "O31": ("what an autoencoder makes, and its latent", ("sigmoid_reconstruction", "gaussian_latent")),
    "O32": (
        "made and real rows",
        ("tanh_images", "discriminator_logit", "discriminator_hinge", "critic_wasserstein", "identity_denoising"),
    ),
    "O33": ("actions", ("softmax_policy", "tanh_gaussian_policy", "clipped_gaussian_policy")),
    "O34": ("values of states and actions", ("identity_value", "identity_huber", "categorical_value")),
    "O35": ("several targets of different kinds", ("several_heads",)),
}

KINDS: Mapping[str, str] = MappingProxyType({key: kind for key, (kind, _) in _CARRIES.items()})
"""What is predicted, in words, by the id of the kind."""

CARRIES: Mapping[str, tuple[str, ...]] = MappingProxyType({key: heads for key, (_, heads) in _CARRIES.items()})
"""The heads for each kind of target, the most usual first; every head of the catalogue is in at least one."""
