#include "IntegerRows.h"
#include <float.h>
#include "Dispatch.h"

// Products are rounded before they are added, on machines that could fuse the two as well.
#pragma STDC FP_CONTRACT OFF

typedef double double8 __attribute__((vector_size(64)));
typedef double loose_double8 __attribute__((vector_size(64), aligned(8)));
typedef int64_t long8 __attribute__((vector_size(64)));
typedef uint64_t word8 __attribute__((vector_size(64)));
typedef int8_t char8 __attribute__((vector_size(8), aligned(1)));

#define LOAD(pointer) (*(const loose_double8 *)(pointer))
#define STORE(pointer, value) (*(loose_double8 *)(pointer) = (value))

/// The most integers on either side of 0.
static const double most = 127;

/// Added to a small number, it leaves the integer next to it in the lowest bits; ties go to even ones.
static const double integer_bits = 0x1.8p52;

/// A row's unit and its inverse, and what has been summed.
typedef struct {
    double scale, inverse;
    double8 squares, rests;
} quantising;

/// Rounds eight values to integers, and adds to the sums of squares of the integers and of the rests.
INLINED void quantise_eight(quantising *state, const double8 *values, int8_t *to) {
    double8 shares = *values * state->inverse, limits = most - (double8){0};
    shares = __builtin_elementwise_max(__builtin_elementwise_min(shares, limits), -limits);
    double8 shifted = shares + integer_bits, integers = shifted - integer_bits;
    double8 rests = *values - integers * state->scale;
    state->squares += integers * integers;
    state->rests += rests * rests;
    *(char8 *)to = __builtin_convertvector((long8)shifted, char8);
}

INLINED double sum_of(const double8 *lanes) {
    double total = 0;
    for (int lane = 0; lane < 8; lane++) total += (*lanes)[lane];
    return total;
}

DISPATCHED ck_quantised ck_quantise(
    const double *row, const double *means, double scale, double rounding, size_t count, int8_t *integers) {
    size_t whole = count & ~(size_t)7;
    // What is beyond the last whole eight values, and zeros.
    double8 beyond = {0};
    for (size_t j = whole; j < count; j++) beyond[j - whole] = (row[j] - means[j]) * scale;
    // As integers, the bits of magnitudes are in their order.
    long8 magnitudes = (long8)beyond & INT64_MAX;
    for (size_t j = 0; j < whole; j += 8) {
        double8 value = (LOAD(row + j) - LOAD(means + j)) * scale;
        magnitudes = __builtin_elementwise_max(magnitudes, (long8)value & INT64_MAX);
    }
    int64_t bits = __builtin_reduce_max(magnitudes);
    double largest;
    __builtin_memcpy(&largest, &bits, sizeof largest);

    ck_quantised result = {.scale = (float)(largest / most)};
    quantising state = {.squares = {0}};
    if (result.scale < FLT_MIN) {
        result.scale = 0;
    } else {
        state.scale = result.scale;
        state.inverse = 1 / state.scale;
    }
    for (size_t j = 0; j < whole; j += 8) {
        double8 value = (LOAD(row + j) - LOAD(means + j)) * scale;
        quantise_eight(&state, &value, integers + j);
    }
    int8_t last[8];
    quantise_eight(&state, &beyond, last);
    for (size_t j = whole; j < count; j++) integers[j] = last[j - whole];
    if (largest == 0) return result;

    // s has 24 bits and q seven: their product is exact, and so is the sum of squares of q. c - s q is off by 2⁻⁵³ of itself at most, its
    // square by three times that, their sum by d/8 + 11 times; the root by half of this, and two more operations: by less than d + 8 times.
    // Squares that are no normal numbers lose less than 2⁻⁵⁰⁰ of the root.
    result.norm = state.scale * __builtin_elementwise_sqrt(sum_of(&state.squares)) * (1 + 0x1p-50);
    double rest = __builtin_elementwise_sqrt(sum_of(&state.rests)) * (1 + (double)(count + 8) * 0x1p-52) + 0x1p-500;
    // c itself is off by 2⁻⁵³ of its norm, and by `rounding`; it is no longer than h and r together.
    result.rest = (rest + (rounding + 0x1p-51) * (result.norm + rest)) * (1 + 0x1p-50);
    return result;
}

