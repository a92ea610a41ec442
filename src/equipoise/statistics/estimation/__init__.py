"""Estimation: arrays in, frozen dataclasses out, on NumPy and SciPy alone."""

from equipoise.statistics.estimation.adjustment import (
    interacted,
    interacted_moments,
    inverse_shares,
)
from equipoise.statistics.estimation.agreement import (
    Agreement,
    AgreementMetric,
    KappaWeights,
    cohen_kappa,
    krippendorff_alpha,
)
from equipoise.statistics.estimation.beta_binomial import BetaBinomialFit, fit_beta_binomial
from equipoise.statistics.estimation.blinded_variance import (
    BlindedVariance,
    blinded_icc,
    blinded_variance,
)
from equipoise.statistics.estimation.conclusions import (
    Conclusion,
    ConclusionCode,
    Direction,
    conclude,
    oriented,
)
from equipoise.statistics.estimation.count_checks import CountFamily
from equipoise.statistics.estimation.designs import ClusterDesign, SchoolDesign, StratumSize
from equipoise.statistics.estimation.effect_size import (
    EffectSize,
    eef_effect_size,
    hedges_g,
    pupil_g,
)
from equipoise.statistics.estimation.equivalence import (
    EquivalenceTest,
    RuledOut,
    equivalence_test,
    ruled_out,
)
from equipoise.statistics.estimation.errors import CollinearError, ConvergenceError, EstimationError
from equipoise.statistics.estimation.evidence import Evidence, normal_evidence
from equipoise.statistics.estimation.gee import GeeFit, WorkingCorrelation, fit_gee
from equipoise.statistics.estimation.gee_cells import GeeFamily
from equipoise.statistics.estimation.gee_errors import GeeError
from equipoise.statistics.estimation.generalised_mixed import (
    GeneralisedMixedFit,
    fit_generalised_mixed,
)
from equipoise.statistics.estimation.heterogeneity import PoolingMethod
from equipoise.statistics.estimation.imputation import Imputations, impute_members, impute_schools
from equipoise.statistics.estimation.instrumental import (
    AndersonRubinSet,
    InstrumentalFit,
    fit_instrumental,
)
from equipoise.statistics.estimation.interval import Interval, critical_t, t_interval
from equipoise.statistics.estimation.inversion import InvertedInterval, invert_randomisation
from equipoise.statistics.estimation.joint_power import FamilyPower, family_power
from equipoise.statistics.estimation.lee import LeeBounds, lee_bounds
from equipoise.statistics.estimation.linear import (
    LinearFit,
    RowFit,
    fit_linear,
)
from equipoise.statistics.estimation.linear_moments import (
    NamedLinearFit,
    fit_linear_moments,
)
from equipoise.statistics.estimation.many_effects import LinearEffects, fit_many_effects
from equipoise.statistics.estimation.meta import MetaResult, PooledTest, meta_analysis
from equipoise.statistics.estimation.meta_series import cumulative_meta_analysis, leave_one_out
from equipoise.statistics.estimation.missing_bounds import (
    WorstCase,
    imbens_manski,
    possible_rates,
    worst_case_bounds,
)
from equipoise.statistics.estimation.mixed import (
    fit_mixed,
)
from equipoise.statistics.estimation.mixed_model import (
    MixedDegreesOfFreedom,
    MixedFit,
    MixedMethod,
    MixedModel,
    RandomTerm,
    VarianceComponent,
)
from equipoise.statistics.estimation.mixed_profile import (
    ProfileInterval,
    icc_interval,
    profile_coefficient,
    profile_variance,
)
from equipoise.statistics.estimation.moments import (
    ClusterMoments,
)
from equipoise.statistics.estimation.moments_columns import regrouped, with_columns
from equipoise.statistics.estimation.moments_file import (
    load_moments,
    moments_from_bytes,
    moments_to_bytes,
    save_moments,
)
from equipoise.statistics.estimation.multilevel_designs import (
    Level,
    MultilevelDesign,
    RandomBlocksDesign,
    individual_design,
)
from equipoise.statistics.estimation.multiplicity import (
    JointTest,
    benjamini_hochberg,
    hochberg,
    holm,
    joint_randomisation_test,
    romano_wolf,
    westfall_young,
)
from equipoise.statistics.estimation.number_needed import NumberNeeded, number_needed
from equipoise.statistics.estimation.parametric_bootstrap import (
    ParametricBootstrap,
    parametric_bootstrap,
)
from equipoise.statistics.estimation.partially_nested import PartiallyNestedDesign
from equipoise.statistics.estimation.power import (
    Resizable,
    minimum_detectable_effect,
    power,
    units_needed,
)
from equipoise.statistics.estimation.random_intercepts import (
    InterceptFits,
    fit_random_intercepts,
)
from equipoise.statistics.estimation.randomisation_inference import (
    RandomisationTest,
    randomisation_p,
    randomisation_test,
)
from equipoise.statistics.estimation.rate_ratio import RateRatio, rate_ratio
from equipoise.statistics.estimation.ratio import (
    RatioDifference,
    StudentisedRatio,
    ratio_difference,
)
from equipoise.statistics.estimation.reliability import Reliability, cronbach_alpha, mcdonald_omega
from equipoise.statistics.estimation.roll_designs import (
    RollDesign,
    cluster_variances,
    design_effect,
    rate_variances,
)
from equipoise.statistics.estimation.rubin import PooledImputations, pool_imputations
from equipoise.statistics.estimation.sandwich import DegreesOfFreedom, ErrorKind, WorkingModel
from equipoise.statistics.estimation.separation import SeparationError
from equipoise.statistics.estimation.shrinkage import Mixture, Shrinkage, shrink
from equipoise.statistics.estimation.standardisation import Link, MarginalEffect, marginal_effect
from equipoise.statistics.estimation.stratified import StratifiedEffect
from equipoise.statistics.estimation.streams import Stream
from equipoise.statistics.estimation.studentised import StudentisedEffect
from equipoise.statistics.estimation.tipping import (
    OutcomeAnalysis,
    TippingPoint,
    TippingStep,
    tipping_point,
)
from equipoise.statistics.estimation.wild import WildBootstrap, wild_bootstrap
from equipoise.statistics.estimation.wild_weights import WildWeights, wild_weights

