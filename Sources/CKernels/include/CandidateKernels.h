#pragma once
#include <stddef.h>
#include <stdint.h>

/// Tiles of the centred product, looked through for what may be a neighbour, at the speed of the cache.
///
/// The similarity of samples i and j, seen from i, lies within e_ij of value_ij + offset_j, with
/// e_ij = factor_i · norm_j + second_factor_i · second_norm_j + margin_j (see SimilarityBounds). All of it is float32, in this order and
/// never fused, so a test that is made twice gives the same answer.

/// What bounds the similarities of samples in a row.
typedef struct {
    const float *offsets, *margins, *norms;
    /// Of the samples as those that look: the bound's factors, and what a similarity has to reach.
    const float *factors, *floors;
    /// The second term of the bound; both NULL, of all samples, where it has none.
    const float *second_norms, *second_factors;
} ck_samples;

/// The most that bounds of similarities to some samples are made of.
typedef struct {
    float norm, second_norm, margin;
} ck_largest;

/// That of `count` samples.
ck_largest ck_largest_of(ck_samples samples, size_t count);

/// thresholds[i] for `count` samples i: whatever similarity to one of the `others`, j, may reach the sample's floor has a value_ij +
/// offset_j of no less. As one number for all of them it is a quick test, which few pass that do not matter.
void ck_thresholds(ck_samples samples, size_t count, ck_largest others, float *thresholds);

/// The positions in a row of a tile of what may be a neighbour of the row's sample, first of `row`, in `hits` (`count` of them at
/// most): returns how many. `threshold` is the row's, for the columns.
size_t ck_scan_row(
    const float *values, size_t count, ck_samples row, float threshold, ck_samples columns, int32_t *hits);

/// The same, and in `column_hits` the positions of samples of which the row's may be a neighbour; `column_thresholds` are the columns', for
/// the tile's rows.
size_t ck_scan_both(
    const float *values, size_t count, ck_samples row, float threshold, ck_samples columns,
    const float *column_thresholds, int32_t *hits, int32_t *column_hits, size_t *column_count);

/// The largest lower bound among each of `groups` groups of a row's similarities, group g being the positions g, g + groups, …
void ck_lower_maxima(
    const float *values, size_t count, ck_samples row, ck_samples columns, size_t groups, float *maxima);

/// The value of rank `rank` (from 0, largest first) among `count` values, which are overwritten.
float ck_ranked(float *values, size_t count, size_t rank);

/// The first position of `value` among `count` values, or -1.
ptrdiff_t ck_position_of(int32_t value, const int32_t *values, size_t count);

/// Says that what is at `address` will soon be written.
static inline void ck_expect(const void *address) { __builtin_prefetch(address, 1); }

/// Marks that something is written; whoever sees the mark, from whichever thread, sees what was written before.
static inline void ck_publish(uint8_t *mark) { __atomic_store_n(mark, 1, __ATOMIC_RELEASE); }
static inline int ck_is_published(const uint8_t *mark) { return __atomic_load_n(mark, __ATOMIC_ACQUIRE); }

/// Copies what is above the diagonal of `size` rows, `stride` apart, to below it, and writes `diagonal` on it.
void ck_mirror(float *values, size_t size, size_t stride, float diagonal);

/// Σ values², in float64: eight running sums that are then added one after the other.
double ck_square_sum(const float *values, size_t count);

/// Σ values² in sums[0] and Σ values⁴ in sums[1], likewise.
void ck_power_sums(const float *values, size_t count, double sums[2]);
