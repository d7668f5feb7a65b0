# SPDX-License-Identifier: Apache-2.0
"""Why classes of scikit-learn are left to Python."""

from __future__ import annotations

_KERNEL = "it compares each row with rows of its training by a kernel"
_NEIGHBOURS = "it looks for each row's neighbours among rows of its training"
_SOLVES = "it solves a problem of its own for each row"
_SKETCH = "it answers with an approximation of a kernel"

REASONS = {
    **dict.fromkeys(("SVC", "SVR", "NuSVC", "NuSVR", "OneClassSVM", "KernelRidge"), _KERNEL),
    **dict.fromkeys(("GaussianProcessClassifier", "GaussianProcessRegressor"), _KERNEL),
    **dict.fromkeys(("KernelPCA", "Nystroem"), _KERNEL),
    **dict.fromkeys(("KNeighborsClassifier", "KNeighborsRegressor"), _NEIGHBOURS),
    **dict.fromkeys(("RadiusNeighborsClassifier", "RadiusNeighborsRegressor"), _NEIGHBOURS),
    **dict.fromkeys(("KNeighborsTransformer", "RadiusNeighborsTransformer"), _NEIGHBOURS),
    **dict.fromkeys(("KNNImputer", "Isomap", "LocallyLinearEmbedding"), _NEIGHBOURS),
    **dict.fromkeys(("LabelPropagation", "LabelSpreading"), _NEIGHBOURS),
    **dict.fromkeys(("NMF", "MiniBatchNMF", "SparseCoder", "SparsePCA"), _SOLVES),
    **dict.fromkeys(("DictionaryLearning", "MiniBatchDictionaryLearning"), _SOLVES),
    **dict.fromkeys(("MiniBatchSparsePCA", "LatentDirichletAllocation"), _SOLVES),
    **dict.fromkeys(("AdditiveChi2Sampler", "PolynomialCountSketch"), _SKETCH),
    **dict.fromkeys(("RBFSampler", "SkewedChi2Sampler"), _SKETCH),
}