__all__ = [
    "Agreement",
    "AgreementMetric",
    "AndersonRubinSet",
    "BetaBinomialFit",
    "BlindedVariance",
    "ClusterDesign",
    "ClusterMoments",
    "CollinearError",
    "Conclusion",
    "ConclusionCode",
    "ConvergenceError",
    "CountFamily",
    "DegreesOfFreedom",
    "Direction",
    "EffectSize",
    "EquivalenceTest",
    "ErrorKind",
    "EstimationError",
    "Evidence",
    "FamilyPower",
    "GeeError",
    "GeeFamily",
    "GeeFit",
    "GeneralisedMixedFit",
    "Imputations",
    "InstrumentalFit",
    "InterceptFits",
    "Interval",
    "InvertedInterval",
    "JointTest",
    "KappaWeights",
    "LeeBounds",
    "Level",
    "LinearEffects",
    "LinearFit",
    "Link",
    "MarginalEffect",
    "MetaResult",
    "MixedDegreesOfFreedom",
    "MixedFit",
    "MixedMethod",
    "MixedModel",
    "Mixture",
    "MultilevelDesign",
    "NamedLinearFit",
    "NumberNeeded",
    "OutcomeAnalysis",
    "ParametricBootstrap",
    "PartiallyNestedDesign",
    "PooledImputations",
    "PooledTest",
    "PoolingMethod",
    "ProfileInterval",
    "RandomBlocksDesign",
    "RandomTerm",
    "RandomisationTest",
    "RateRatio",
    "RatioDifference",
    "Reliability",
    "Resizable",
    "RollDesign",
    "RowFit",
    "RuledOut",
    "SchoolDesign",
    "SeparationError",
    "Shrinkage",
    "StratifiedEffect",
    "StratumSize",
    "Stream",
    "StudentisedEffect",
    "StudentisedRatio",
    "TippingPoint",
    "TippingStep",
    "VarianceComponent",
    "WildBootstrap",
    "WildWeights",
    "WorkingCorrelation",
    "WorkingModel",
    "WorstCase",
    "benjamini_hochberg",
    "blinded_icc",
    "blinded_variance",
    "cluster_variances",
    "cohen_kappa",
    "conclude",
    "critical_t",
    "cronbach_alpha",
    "cumulative_meta_analysis",
    "design_effect",
    "eef_effect_size",
    "equivalence_test",
    "family_power",
    "fit_beta_binomial",
    "fit_gee",
    "fit_generalised_mixed",
    "fit_instrumental",
    "fit_linear",
    "fit_linear_moments",
    "fit_many_effects",
    "fit_mixed",
    "fit_random_intercepts",
    "hedges_g",
    "hochberg",
    "holm",
    "icc_interval",
    "imbens_manski",
    "impute_members",
    "impute_schools",
    "individual_design",
    "interacted",
    "interacted_moments",
    "inverse_shares",
    "invert_randomisation",
    "joint_randomisation_test",
    "krippendorff_alpha",
    "leave_one_out",
    "lee_bounds",
    "load_moments",
    "marginal_effect",
    "mcdonald_omega",
    "meta_analysis",
    "minimum_detectable_effect",
    "moments_from_bytes",
    "moments_to_bytes",
    "normal_evidence",
    "number_needed",
    "oriented",
    "parametric_bootstrap",
    "pool_imputations",
    "possible_rates",
    "power",
    "profile_coefficient",
    "profile_variance",
    "pupil_g",
    "randomisation_p",
    "randomisation_test",
    "rate_ratio",
    "rate_variances",
    "ratio_difference",
    "regrouped",
    "romano_wolf",
    "ruled_out",
    "save_moments",
    "shrink",
    "t_interval",
    "tipping_point",
    "units_needed",
    "westfall_young",
    "wild_bootstrap",
    "wild_weights",
    "with_columns",
    "worst_case_bounds",
]
