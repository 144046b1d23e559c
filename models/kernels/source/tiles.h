/* Products of some rows with panels of 16, or 8, columns, in registers:
 *
 *     to [rows, width] (+)= sum over k < inner of left[r row + k step] right[k line + column]
 *
 * `right` is read line by line, of which a panel takes 64 or 32 bytes each, and `left` number by number, so both should
 * lie in the first cache. */
#pragma once

#include "vector.h"

#define WIDE (2 * LANES)
#define TALL 6 /* rows of a tile: twelve vec of sums and what they read fit the sixteen registers */

/* `width`, `count` and `add` are constants, for each of which the compiler makes code of its own. */
INLINE void tile(int width, int count, int add, long inner, const float *left, long row, long step, const float *right,
                 long line, float *to, long to_row) {
    vec first[TALL] = {}, second[TALL] = {};
    for (long k = 0; k < inner; k++, left += step, right += line) {
        const vec low = load(right), high = width == WIDE ? load(right + LANES) : low;
#pragma GCC unroll 6
        for (int r = 0; r < count; r++) {
            const vec factor = all(left[r * row]);
            first[r] += factor * low;
            if (width == WIDE) second[r] += factor * high;
        }
    }
#pragma GCC unroll 6
    for (int r = 0; r < count; r++, to += to_row) {
        store(to, add ? (vec)(first[r] + load(to)) : first[r]);
        if (width == WIDE) store(to + LANES, add ? (vec)(second[r] + load(to + LANES)) : second[r]);
    }
}

/* All rows, in tiles of nearly one height: a low tile takes as long as a high one. */
INLINE void panel(int width, int add, long rows, long inner, const float *left, long row, long step, const float *right,
                  long line, float *to, long to_row) {
    for (long tiles = (rows + TALL - 1) / TALL; tiles > 0; tiles--) {
        const long count = (rows + tiles - 1) / tiles;
        switch (count) {
        case 1: tile(width, 1, add, inner, left, row, step, right, line, to, to_row); break;
        case 2: tile(width, 2, add, inner, left, row, step, right, line, to, to_row); break;
        case 3: tile(width, 3, add, inner, left, row, step, right, line, to, to_row); break;
        case 4: tile(width, 4, add, inner, left, row, step, right, line, to, to_row); break;
        case 5: tile(width, 5, add, inner, left, row, step, right, line, to, to_row); break;
        default: tile(width, 6, add, inner, left, row, step, right, line, to, to_row);
        }
        left += count * row, to += count * to_row, rows -= count;
    }
}

/* from [inner, line] close together in to [inner, WIDE], with zeros behind `count` columns. Lines that lie a power of two
 * apart would push each other out of the cache. */
INLINE void gather_panel(long inner, long count, const float *from, long line, float *restrict to) {
    for (long k = 0; k < inner; k++, from += line, to += WIDE) {
        if (count >= WIDE) {
            store(to, load(from)), store(to + LANES, load(from + LANES));
            continue;
        }
        for (long column = 0; column < WIDE; column++) to[column] = column < count ? from[column] : 0;
    }
}

/* Eight rows of eight numbers turned: the columns of pairs of rows, then of fours, then of all. */
INLINE void turn(const float *from, long from_row, float *to, long to_row) {
    vec a[LANES], b[LANES];
#pragma GCC unroll 8
    for (int i = 0; i < LANES; i++) a[i] = load(from + i * from_row);
#pragma GCC unroll 4
    for (int i = 0; i < LANES; i += 2) {
        b[i] = MIX(a[i], a[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        b[i + 1] = MIX(a[i], a[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
#pragma GCC unroll 4
    for (int i = 0; i < LANES / 2; i++) {
        int at = i % 2 + i / 2 * 4;
        a[2 * i] = MIX(b[at], b[at + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        a[2 * i + 1] = MIX(b[at], b[at + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma GCC unroll 4
    for (int i = 0; i < LANES / 2; i++) {
        store(to + i * to_row, MIX(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11));
        store(to + (i + 4) * to_row, MIX(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15));
    }
}
