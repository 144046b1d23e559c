/* Multi-head attention over the steps of each row, forward and backward, one head of one row at a time.
 *
 *     q, k, v [channels, steps]      E[j, i] = exp(scale k_j . q_i - shift_i) where step i may attend to step j, else 0
 *     attended_i = sum_j v_j E[j, i] inverse_i                          inverse_i = 1 / sum_j E[j, i]
 *
 * where shift_i is the greatest of i's scores. With g = d attended inverse and t_i = -g_i . attended_i:
 *
 *     dS[j, i] = E[j, i] (v_j . g_i + t_i)     dv_j = sum_i g_i E[j, i]     dk_j = scale sum_i q_i dS[j, i]
 *     dq_i = scale sum_j k_j dS[j, i]
 *
 * A head is copied into small matrices whose rows are filled up with zeros to `room` numbers, a multiple of 16, so that
 * every product is made of whole tiles; it stays in the first cache for a few hundred steps at most. */
#include "tiles.h"


typedef struct {
    long members, rows, heads, channels, steps, room, places;
    float scale;
    const float *allowed; /* [shares, rows or 1, keys, queries], or NULL where all is allowed */
    long shares, share_stride, row_stride;
} attention;

/* to [rows, room] <- sum over t < terms of left[t, row] right[t, :], left's strides given. */
INLINE void product(long rows, long room, long terms, const float *left, long by_term, long by_row, const float *right,
                    float *to) {
    for (long column = 0; column < room; column += WIDE)
        panel(WIDE, 0, rows, terms, left, by_row, by_term, right + column, room, to + column, room);
}

INLINE long whole(long count, long of) { return (count + of - 1) / of * of; }

INLINE void copy_in(const attention *at, const float *from, float scale, float *to) {
    for (long c = 0; c < at->channels; c++)
        EACH(i, at->steps) to[c * at->room + i] = scale * from[c * at->places + i];
}

INLINE void copy_out(const attention *at, const float *from, float scale, float *to) {
    for (long c = 0; c < at->channels; c++)
        EACH(i, at->steps) to[c * at->places + i] = scale * from[c * at->room + i];
}

/* Scores [steps, room] -> E, and inverse [room]. A score that is not allowed is put far below all others first. */
INLINE void exponentials(const attention *at, const float *allowed, float *restrict scores, float *restrict shift,
                         float *restrict inverse) {
    const long room = at->room, steps = at->steps;
    const float farthest = FARTHEST;
    for (long j = 0; allowed && j < steps; j++)
        EACH(i, steps) scores[j * room + i] = allowed[j * steps + i] > 0 ? scores[j * room + i] : -1e30f;
    EACH(i, room) shift[i] = scores[i];
    for (long j = 1; j < steps; j++)
        EACH(i, room) shift[i] = scores[j * room + i] > shift[i] ? scores[j * room + i] : shift[i];
    EACH(i, room) inverse[i] = 0;
    for (long j = 0; j < steps; j++)
        EACH(i, room) scores[j * room + i] = falling(scores[j * room + i] - shift[i], farthest);
    for (long j = 0; allowed && j < steps; j++)
        EACH(i, steps) scores[j * room + i] *= allowed[j * steps + i];
    for (long j = 0; j < steps; j++)
        EACH(i, room) inverse[i] += scores[j * room + i];
    EACH(i, room) inverse[i] = 1.f / inverse[i];
}

/* from [steps, room] to [room, room], the steps filled up to whole blocks. */
INLINE void transpose(long steps, long room, const float *from, float *to) {
    for (long j = 0; j < steps; j += LANES)
        for (long i = 0; i < room; i += LANES) turn(from + j * room + i, room, to + i * room + j, room);
}

INLINE void forward_head(const attention *at, const float *query, const float *key, const float *value,
                         const float *allowed, float *pairs, float *inverse, float *attended, float *scratch) {
    const long channels = at->channels, room = at->room, matrix = channels * room;
    float *q = scratch, *k = q + matrix, *v = k + matrix, *out = v + matrix, *shift = out + matrix;
    copy_in(at, query, at->scale, q);
    copy_in(at, key, 1, k);
    copy_in(at, value, 1, v);
    product(at->steps, room, at->channels, k, room, 1, q, pairs);
    exponentials(at, allowed, pairs, shift, inverse);
    product(channels, room, at->steps, v, 1, room, pairs, out);
    for (long c = 0; c < at->channels; c++)
        EACH(i, at->steps) attended[c * at->places + i] = out[c * room + i] * inverse[i];
}

