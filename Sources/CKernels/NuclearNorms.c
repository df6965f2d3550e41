#include "NuclearNorms.h"
#include "Dispatch.h"

// Products and their additions are rounded one by one on every machine.
#pragma STDC FP_CONTRACT OFF

typedef double lanes __attribute__((vector_size(CK_NORM_LANES * sizeof(double))));
typedef long long choices __attribute__((vector_size(CK_NORM_LANES * sizeof(long long))));

/// Columns count as orthogonal once the square of their cosine is no larger.
static const double orthogonal = 0x1p-64;
/// Of columns that never become so, as there are none, this many rounds over all pairs are made.
enum { most_sweeps = 60 };

/// By pointers: vectors as arguments depend on the instruction set.
INLINED void take_roots(lanes *values) {
#if __has_builtin(__builtin_elementwise_sqrt)
    *values = __builtin_elementwise_sqrt(*values);
#else
    for (int lane = 0; lane < CK_NORM_LANES; lane++) (*values)[lane] = __builtin_sqrt((*values)[lane]);
#endif
}

INLINED int is_any(const choices *choice) {
    long long found = 0;
    for (int lane = 0; lane < CK_NORM_LANES; lane++) found |= (*choice)[lane];
    return found != 0;
}

/// Makes the columns `p` and `q` orthogonal, where they are not yet; 1 if there were any such.
INLINED int rotate(lanes *restrict p, lanes *restrict q, size_t size) {
    lanes pp = {0}, qq = {0}, pq = {0};
    for (size_t i = 0; i < size; i++) {
        pp += p[i] * p[i];
        qq += q[i] * q[i];
        pq += p[i] * q[i];
    }
    choices turned = pq * pq > orthogonal * pp * qq;
    if (!is_any(&turned)) return 0;
    // The smaller of both angles: its tangent is 2pq/(d ± √(d² + 4pq²)), d the difference of the squared lengths.
    lanes difference = qq - pp, twice = pq + pq, length = difference * difference + twice * twice;
    take_roots(&length);
    // With the sign of the difference; and zero where columns stay as they are.
    length = (lanes)((choices)length | ((choices)difference & (choices)(-0.0 - (lanes){0})));
    lanes tangent = (lanes)((choices)(twice / (difference + length)) & turned);
    lanes secant = 1.0 + tangent * tangent;
    take_roots(&secant);
    lanes cosine = 1.0 / secant, sine = cosine * tangent;
    for (size_t i = 0; i < size; i++) {
        lanes a = p[i], b = q[i];
        p[i] = cosine * a - sine * b;
        q[i] = sine * a + cosine * b;
    }
    return 1;
}

DISPATCHED void ck_nuclear_norms(double *values, size_t size, double *norms) {
    lanes *columns = (lanes *)values;
    // Everybody meets everybody once: the last stays, the others move on by one place a round; of an odd number one has nobody.
    size_t places = size + size % 2;
    for (int sweep = 0, turned = 1; turned && sweep < most_sweeps; sweep++) {
        turned = 0;
        for (size_t round = 0; round + 1 < places; round++) {
            for (size_t pair = 0; pair < places / 2; pair++) {
                size_t a = pair == 0 ? places - 1 : (round + pair) % (places - 1);
                size_t b = (round + places - 1 - pair) % (places - 1);
                if (a >= size || b >= size) continue;
                size_t p = a < b ? a : b, q = a < b ? b : a;
                turned |= rotate(columns + p * size, columns + q * size, size);
            }
        }
    }
    lanes sum = {0};
    for (size_t j = 0; j < size; j++) {
        lanes square = {0};
        for (size_t i = 0; i < size; i++) square += columns[j * size + i] * columns[j * size + i];
        take_roots(&square);
        sum += square;
    }
    for (int lane = 0; lane < CK_NORM_LANES; lane++) norms[lane] = sum[lane];
}
