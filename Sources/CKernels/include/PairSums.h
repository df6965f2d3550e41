#pragma once
#include <stddef.h>

/// Σ a_j², Σ a_j³ and Σ a_j w_j of `count` entries a, to `sums`; every a_j² is added to row_squares[j] as well.
void ck_pair_sums(const double *entries, const double *weights, size_t count, double *row_squares, double *sums);
