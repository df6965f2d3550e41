#include "CandidateKernels.h"
#include <float.h>
#include "Dispatch.h"

#pragma STDC FP_CONTRACT OFF

typedef float float16 __attribute__((vector_size(64), aligned(4)));
typedef int32_t int16x32 __attribute__((vector_size(64)));
typedef int32_t int16x32_loose __attribute__((vector_size(64), aligned(4)));
typedef _Bool bool16 __attribute__((ext_vector_type(16)));
typedef double double8 __attribute__((vector_size(64)));
typedef float loose_float8 __attribute__((vector_size(32), aligned(4)));

#define LOAD(pointer) (*(const float16 *)(pointer))

// What is said of a column seen from the row, and of the row seen from a column; for a vector as for a single value. Bounds have one
// term or `two`, which is known where a scan is compiled.
#define BOUND(factor, norm, second_factor, second_norm, margin)                                                        \
    (two ? (factor) * (norm) + (second_factor) * (second_norm) + (margin) : (factor) * (norm) + (margin))

#define ROW_BOUND(load, j)                                                                                             \
    BOUND(factor, load(columns.norms + (j)), second_factor, load(columns.second_norms + (j)), load(columns.margins + (j)))
#define COLUMN_BOUND(load, j)                                                                                          \
    BOUND(load(columns.factors + (j)), norm, load(columns.second_factors + (j)), second_norm, margin)

#define REACHES_ROW(load, j) (load(values + (j)) + load(columns.offsets + (j)) + ROW_BOUND(load, j) >= floor)
#define REACHES_COLUMN(load, j) (load(values + (j)) + offset + COLUMN_BOUND(load, j) >= load(columns.floors + (j)))
#define SINGLE(pointer) (*(pointer))

/// A bit for each lane of a comparison, the first one lowest.
#define BITS(comparison)                                                                                               \
    ({                                                                                                                 \
        bool16 bits_ = __builtin_convertvector(comparison, bool16);                                                    \
        uint16_t mask_;                                                                                                \
        __builtin_memcpy(&mask_, &bits_, sizeof mask_);                                                                \
        (uint32_t)mask_;                                                                                               \
    })

/// Appends the positions of the bits of `mask`, counted from `first` on.
INLINED size_t append(uint32_t mask, size_t first, int32_t *hits, size_t found) {
    for (; mask; mask &= mask - 1) hits[found++] = (int32_t)(first + (size_t)__builtin_ctz(mask));
    return found;
}

INLINED float largest_of(const float *values, size_t count) {
    float largest = 0;
    for (size_t i = 0; i < count; i++) largest = values[i] > largest ? values[i] : largest;
    return largest;
}

DISPATCHED ck_largest ck_largest_of(ck_samples samples, size_t count) {
    return (ck_largest){
        .norm = largest_of(samples.norms, count),
        .second_norm = samples.second_norms ? largest_of(samples.second_norms, count) : 0,
        .margin = largest_of(samples.margins, count),
    };
}

DISPATCHED void ck_thresholds(ck_samples samples, size_t count, ck_largest others, float *restrict thresholds) {
    for (size_t i = 0; i < count; i++) {
        // Roundings of what is no less are no less. A sum that is the floor only once it is rounded falls short of it by 2⁻²⁴ of it, and
        // the two subtractions here lose as much each, of all that they subtract.
        float second = samples.second_factors ? samples.second_factors[i] * others.second_norm : 0;
        float bound = samples.factors[i] * others.norm + second + others.margin, floor = samples.floors[i];
        float room = ((floor < 0 ? -floor : floor) + bound) * 0x1p-22f;
        thresholds[i] = floor - bound - room;
    }
}

DISPATCHED ptrdiff_t ck_position_of(int32_t value, const int32_t *values, size_t count) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        uint32_t equal = BITS(*(const int16x32_loose *)(values + i) == value);
        if (equal) return (ptrdiff_t)(i + (size_t)__builtin_ctz(equal));
    }
    for (; i < count; i++) {
        if (values[i] == value) return (ptrdiff_t)i;
    }
    return -1;
}

INLINED size_t scan_row(
    const float *values, size_t count, ck_samples row, float threshold, ck_samples columns, int32_t *hits,
    const int two) {
    float factor = *row.factors, second_factor = two ? *row.second_factors : 0, floor = *row.floors;
    size_t found = 0, j = 0;
    for (; j + 32 <= count; j += 32) {
        int16x32 any = (LOAD(values + j) + LOAD(columns.offsets + j) >= threshold)
            | (LOAD(values + j + 16) + LOAD(columns.offsets + j + 16) >= threshold);
        if (!BITS(any)) continue;
        found = append(BITS(REACHES_ROW(LOAD, j)) | BITS(REACHES_ROW(LOAD, j + 16)) << 16, j, hits, found);
    }
    for (; j < count; j++) {
        hits[found] = (int32_t)j;
        found += REACHES_ROW(SINGLE, j);
    }
    return found;
}

DISPATCHED size_t ck_scan_row(
    const float *values, size_t count, ck_samples row, float threshold, ck_samples columns, int32_t *hits) {
    return row.second_factors ? scan_row(values, count, row, threshold, columns, hits, 1)
                              : scan_row(values, count, row, threshold, columns, hits, 0);
}

