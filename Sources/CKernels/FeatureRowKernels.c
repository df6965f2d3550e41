#include "FeatureRowKernels.h"
#include "Dispatch.h"

// Products are rounded before they are added, on machines that could fuse the two as well.
#pragma STDC FP_CONTRACT OFF

typedef double double8 __attribute__((vector_size(64)));
typedef int64_t long8 __attribute__((vector_size(64)));
typedef double loose_double8 __attribute__((vector_size(64), aligned(8)));

#define LOAD(pointer) (*(const loose_double8 *)(pointer))
#define STORE(pointer, value) (*(loose_double8 *)(pointer) = (value))

/// The finite half-precision number of a bit pattern: a multiplication corrects the exponent's bias, for subnormal numbers too.
INLINED float half_value(uint16_t pattern) {
    union { uint32_t bits; float value; } number = { .bits = (uint32_t)(pattern & 0x7FFF) << 13 };
    number.value *= 0x1p112f;
    number.bits |= (uint32_t)(pattern & 0x8000) << 16;
    return number.value;
}

/// Clamps each `widened` value at `j`: a loop without a branch, which the compiler vectorises.
#define CLIP_ROW(widened)                                                                                              \
    uint64_t clipped = 0;                                                                                              \
    for (size_t j = 0; j < count; j++) {                                                                               \
        double value = widened;                                                                                        \
        clipped += (value > limit) | (value < -limit);                                                                 \
        value = value > limit ? limit : value;                                                                         \
        row[j] = value < -limit ? -limit : value;                                                                      \
    }                                                                                                                  \
    return clipped

DISPATCHED size_t ck_clip_float16(const uint16_t *restrict values, size_t count, double limit, double *restrict row) {
    CLIP_ROW(half_value(values[j]));
}

DISPATCHED size_t ck_clip_float32(const float *restrict values, size_t count, double limit, double *restrict row) {
    CLIP_ROW(values[j]);
}

DISPATCHED size_t ck_clip_float64(const double *restrict values, size_t count, double limit, double *restrict row) {
    CLIP_ROW(values[j]);
}

DISPATCHED void ck_multiply(double *row, size_t count, double factor) {
    for (size_t j = 0; j < count; j++) row[j] *= factor;
}

DISPATCHED void ck_divide(double *row, size_t count, double divisor) {
    for (size_t j = 0; j < count; j++) row[j] /= divisor;
}

DISPATCHED void ck_add_differences(
    const double *restrict row, const double *restrict origin, size_t count, double *restrict sums) {
    for (size_t j = 0; j < count; j++) sums[j] += row[j] - origin[j];
}

DISPATCHED void ck_add_quotients(const double *restrict row, size_t count, double divisor, double *restrict sums) {
    if (divisor == 1) {
        for (size_t j = 0; j < count; j++) sums[j] += row[j];
    } else {
        for (size_t j = 0; j < count; j++) sums[j] += row[j] / divisor;
    }
}

DISPATCHED void ck_centre(
    const double *restrict row, const double *restrict means, double scale, size_t count, float *restrict centred) {
    for (size_t j = 0; j < count; j++) centred[j] = (float)((row[j] - means[j]) * scale);
}

/// The eight sums of a product, with the elements beyond the last whole eight added to the first of them, and then to one another.
#define FINISH(sums, rest)                                                                                             \
    ({                                                                                                                 \
        for (size_t j = whole; j < count; j++) sums[j - whole] += rest;                                                \
        double four[4], two[2];                                                                                        \
        for (int lane = 0; lane < 4; lane++) four[lane] = sums[lane] + sums[lane + 4];                                 \
        for (int lane = 0; lane < 2; lane++) two[lane] = four[lane] + four[lane + 2];                                  \
        two[0] + two[1];                                                                                               \
    })

DISPATCHED void ck_centred_products(
    const double *row, const double *means, double rounding, size_t count, double *results) {
    size_t whole = count & ~(size_t)7;
    double8 squares = {0}, products = {0}, beyond = {0};
    double area = rounding * rounding, rest = 0;
    for (size_t j = 0; j < whole; j += 8) {
        double8 mean = LOAD(means + j), centred = LOAD(row + j) - mean, square = centred * centred;
        squares += square;
        products += centred * mean;
        // A comparison of vectors is all ones where it holds.
        beyond += (double8)((long8)square & (square > area * (mean * mean)));
    }
    for (size_t j = whole; j < count; j++) {
        double square = (row[j] - means[j]) * (row[j] - means[j]);
        rest += square > area * (means[j] * means[j]) ? square : 0;
    }
    results[0] = FINISH(squares, (row[j] - means[j]) * (row[j] - means[j]));
    results[1] = FINISH(products, (row[j] - means[j]) * means[j]);
    results[2] = FINISH(beyond, 0.0) + rest;
}

DISPATCHED void ck_differences(
    const double *restrict row, const double *restrict means, size_t count, double *restrict centred) {
    for (size_t j = 0; j < count; j++) centred[j] = row[j] - means[j];
}

DISPATCHED double ck_squared_distance(const double *a, const double *b, size_t count) {
    size_t whole = count & ~(size_t)7;
    double8 sums = {0};
    for (size_t j = 0; j < whole; j += 8) {
        double8 difference = LOAD(a + j) - LOAD(b + j);
        sums += difference * difference;
    }
    return FINISH(sums, (a[j] - b[j]) * (a[j] - b[j]));
}

DISPATCHED double ck_dot(const double *a, const double *b, size_t count) {
    size_t whole = count & ~(size_t)7;
    double8 sums = {0};
    for (size_t j = 0; j < whole; j += 8) sums += LOAD(a + j) * LOAD(b + j);
    return FINISH(sums, a[j] * b[j]);
}

DISPATCHED void ck_dot4(const double *a, const double *const rows[4], size_t count, double results[4]) {
    size_t whole = count & ~(size_t)7;
    const double *b0 = rows[0], *b1 = rows[1], *b2 = rows[2], *b3 = rows[3];
    double8 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (size_t j = 0; j < whole; j += 8) {
        double8 value = LOAD(a + j);
        s0 += value * LOAD(b0 + j);
        s1 += value * LOAD(b1 + j);
        s2 += value * LOAD(b2 + j);
        s3 += value * LOAD(b3 + j);
    }
    results[0] = FINISH(s0, a[j] * b0[j]);
    results[1] = FINISH(s1, a[j] * b1[j]);
    results[2] = FINISH(s2, a[j] * b2[j]);
    results[3] = FINISH(s3, a[j] * b3[j]);
}
