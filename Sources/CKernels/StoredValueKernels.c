#include "StoredValueKernels.h"
#include "Dispatch.h"

#define LARGEST(name, type, mask)                                                                                      \
    DISPATCHED type name(const type *values, size_t count) {                                                           \
        type largest = 0;                                                                                              \
        for (size_t i = 0; i < count; i++) {                                                                           \
            type magnitude = values[i] & (mask);                                                                       \
            largest = magnitude > largest ? magnitude : largest;                                                       \
        }                                                                                                              \
        return largest;                                                                                                \
    }

LARGEST(ck_largest_magnitude16, uint16_t, 0x7FFF)
LARGEST(ck_largest_magnitude32, uint32_t, 0x7FFFFFFF)
LARGEST(ck_largest_magnitude64, uint64_t, 0x7FFFFFFFFFFFFFFF)

enum { bin_count = 1 << 16 };

void ck_count_patterns16(const uint16_t *values, size_t count, uint64_t *bins) {
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        uint64_t four;
        __builtin_memcpy(&four, values + i, 8);
        bins[four & 0x7FFF]++;
        bins[bin_count + (four >> 16 & 0x7FFF)]++;
        bins[2 * bin_count + (four >> 32 & 0x7FFF)]++;
        bins[3 * bin_count + (four >> 48 & 0x7FFF)]++;
    }
    for (; i < count; i++) bins[values[i] & 0x7FFF]++;
}

#define COUNT(mask)                                                                                                    \
    for (size_t i = 0; i < count; i++) {                                                                               \
        uint64_t high = (values[i] & (mask)) >> shift;                                                                 \
        if (high >> 16 == prefix) bins[(i & 3) * bin_count + (high & 0xFFFF)]++;                                       \
    }

void ck_count_patterns32(const uint32_t *values, size_t count, uint32_t shift, uint64_t prefix, uint64_t *bins) {
    COUNT(0x7FFFFFFF)
}

void ck_count_patterns64(const uint64_t *values, size_t count, uint32_t shift, uint64_t prefix, uint64_t *bins) {
    COUNT(0x7FFFFFFFFFFFFFFF)
}