INLINED size_t scan_both(
    const float *values, size_t count, ck_samples row, float threshold, ck_samples columns,
    const float *column_thresholds, int32_t *hits, int32_t *column_hits, size_t *column_count, const int two) {
    float factor = *row.factors, floor = *row.floors, offset = *row.offsets, norm = *row.norms, margin = *row.margins;
    float second_factor = two ? *row.second_factors : 0, second_norm = two ? *row.second_norms : 0;
    size_t found = 0, column_found = 0, j = 0;
    for (; j + 32 <= count; j += 32) {
        float16 value = LOAD(values + j), next = LOAD(values + j + 16);
        int16x32 any = (value + LOAD(columns.offsets + j) >= threshold)
            | (next + LOAD(columns.offsets + j + 16) >= threshold)
            | (value + offset >= LOAD(column_thresholds + j)) | (next + offset >= LOAD(column_thresholds + j + 16));
        if (!BITS(any)) continue;
        found = append(BITS(REACHES_ROW(LOAD, j)) | BITS(REACHES_ROW(LOAD, j + 16)) << 16, j, hits, found);
        column_found = append(
            BITS(REACHES_COLUMN(LOAD, j)) | BITS(REACHES_COLUMN(LOAD, j + 16)) << 16, j, column_hits, column_found);
    }
    for (; j < count; j++) {
        hits[found] = column_hits[column_found] = (int32_t)j;
        found += REACHES_ROW(SINGLE, j);
        column_found += REACHES_COLUMN(SINGLE, j);
    }
    *column_count = column_found;
    return found;
}

DISPATCHED size_t ck_scan_both(
    const float *values, size_t count, ck_samples row, float threshold, ck_samples columns,
    const float *column_thresholds, int32_t *hits, int32_t *column_hits, size_t *column_count) {
    return row.second_factors
        ? scan_both(
              values, count, row, threshold, columns, column_thresholds, hits, column_hits, column_count, 1)
        : scan_both(
              values, count, row, threshold, columns, column_thresholds, hits, column_hits, column_count, 0);
}

INLINED void lower_maxima(
    const float *values, size_t count, ck_samples row, ck_samples columns, size_t groups, float *restrict maxima,
    const int two) {
    float factor = *row.factors, second_factor = two ? *row.second_factors : 0;
    for (size_t g = 0; g < groups; g++) maxima[g] = -FLT_MAX;
    for (size_t first = 0; first < count; first += groups) {
        size_t length = count - first < groups ? count - first : groups;
        for (size_t g = 0; g < length; g++) {
            size_t j = first + g;
            float lower = values[j] + columns.offsets[j] - ROW_BOUND(SINGLE, j);
            maxima[g] = lower > maxima[g] ? lower : maxima[g];
        }
    }
}

DISPATCHED void ck_lower_maxima(
    const float *values, size_t count, ck_samples row, ck_samples columns, size_t groups, float *maxima) {
    if (row.second_factors) {
        lower_maxima(values, count, row, columns, groups, maxima, 1);
    } else {
        lower_maxima(values, count, row, columns, groups, maxima, 0);
    }
}

DISPATCHED float ck_ranked(float *values, size_t count, size_t rank) {
    // As integers, the bits of positive numbers are in their order, and those of negative ones once their magnitudes are turned round.
    int32_t *keys = (int32_t *)__builtin_assume_aligned(values, 4);
    for (size_t i = 0; i < count; i++) {
        int32_t bits;
        __builtin_memcpy(&bits, values + i, 4);
        bits ^= (bits >> 31) & INT32_MAX;
        __builtin_memcpy(values + i, &bits, 4);
    }
    int32_t result = INT32_MIN;
    for (int bit = 31; bit >= 0; bit--) {
        int32_t candidate = (int32_t)((uint32_t)result + ((uint32_t)1 << bit));
        uint32_t reached = 0;
        for (size_t i = 0; i < count; i++) {
            int32_t key;
            __builtin_memcpy(&key, keys + i, 4);
            reached += key >= candidate;
        }
        if (reached > rank) result = candidate;
    }
    result ^= (result >> 31) & INT32_MAX;
    float value;
    __builtin_memcpy(&value, &result, 4);
    return value;
}

void ck_mirror(float *values, size_t size, size_t stride, float diagonal) {
    // Small blocks, so that both the rows read and the rows written stay in cache.
    enum { block = 16 };
    for (size_t above = 0; above < size; above += block) {
        size_t last = above + block < size ? above + block : size;
        for (size_t left = above; left < size; left += block) {
            size_t end = left + block < size ? left + block : size;
            for (size_t j = left; j < end; j++) {
                float *target = values + j * stride;
                for (size_t i = above; i < last && i < j; i++) target[i] = values[i * stride + j];
            }
        }
    }
    for (size_t i = 0; i < size; i++) values[i * stride + i] = diagonal;
}

DISPATCHED double ck_square_sum(const float *values, size_t count) {
    size_t whole = count & ~(size_t)7;
    double8 sums = {0};
    for (size_t j = 0; j < whole; j += 8) {
        double8 value = __builtin_convertvector(*(const loose_float8 *)(values + j), double8);
        sums += value * value;
    }
    for (size_t j = whole; j < count; j++) sums[j - whole] += (double)values[j] * (double)values[j];
    double total = 0;
    for (int lane = 0; lane < 8; lane++) total += sums[lane];
    return total;
}

DISPATCHED void ck_power_sums(const float *values, size_t count, double sums[2]) {
    size_t whole = count & ~(size_t)7;
    double8 squares = {0}, fourths = {0};
    for (size_t j = 0; j < whole; j += 8) {
        double8 value = __builtin_convertvector(*(const loose_float8 *)(values + j), double8);
        squares += value * value;
        fourths += value * value * (value * value);
    }
    for (size_t j = whole; j < count; j++) {
        double square = (double)values[j] * (double)values[j];
        squares[j - whole] += square;
        fourths[j - whole] += square * square;
    }
    sums[0] = sums[1] = 0;
    for (int lane = 0; lane < 8; lane++) {
        sums[0] += squares[lane];
        sums[1] += fourths[lane];
    }
}
