#pragma once
#include <stddef.h>

/// Matrices whose singular values are found side by side.
#define CK_NORM_LANES 8

/// Writes the sums of the singular values of `CK_NORM_LANES` matrices of `size` x `size` values to `norms`, and overwrites them: entry (i, j)
/// of matrix m is values[(j * size + i) * CK_NORM_LANES + m]. Smaller matrices end in rows and columns of zeros.
///
/// By one-sided Jacobi rotations (Hestenes 1958) in rounds of disjoint pairs of columns, until all columns are orthogonal to 2⁻³² of their
/// lengths: of singular values that is 2⁻⁶⁴. What is found of a matrix depends on no other one, nor on the instruction set.
void ck_nuclear_norms(double *values, size_t size, double *norms);
