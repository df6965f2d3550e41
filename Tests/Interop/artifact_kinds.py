"""A metric for each kind of artifact, as it is asked for."""

KINDS = {
    "neighbours": ["mutual_knn", "--k", "10"], "gram": ["cka"], "ranks": ["rsa"],
    "distances": ["distance_correlation"], "rbf": ["cka_rbf"], "basis": ["svcca"], "features": ["procrustes"],
}  # fmt: skip
