#pragma once
#include <stddef.h>
#include <stdint.h>
#include "PackedProducts.h"

/// How many neighbours the lists of many pairs of layers have in common, by bits.
///
/// A mask has a bit for each of 512 column layers: whether the layer lists a sample among the neighbours of the sample in hand. A row layer
/// looks the masks of its own k neighbours up and adds them by position. Counts are kept vertically: plane p holds bit p of all 512 of
/// them, so that a carry-save adder (Harley & Seal; Muła, Kurz & Lemire 2018) takes two masks in by two operations. All of it is whole
/// numbers: every instruction set gives the same ones.

/// Words of a mask, and layers that have a bit in it.
#define CK_MASK_WORDS 8
#define CK_MASK_LAYERS 512

/// Samples that are taken in at once.
#define CK_ARC_SAMPLES 8

/// Entries of a list that are taken in at once.
#define CK_MOST_ENTRIES 512

/// Eight samples of the row layers, matched with eight of the column layers.
typedef struct {
    /// The masks of the column layers' samples, eight words each and aligned to 64 bytes. The first one is empty.
    const uint64_t *masks;
    /// Of each sample: where the masks of its match lie, in bytes from `masks`, for every sample that a row layer may list; element -1,
    /// for a place of a list that is empty, is 0.
    const int32_t *const *offsets;
    /// Of each sample: its k neighbours in one row layer after another, `stride` apart.
    const int32_t *const *lists;
    size_t stride;
} ck_arc_samples;

/// Adds to the counts of `layers` row layers with the first `columns` column layers what the eight samples' lists have in common.
///
/// planes: layers x plane_count x eight words, aligned to 64 bytes. There are planes enough for the largest total, and for 8k. The k of a
/// call are at most CK_MOST_ENTRIES: more are taken in by several.
void ck_add_common(
    ck_instructions instructions, const ck_arc_samples *samples, size_t layers, size_t k, size_t columns,
    uint64_t *planes, size_t plane_count);

/// Adds to sums[l, c] for each row layer l and column layer c, and for each of the eight samples, weights[h], h ≤ k ≤ 255 being what the
/// sample's lists have in common. The sums of a row layer are 512, in the order of `ck_mask_place`.
void ck_add_weights(
    ck_instructions instructions, const ck_arc_samples *samples, size_t layers, size_t k, const uint64_t *weights,
    uint64_t *sums);

/// counts[c] = the number whose bits the planes of one row layer hold for column layer c, for all 512 of them.
void ck_plane_counts(const uint64_t *planes, size_t plane_count, uint32_t *counts);

/// Where the sum of column layer `c` stands among those of `ck_add_weights`.
static inline size_t ck_mask_place(size_t c) { return c % 8 * 64 + c / 64 * 8 + c % 64 / 8; }