INLINE void backward_head(const attention *at, const float *query, const float *key, const float *value,
                          const float *pairs, const float *inverse, const float *attended, const float *delta,
                          float *query_delta, float *key_delta, float *value_delta, float *scratch) {
    const long channels = at->channels, room = at->room, matrix = channels * room;
    float *q = scratch, *k = q + matrix, *v = k + matrix, *out = v + matrix, *level = out + matrix;
    float *g = level + room, *scores = g + matrix, *turned = scores + room * room;
    copy_in(at, query, at->scale, q);
    copy_in(at, key, 1, k);
    copy_in(at, value, 1, v);
    EACH(i, room) level[i] = 0;
    for (long c = 0; c < at->channels; c++)
        EACH(i, at->steps) {
            float made = g[c * room + i] = delta[c * at->places + i] * inverse[i];
            level[i] -= made * attended[c * at->places + i];
        }
    product(at->steps, room, at->channels, v, room, 1, g, scores);
    for (long j = 0; j < at->steps; j++)
        EACH(i, room) scores[j * room + i] = pairs[j * room + i] * (scores[j * room + i] + level[i]);
    product(channels, room, at->steps, k, 1, room, scores, out);
    copy_out(at, out, at->scale, query_delta);
    transpose(at->steps, room, scores, turned);
    product(channels, room, at->steps, q, 1, room, turned, out);
    copy_out(at, out, 1, key_delta);
    transpose(at->steps, room, pairs, turned);
    product(channels, room, at->steps, g, 1, room, turned, out);
    copy_out(at, out, 1, value_delta);
}

#define EACH_HEAD(AT)                                             \
    for (long m = 0; m < (AT)->members; m++)                      \
        for (long row = 0; row < (AT)->rows; row++)               \
            for (long head = 0; head < (AT)->heads; head++)

INLINE const float *seen(const attention *at, long m, long row) {
    return at->allowed ? at->allowed + m % at->shares * at->share_stride + row * at->row_stride : 0;
}

/* projected [members, 3 width, places]: q, k, v; pairs [members, rows, heads, steps + 1, room], whose last line is
 * the inverse sums; attended [members, width, places], members a stride apart. scratch, all zero at first, holds five
 * matrices [channels, room], two [room, room] and one line. */
void attend(const attention *at, const float *projected, float *pairs, float *attended, long attended_stride,
            float *scratch) {
    const long width = at->heads * at->channels, block = width * at->places, each = (whole(at->steps, LANES) + 1) * at->room;
    EACH_HEAD(at) {
        const float *query = projected + 3 * m * block + head * at->channels * at->places + row * at->steps;
        float *own = pairs + ((m * at->rows + row) * at->heads + head) * each;
        float *to = attended + m * attended_stride + head * at->channels * at->places + row * at->steps;
        forward_head(at, query, query + block, query + 2 * block, seen(at, m, row), own, own + each - at->room, to,
                     scratch);
    }
}

/* projected_delta [members, 3 width, places] <- gradient at q, k and v, from delta, the gradient at attended. */
void attend_backward(const attention *at, const float *projected, const float *pairs, const float *attended,
                     long attended_stride, const float *delta, float *projected_delta, float *scratch) {
    const long width = at->heads * at->channels, block = width * at->places, each = (whole(at->steps, LANES) + 1) * at->room;
    EACH_HEAD(at) {
        const long place = head * at->channels * at->places + row * at->steps;
        const float *query = projected + 3 * m * block + place;
        const float *own = pairs + ((m * at->rows + row) * at->heads + head) * each;
        float *to = projected_delta + 3 * m * block + place;
        backward_head(at, query, query + block, query + 2 * block, own, own + each - at->room,
                      attended + m * attended_stride + place, delta + m * block + place, to, to + block, to + 2 * block,
                      scratch);
    }
}
