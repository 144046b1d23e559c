/* One step of gated recurrent cells with sigmoid gates, forward and back, and the products around it.
 *
 * Arrays are [members, units, rows] and lie close, or [members, blocks, units, rows] for z and its gradient; `size` is
 * units * rows. The state stands among what the next step sees, so its members lie `stride` numbers apart.
 *
 * LSTM    blocks i, f, o, g      memory = f before + i g             state = o f(memory)
 * GRU     blocks r, u, n, q      n = f(n + r q)                      state = n + u (before - n)
 *
 * Where f is a tanh, a step is one call. For any other f it comes in parts, with f between them. `usual` tells which:
 * it is a constant, for each of which the compiler makes code of its own. */
#include "tiles.h"

/* The sigmoid, and the tanh by it: within 2e-7 of the exact values. Nearer 0 this tanh's relative error is larger, which
 * a state does not notice. */
INLINE float sigmoid_of(float x, float farthest) { return 1.f / (1.f + exponential(-x, farthest)); }
INLINE float tanh_of(float x, float farthest) { return 1.f - 2.f / (1.f + exponential(2.f * x, farthest)); }

INLINE void lstm_step(int usual, long size, float *z, const float *restrict before, float *restrict memory) {
    float *restrict in = z, *restrict keep = z + size, *restrict new = z + 3 * size, *restrict out = z + 2 * size;
    const float farthest = FARTHEST;
    EACH(i, size) {
        float let_in = sigmoid_of(in[i], farthest), kept = sigmoid_of(keep[i], farthest), candidate = new[i];
        if (usual) new[i] = candidate = tanh_of(candidate, farthest);
        memory[i] = kept * before[i] + let_in * candidate;
        in[i] = let_in, keep[i] = kept, out[i] = sigmoid_of(out[i], farthest);
    }
}

INLINE void lstm_tanh(long size, const float *restrict out, const float *restrict memory, float *restrict squashed,
                      float *restrict state) {
    const float farthest = FARTHEST;
    EACH(i, size) {
        float shown = tanh_of(memory[i], farthest);
        squashed[i] = shown, state[i] = out[i] * shown;
    }
}

/* delta <- delta * slope. */
void scale_by_slope(long members, long size, float *delta, long delta_stride, const float *slope, long slope_stride) {
    for (long m = 0; m < members; m++) {
        float *restrict to = delta + m * delta_stride;
        const float *restrict by = slope + m * slope_stride;
        EACH(i, size) to[i] *= by[i];
    }
}

/* z <- gates and candidate; memory, squashed and state from them. */
void lstm_forward(long members, long size, float *z, const float *before, float *memory, float *squashed, float *state,
                  long stride) {
    for (long m = 0; m < members; m++) {
        long at = m * size;
        lstm_step(1, size, z + 4 * at, before + at, memory + at);
        lstm_tanh(size, z + (4 * m + 2) * size, memory + at, squashed + at, state + m * stride);
    }
}

/* The gates in z <- their values; memory from them and the candidate, which z holds already; squashed <- memory. */
void lstm_remember(long members, long size, float *z, const float *before, float *memory, float *squashed) {
    for (long m = 0; m < members; m++) {
        long at = m * size;
        lstm_step(0, size, z + 4 * at, before + at, memory + at);
        memcpy(squashed + at, memory + at, size * sizeof *squashed);
    }
}

/* state <- output gate * squashed. */
void lstm_show(long members, long size, const float *z, const float *squashed, float *state, long stride) {
    for (long m = 0; m < members; m++) {
        const float *restrict out = z + (4 * m + 2) * size, *restrict shown = squashed + m * size;
        float *restrict to = state + m * stride;
        EACH(i, size) to[i] = out[i] * shown[i];
    }
}

/* Gradients at z from those at the state and the memory; that at the memory <- that at the memory before. What reaches
 * the memory through f is in `through` unless f is a tanh, and the gradient at z of g then lacks the factor f'. */
