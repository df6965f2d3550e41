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

void ck_count_magnitudes16(const uint16_t *values, size_t count, uint32_t *bins) {
    enum { size = 1 << 15 };
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        uint64_t four;
        __builtin_memcpy(&four, values + i, 8);
        bins[four & 0x7FFF]++;
        bins[size + (four >> 16 & 0x7FFF)]++;
        bins[2 * size + (four >> 32 & 0x7FFF)]++;
        bins[3 * size + (four >> 48 & 0x7FFF)]++;
    }
    for (; i < count; i++) bins[values[i] & 0x7FFF]++;
}
