/* Products of a few rows with panels of 8 or 16 columns, in registers:
 *
 *     to [rows, columns] = sum over k < inner of left[r row + k step] right[k line + column]
 *
 * Nothing is packed: `right` is read line by line, of which a panel takes 32 or 64 bytes each, and `left` number by
 * number, so both should lie in the first cache. */
#pragma once

#include "vector.h"

/* A tile of ROWS x (VECTORS * 8) sums, in registers. */
#define TILE(ROWS, VECTORS)                                                                                         \
    INLINE void tile_##ROWS##_##VECTORS(long inner, const float *left, long row, long step, const float *right,      \
                                        long line, float *to, long to_row) {                                         \
        vec sums[ROWS][VECTORS] = {0};                                                                               \
        for (long k = 0; k < inner; k++, left += step, right += line) {                                              \
            vec taken[VECTORS];                                                                                      \
            for (int v = 0; v < VECTORS; v++) taken[v] = load(right + v * LANES);                                    \
            for (int r = 0; r < ROWS; r++) {                                                                         \
                const vec factor = all(left[r * row]);                                                               \
                for (int v = 0; v < VECTORS; v++) sums[r][v] += factor * taken[v];                                   \
            }                                                                                                        \
        }                                                                                                            \
        for (int r = 0; r < ROWS; r++)                                                                               \
            for (int v = 0; v < VECTORS; v++) store(to + r * to_row + v * LANES, sums[r][v]);                        \
    }

TILE(6, 2)
TILE(5, 2)
TILE(4, 2)
TILE(3, 2)
TILE(2, 2)
TILE(1, 2)
TILE(6, 1)
TILE(5, 1)
TILE(4, 1)
TILE(3, 1)
TILE(2, 1)
TILE(1, 1)

/* All rows, in tiles of nearly one height: a low tile takes as long as a high one. */
#define PANEL(VECTORS)                                                                                              \
    INLINE void panel_##VECTORS(long rows, long inner, const float *left, long row, long step, const float *right,   \
                                long line, float *to, long to_row) {                                                 \
        for (long tiles = (rows + 5) / 6; tiles > 0; tiles--) {                                                      \
            const long height = (rows + tiles - 1) / tiles;                                                          \
            switch (height) {                                                                                        \
            case 6: tile_6_##VECTORS(inner, left, row, step, right, line, to, to_row); break;                        \
            case 5: tile_5_##VECTORS(inner, left, row, step, right, line, to, to_row); break;                        \
            case 4: tile_4_##VECTORS(inner, left, row, step, right, line, to, to_row); break;                        \
            case 3: tile_3_##VECTORS(inner, left, row, step, right, line, to, to_row); break;                        \
            case 2: tile_2_##VECTORS(inner, left, row, step, right, line, to, to_row); break;                        \
            default: tile_1_##VECTORS(inner, left, row, step, right, line, to, to_row);                              \
            }                                                                                                        \
            left += height * row, to += height * to_row, rows -= height;                                             \
        }                                                                                                            \
    }

PANEL(2)
PANEL(1)