/// SplitMix64's number `index` from the seed 0 (Steele, Lea and Flood 2014).
INLINED uint64_t signs_of(size_t index) {
    uint64_t z = ((uint64_t)index + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

/// 1/√size of a power of two.
static double root_of_share(size_t size) {
    double root = size & 0x5555555555555555 ? 1 : 0x1.6a09e667f3bcdp-1;
    for (; size > 2; size /= 4) root /= 2;
    return root;
}

/// The sums and differences of lanes that are `distance` apart.
#define STEP(value, distance, ...)                                                                                     \
    ({                                                                                                                 \
        double8 before_ = (value), other_ = __builtin_shufflevector(before_, before_, __VA_ARGS__);                    \
        other_ + (double8)((word8)before_ ^ ((lanes & distance) << (63 - __builtin_ctz(distance))));                   \
    })

/// Multiplies 8 or more values, a power of two, by signs, bits of SplitMix64's numbers from number `first` on, and by H.
INLINED void transform(double *values, size_t size, size_t first) {
    const word8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    double share = root_of_share(size);
    uint64_t signs = 0;
    for (size_t j = 0; j < size; j += 8) {
        size_t bit = first + j;
        if (j == 0 || bit % 64 == 0) signs = signs_of(bit / 64) >> bit % 64;
        word8 minus = ((signs - (word8){0}) >> lanes) << 63;
        double8 value = (double8)((word8)(LOAD(values + j) * share) ^ minus);
        value = STEP(value, 1, 1, 0, 3, 2, 5, 4, 7, 6);
        value = STEP(value, 2, 2, 3, 0, 1, 6, 7, 4, 5);
        STORE(values + j, STEP(value, 4, 4, 5, 6, 7, 0, 1, 2, 3));
        signs >>= 8;
    }
    size_t half = 8;
    // Two steps at a time, for as long as there are two.
    for (; half < size / 2; half *= 4) {
        for (size_t start = 0; start < size; start += 4 * half) {
            for (size_t j = start; j < start + half; j += 8) {
                double8 a = LOAD(values + j), b = LOAD(values + j + half);
                double8 c = LOAD(values + j + 2 * half), d = LOAD(values + j + 3 * half);
                double8 ab = a + b, ba = a - b, cd = c + d, dc = c - d;
                STORE(values + j, ab + cd);
                STORE(values + j + half, ba + dc);
                STORE(values + j + 2 * half, ab - cd);
                STORE(values + j + 3 * half, ba - dc);
            }
        }
    }
    if (half < size) {
        for (size_t j = 0; j < half; j += 8) {
            double8 a = LOAD(values + j), b = LOAD(values + j + half);
            STORE(values + j, a + b);
            STORE(values + j + half, a - b);
        }
    }
}

/// The same for fewer than 8 values.
static void transform_few(double *values, size_t size, size_t first) {
    double share = root_of_share(size);
    for (size_t j = 0; j < size; j++) {
        values[j] *= signs_of((first + j) / 64) >> (first + j) % 64 & 1 ? -share : share;
    }
    for (size_t half = 1; half < size; half *= 2) {
        for (size_t j = 0; j < size; j++) {
            if (j & half) continue;
            double a = values[j], b = values[j + half];
            values[j] = a + b;
            values[j + half] = a - b;
        }
    }
}

/// The largest power of two that is not above `count`, which is not 0.
INLINED size_t block_of(size_t count) { return (size_t)1 << (63 - __builtin_clzll(count)); }

DISPATCHED void ck_hadamard(double *row, size_t count) {
    if (count == 0) return;
    size_t size = block_of(count);
    if (size < 8) {
        transform_few(row, size, 0);
        if (size < count) transform_few(row + count - size, size, size);
    } else {
        transform(row, size, 0);
        if (size < count) transform(row + count - size, size, size);
    }
}

double ck_hadamard_rounding(size_t count) {
    if (count == 0) return 0;
    size_t size = block_of(count);
    double once = (double)(__builtin_ctzll(size) + 3) * 0x1p-53;
    return size < count ? 2 * once : once;
}
