#pragma once
#include <stddef.h>
#include <stdint.h>

/// Rows of features as 8-bit integers, with bounds on what that loses.
///
/// A row's centred features c_i are taken apart into h_i = s_i q_i, of integers q_i in [-127, 127] and one scale s_i, and the rest
/// r_i = c_i - h_i. Then ⟨c_i, c_j⟩ - ⟨h_i, h_j⟩ = ⟨h_i, r_j⟩ + ⟨r_i, h_j⟩ + ⟨r_i, r_j⟩, and by the Cauchy–Schwarz inequality
///
///     |⟨c_i, c_j⟩ - ⟨h_i, h_j⟩| ≤ |h_i||r_j| + |r_i||h_j| + |r_i||r_j|.
///
/// `ck_integer_products` gives ⟨h_i, h_j⟩ itself but for its last roundings: of its values 2⁻²²|h_i||h_j| is to be added.
///
/// Every operation is that of IEEE 754 float64, in an order that depends on the length alone and never fused, so the bits are the same
/// for every instruction set. Values must be finite.

/// What is known of a row's integers.
typedef struct {
    /// s; 0 if all of q is.
    float scale;
    /// No less than |h| and than |r|, and more by roundings only.
    double norm, rest;
} ck_quantised;

/// Rounds c = (row - means) · scale (`count` of them) to integers q in units of s, which is max|c| / 127 in float32.
///
/// Where that is 0 or no normal float32 number, h = 0 and r = c. The bound on |r| holds for exact differences: it has room for their
/// rounding here, and for row - means being off by a share `rounding`, at most 2⁻²⁷, of its norm before.
/// scale: a power of two that brings c below 2¹⁰⁰.
ck_quantised ck_quantise(
    const double *row, const double *means, double scale, double rounding, size_t count, int8_t *integers);

/// Multiplies a row of d = `count` values by a fixed orthogonal matrix. Inner products stay as they are, and a few large values, which
/// would make the units of all others coarse, are spread over many (randomised Hadamard transform: Ailon & Chazelle 2009).
///
/// With b the largest power of two up to d, the first b values are multiplied by H D: D is diagonal, of signs, and H is Sylvester's
/// Hadamard matrix of order b over √b. Unless b = d, the last b values are too, after that: so every value is spread over more than
/// half of the row, whatever its length. Signs are the bits of SplitMix64's numbers from the seed 0, lowest first, 1 for a minus: b of
/// them, and then b more.
void ck_hadamard(double *row, size_t count);

/// How far rounding takes the result of `ck_hadamard` from the exact one at most, as a share of the row's norm: (log₂ b + 3) · 2⁻⁵³
/// for each of the two products.
///
/// One of the log₂ b steps adds and subtracts pairs, which is a rotation times √2. Each result is off by 2⁻⁵³ of itself, so the vector is
/// off by that much of its norm, and what was off before has grown as the norm has. The factor 1/√b is off by as much again, and so is
/// the product with it; the last unit is far more than all products of these errors.
double ck_hadamard_rounding(size_t count);
