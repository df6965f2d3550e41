#pragma once
#include <stddef.h>
#include <stdint.h>

/// One pass each over a row of features, at the speed of the cache.
///
/// Every operation is that of IEEE 754 float64, in an order that depends on the length alone and never fused, so the bits are the same
/// for every instruction set. Values must be finite.

/// Widens `count` stored values, clamps them to [-limit, limit] and writes them to `row`; returns how many lay beyond.
/// float16 values are given as bit patterns.
size_t ck_clip_float16(const uint16_t *values, size_t count, double limit, double *row);
size_t ck_clip_float32(const float *values, size_t count, double limit, double *row);
size_t ck_clip_float64(const double *values, size_t count, double limit, double *row);

/// row[j] *= factor.
void ck_multiply(double *row, size_t count, double factor);

/// row[j] /= divisor.
void ck_divide(double *row, size_t count, double divisor);

/// sums[j] += row[j] - origin[j].
void ck_add_differences(const double *row, const double *origin, size_t count, double *sums);

/// sums[j] += row[j] / divisor.
void ck_add_quotients(const double *row, size_t count, double divisor, double *sums);

/// The products of a row less `means` with itself, in results[0], and with `means`, in results[1]: each has the bits of `ck_dot`. In
/// results[2] the squares of those differences alone that exceed `rounding` times the mean's magnitude.
void ck_centred_products(const double *row, const double *means, double rounding, size_t count, double *results);

/// centred[j] = row[j] - means[j].
void ck_differences(const double *row, const double *means, size_t count, double *centred);

/// Σ (a_j - b_j)², in the order of `ck_dot`.
double ck_squared_distance(const double *a, const double *b, size_t count);

/// centred[j] = (row[j] - means[j]) · scale, rounded to float32.
void ck_centre(const double *row, const double *means, double scale, size_t count, float *centred);

/// Σ a_j b_j: eight running sums take elements 0, 8, 16 …, 1, 9, 17 … and so on, and are then added pairwise.
double ck_dot(const double *a, const double *b, size_t count);

/// results[r] = ck_dot(a, rows[r], count) for four rows at once, whose chains of additions overlap.
void ck_dot4(const double *a, const double *const rows[4], size_t count, double results[4]);
