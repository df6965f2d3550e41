#include "PairSums.h"
#include "Dispatch.h"

// Products and their additions are rounded one by one on every machine, and sums are added up in one order.
#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((vector_size(64)));
typedef double loose_lanes __attribute__((vector_size(64), aligned(8)));
enum { lane_count = sizeof(lanes) / sizeof(double) };

INLINED double total(const lanes *sums) {
    double pairs[4];
    for (int lane = 0; lane < 4; lane++) pairs[lane] = (*sums)[lane] + (*sums)[lane + 4];
    return (pairs[0] + pairs[2]) + (pairs[1] + pairs[3]);
}

DISPATCHED void ck_pair_sums(
    const double *entries, const double *weights, size_t count, double *row_squares, double *sums) {
    lanes squares = {0}, cubes = {0}, weighted = {0};
    size_t whole = count - count % lane_count;
    for (size_t j = 0; j < whole; j += lane_count) {
        lanes entry = *(const loose_lanes *)(entries + j), square = entry * entry;
        loose_lanes *row = (loose_lanes *)(row_squares + j);
        *row = *row + square;
        squares += square;
        cubes += square * entry;
        weighted += entry * *(const loose_lanes *)(weights + j);
    }
    sums[0] = total(&squares);
    sums[1] = total(&cubes);
    sums[2] = total(&weighted);
    for (size_t j = whole; j < count; j++) {
        double square = entries[j] * entries[j];
        row_squares[j] += square;
        sums[0] += square;
        sums[1] += square * entries[j];
        sums[2] += entries[j] * weights[j];
    }
}