INLINE void lstm_step_back(int usual, long size, const float *z, const float *restrict before,
                           const float *restrict squashed, const float *restrict delta, const float *restrict through,
                           float *restrict memory_delta, float *z_delta) {
    const float *restrict in = z, *restrict keep = z + size, *restrict out = z + 2 * size, *restrict new = z + 3 * size;
    float *restrict in_delta = z_delta, *restrict keep_delta = z_delta + size, *restrict out_delta = z_delta + 2 * size,
                    *restrict new_delta = z_delta + 3 * size;
    EACH(i, size) {
        float let_in = in[i], kept = keep[i], candidate = new[i], at_memory = memory_delta[i];
        if (usual) {
            float shown = squashed[i], let_out = out[i], at_shown = delta[i] * let_out;
            out_delta[i] = at_shown * shown * (1 - let_out);
            at_memory += at_shown * (1 - shown * shown);
        } else {
            at_memory += through[i];
        }
        float at_candidate = at_memory * let_in;
        in_delta[i] = at_candidate * candidate * (1 - let_in);
        memory_delta[i] = at_memory = at_memory * kept;
        keep_delta[i] = at_memory * before[i] * (1 - kept);
        new_delta[i] = usual ? at_candidate * (1 - candidate * candidate) : at_candidate;
    }
}

void lstm_backward(long members, long size, const float *z, const float *before, const float *squashed,
                   float *memory_delta, float *z_delta, const float *delta, long stride) {
    for (long m = 0; m < members; m++) {
        long at = m * size;
        lstm_step_back(1, size, z + 4 * at, before + at, squashed + at, delta + m * stride, 0, memory_delta + at,
                       z_delta + 4 * at);
    }
}

/* From the gradient at the state to those at z of the output gate and at squashed. */
void lstm_to_squashed(long members, long size, const float *z, const float *squashed, float *through, float *z_delta,
                      const float *delta, long stride) {
    for (long m = 0; m < members; m++) {
        const float *restrict out = z + (4 * m + 2) * size, *restrict shown = squashed + m * size;
        const float *restrict from = delta + m * stride;
        float *restrict to = through + m * size, *restrict out_delta = z_delta + (4 * m + 2) * size;
        EACH(i, size) {
            float let_out = out[i], at_shown = from[i] * let_out;
            to[i] = at_shown;
            out_delta[i] = at_shown * shown[i] * (1 - let_out);
        }
    }
}

/* `through` now holds what of it reaches the memory. */
void lstm_to_blocks(long members, long size, const float *z, const float *before, const float *through,
                    float *memory_delta, float *z_delta) {
    for (long m = 0; m < members; m++) {
        long at = m * size;
        lstm_step_back(0, size, z + 4 * at, before + at, 0, 0, through + at, memory_delta + at, z_delta + 4 * at);
    }
}

INLINE void gru_gates(long size, float *z) {
    float *restrict reset = z, *restrict update = z + size, *restrict new = z + 2 * size;
    const float *restrict recalled = z + 3 * size;
    const float farthest = FARTHEST;
    EACH(i, size) {
        float reset_by = sigmoid_of(reset[i], farthest);
        new[i] += reset_by * recalled[i];
        reset[i] = reset_by, update[i] = sigmoid_of(update[i], farthest);
    }
}

/* The gates in z <- their values, and the candidate what f is to be taken of. */
void gru_reset(long members, long size, float *z) {
    for (long m = 0; m < members; m++) gru_gates(size, z + 4 * m * size);
}

INLINE void gru_new_state(int usual, long size, float *z, const float *restrict before, float *restrict state) {
    float *restrict update = z + size, *restrict new = z + 2 * size;
    const float farthest = FARTHEST;
    EACH(i, size) {
        float candidate = new[i];
        if (usual) new[i] = candidate = tanh_of(candidate, farthest);
        state[i] = candidate + update[i] * (before[i] - candidate);
    }
}

/* z <- gates and candidate; state from them. */
void gru_forward(long members, long size, float *z, const float *before, float *state, long stride) {
    for (long m = 0; m < members; m++) {
        gru_gates(size, z + 4 * m * size);
        gru_new_state(1, size, z + 4 * m * size, before + m * stride, state + m * stride);
    }
}

/* state <- n + u (before - n). */
void gru_mix(long members, long size, float *z, const float *before, float *state, long stride) {
    for (long m = 0; m < members; m++)
        gru_new_state(0, size, z + 4 * m * size, before + m * stride, state + m * stride);
}

/* From the gradient at the state to those at z of the update gate, at n, and, past z, at the state before. With a tanh
 * also to those at z of all blocks. */
INLINE void gru_step_back(int usual, long size, const float *z, const float *restrict before, float *restrict past,
                          float *z_delta, const float *restrict delta) {
    const float *restrict reset = z, *restrict update = z + size, *restrict new = z + 2 * size;
    const float *restrict recalled = z + 3 * size;
    float *restrict reset_delta = z_delta, *restrict update_delta = z_delta + size,
                    *restrict new_delta = z_delta + 2 * size, *restrict recalled_delta = z_delta + 3 * size;
    EACH(i, size) {
        float share = update[i], candidate = new[i], passing = delta[i] * share, at_new = delta[i] - passing;
        update_delta[i] = passing * (before[i] - candidate) * (1 - share);
        past[i] = passing;
        if (usual) {
            float reset_by = reset[i];
            at_new *= 1 - candidate * candidate;
            recalled_delta[i] = at_new * reset_by;
            reset_delta[i] = at_new * reset_by * recalled[i] * (1 - reset_by);
        }
        new_delta[i] = at_new;
    }
}

void gru_backward(long members, long size, const float *z, const float *before, long before_stride, float *past,
                  float *z_delta, const float *delta, long stride) {
    for (long m = 0; m < members; m++)
        gru_step_back(1, size, z + 4 * m * size, before + m * before_stride, past + m * size, z_delta + 4 * m * size,
                      delta + m * stride);
}

void gru_to_candidate(long members, long size, const float *z, const float *before, long before_stride, float *past,
                      float *z_delta, const float *delta, long stride) {
    for (long m = 0; m < members; m++)
        gru_step_back(0, size, z + 4 * m * size, before + m * before_stride, past + m * size, z_delta + 4 * m * size,
                      delta + m * stride);
}

/* From the gradient at z of n, with the factor f', to those of the reset gate and what it multiplies. */
void gru_to_blocks(long members, long size, const float *z, float *z_delta) {
    for (long m = 0; m < members; m++) {
        const float *restrict reset = z + 4 * m * size, *restrict recalled = reset + 3 * size;
        float *restrict to = z_delta + 4 * m * size, *restrict recalled_delta = to + 3 * size;
        const float *restrict new_delta = to + 2 * size;
        EACH(i, size) {
            float reset_by = reset[i], at_recalled = new_delta[i] * reset_by;
            recalled_delta[i] = at_recalled;
            to[i] = at_recalled * recalled[i] * (1 - reset_by);
        }
    }
}

/* Rows that have ended keep what was before: after <- before there. `ended` is [members, rows]. */
void keep_ended(long members, long units, long rows, const uint8_t *ended, float *after, long after_stride,
                const float *before, long before_stride) {
    for (long m = 0; m < members; m++, ended += rows)
        for (long unit = 0; unit < units; unit++) {
            float *to = after + m * after_stride + unit * rows;
            const float *from = before + m * before_stride + unit * rows;
            EACH(i, rows) to[i] = ended[i] ? from[i] : to[i];
        }
}

/* passing [members, units, rows] <- delta in rows that have ended and 0 in others; delta <- 0 in those that have. */
void part_ended(long members, long units, long rows, const uint8_t *ended, float *passing, float *delta,
                long delta_stride) {
    for (long m = 0; m < members; m++, ended += rows)
        for (long unit = 0; unit < units; unit++, passing += rows) {
            float *from = delta + m * delta_stride + unit * rows;
            EACH(i, rows) {
                float here = from[i];
                passing[i] = ended[i] ? here : 0;
                from[i] = ended[i] ? 0 : here;
            }
        }
}

/* to [rows, columns] = a [rows, inner] b [inner, columns]; rows of b and `to` lie close, those of a by strides. `room`
 * is for for inner + rows rows of WIDE. */
INLINE void multiply(long rows, long inner, long columns, float *room, const float *a, long a_row, long a_inner,
                     const float *b, float *to) {
    float *partial = room + WIDE * inner;
    for (long j = 0; j < columns; j += WIDE) {
        long count = least(WIDE, columns - j);
        gather_panel(inner, count, b + j, columns, room);
        if (count == WIDE) {
            panel(WIDE, 0, rows, inner, a, a_row, a_inner, room, WIDE, to + j, columns);
            continue;
        }
        panel(WIDE, 0, rows, inner, a, a_row, a_inner, room, WIDE, partial, WIDE);
        for (long i = 0; i < rows; i++)
            for (long at = 0; at < count; at++) to[i * columns + j + at] = partial[i * WIDE + at];
    }
}

/* z [M, blocks, rows] <- weights [M, blocks, columns] seen [M, columns, rows]. */
void recurrent_product(long members, long blocks, long columns, long rows, float *room, const float *weights,
                       const float *seen, float *z, long z_member) {
    for (long m = 0; m < members; m++, weights += blocks * columns, seen += columns * rows, z += z_member)
        multiply(blocks, columns, rows, room, weights, columns, 1, seen, z);
}

/* to [inner, width] <- b [count, inner] turned, and 0 where b has no more. */
INLINE void turn_panel(int width, long inner, long count, const float *b, float *to) {
    long k = 0;
    if (count == width)
        for (; k + LANES <= inner; k += LANES)
            for (int j = 0; j < width; j += LANES) turn(b + j * inner + k, inner, to + width * k + j, width);
    for (; k < inner; k++)
        for (long j = 0; j < width; j++) to[width * k + j] = j < count ? b[j * inner + k] : 0;
}

/* to [rows, width] (+)= delta [rows, inner] seen^T, for `count` rows of `seen`. */
INLINE void add_turned(int width, int add, long rows, long inner, long count, float *room, const float *seen,
                       float *to, long to_row, const float *delta) {
    turn_panel(width, inner, count, seen, room);
    panel(width, add, rows, inner, delta, inner, 1, room, width, to, to_row);
}

/* The same for a row of ones. */
INLINE void add_sums(int add, long rows, long inner, float *to, long to_row, const float *delta) {
    for (long i = 0; i < rows; i++, to += to_row, delta += inner) {
        vec totals = {};
        long k = 0;
        for (; k + LANES <= inner; k += LANES) totals += load(delta + k);
        float total = sum(totals);
        for (; k < inner; k++) total += delta[k];
        *to = add ? *to + total : total;
    }
}

INLINE void gradient_of(int add, long rows, long inner, long columns, float *room, const float *seen, float *to,
                        long wide, const float *delta) {
    long ones = columns - 1, j = 0;
    for (; j + LANES < ones; j += WIDE)
        add_turned(WIDE, add, rows, inner, least(WIDE, ones - j), room, seen + j * inner, to + j, wide, delta);
    if (j < ones) add_turned(LANES, add, rows, inner, ones - j, room, seen + j * inner, to + j, wide, delta);
    add_sums(add, rows, inner, to + ones, wide, delta);
}

/* From the gradient at a product, delta [M, blocks, rows]: gradient [M, blocks, wide] <- delta seen^T, or with `add`
 * that on top, and before [M, height, rows] <- the first rows of weights^T delta. The last column that is seen is all
 * ones. `wide` is the next multiple of LANES from columns; what lies beyond these is of no meaning. */
void recurrent_product_back(long members, long blocks, long columns, long rows, long height, long add, float *room,
                            const float *weights, const float *seen, float *gradient, long wide, const float *delta,
                            long delta_member, float *before, long before_member) {
    for (long m = 0; m < members; m++, delta += delta_member) {
        if (add)
            gradient_of(1, blocks, rows, columns, room, seen, gradient, wide, delta);
        else
            gradient_of(0, blocks, rows, columns, room, seen, gradient, wide, delta);
        multiply(height, blocks, rows, room, weights, 1, columns, delta, before);
        weights += blocks * columns, seen += columns * rows, gradient += blocks * wide, before += before_member;
    }
}
