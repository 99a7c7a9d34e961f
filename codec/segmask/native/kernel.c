/* Masks as runs, for masks in a hurry: what numpy needs many passes over all bytes for, in one.

   Nothing here allocates, keeps state or knows Python. Callers give every array with the number of items it has room
   for; where that is too little, FULL is returned and nothing beyond it was written. Whatever the bytes of an image say,
   no index leaves the arrays: what is read from an image is only ever added, compared and stored as a value.

   The numpy path of the same name in png/ and pixels/ gives the same results; the tests hold the two together. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

enum { INTERFACE = 3 }; /* library.py has the same number: a library left from older sources is not used */
enum { DONE = 0, FULL = 1, UNKNOWN_FILTER = 2 };
enum { NONE, SUB, UP, AVERAGE, PAETH };

EXPORT int32_t segmask_interface(void) { return INTERFACE; }

/* ---- scanlines to runs ----------------------------------------------------------------------------------------- */

/* An image, or a pass of one, whose rows come in one after the other. */
struct image {
    int64_t width;    /* pixels of a row, at least 1 */
    int64_t step;     /* bytes of a pixel, 1 to 8 */
    int64_t channels;    /* bytes picked of each pixel, 1 to 3 */
    int64_t channel[3];  /* their places in the pixel, most significant first */
    int64_t row;      /* rows done */
    int64_t above;    /* where the runs of the last of them begin */
    int64_t count;    /* runs found */
    int64_t capacity; /* runs that there is room for */
    int64_t *starts;
    int64_t *values;
};

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The first place from `at` whose byte is not zero; `end` where there is none. */
static int64_t next_nonzero(const uint8_t *bytes, int64_t at, int64_t end)
{
    for (; end - at >= 32; at += 32) {
        const uint8_t *p = bytes + at;
        if (word_at(p) | word_at(p + 8) | word_at(p + 16) | word_at(p + 24))
            break;
    }
    while (end - at >= 8 && !word_at(bytes + at))
        at += 8;
    while (at < end && !bytes[at])
        at++;
    return at;
}

/* The first place from `at`, which is at least `step`, whose byte differs from the one `step` before; or `end`. */
static int64_t next_change(const uint8_t *bytes, int64_t step, int64_t at, int64_t end)
{
    while (end - at >= 8 && word_at(bytes + at) == word_at(bytes + at - step))
        at += 8;
    while (at < end && bytes[at] == bytes[at - step])
        at++;
    return at;
}

/* Up to four bytes in a number, each added to its counterpart, modulo 256. */
static uint32_t added(uint32_t a, uint32_t b)
{
    return ((a & 0x7f7f7f7f) + (b & 0x7f7f7f7f)) ^ ((a ^ b) & 0x80808080);
}

/* Their means, rounded down. */
static uint32_t mean(uint32_t a, uint32_t b)
{
    return (a & b) + (((a ^ b) & 0xfefefefe) >> 1);
}

static int32_t distance(int32_t a, int32_t b) { return a < b ? b - a : a - b; }

/* Paeth's prediction of each byte from those on the left, above, and above on the left. */
static uint32_t paeth(uint32_t left, uint32_t up, uint32_t corner)
{
    uint32_t predicted = 0;
    if (left == corner)
        return up;
    if (up == corner)
        return left;
    for (int shift = 0; shift < 24; shift += 8) {
        int32_t a = left >> shift & 255, b = up >> shift & 255, c = corner >> shift & 255;
        int32_t pa = distance(b, c), pb = distance(a, c), pc = distance(a + b, 2 * c);
        predicted |= (uint32_t)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c) << shift;
    }
    return predicted;
}

static uint32_t picked(const struct image *image, const uint8_t *pixel)
{
    uint32_t value = 0;
    for (int64_t i = 0; i < image->channels; i++)
        value = value << 8 | pixel[image->channel[i]];
    return value;
}

/* Adds the runs of the next row: of its filter byte and its filtered bytes.

   Where neither the filtered byte differs from zero nor the row above changes, a row goes on as it was: Sub and Paeth
   with the pixel on the left, Up with the one above, Average with either once they are equal. So it is undone at the
   other pixels only. */
static int add_row(struct image *image, const uint8_t *scanline)
{
    const int filter = scanline[0];
    const uint8_t *bytes = scanline + 1;
    const int64_t width = image->width, step = image->step, size = width * step;
    const int64_t first = image->row * width; /* the flat index of the row's first pixel */
    const int64_t first_above = first - width, black = 0;
    const int64_t *starts_above = image->row ? image->starts + image->above : &first_above;
    const int64_t *values_above = image->row ? image->values + image->above : &black;
    int64_t runs_above = image->row ? image->count - image->above : 1;
    int64_t count = image->count;
    int64_t next = 0, edge = 0; /* where the filtered bytes, and the row above, differ next from what they were */
    uint32_t left = 0, up = 0;

    if (filter > PAETH)
        return UNKNOWN_FILTER;
    if (filter < UP) {
        runs_above = 0;
        edge = width;
    }
    for (int64_t x = 0; x < width;) {
        const uint32_t raw = picked(image, bytes + x * step), corner = up;
        uint32_t value = raw;
        if (x == edge) {
            up = (uint32_t)*values_above++;
            starts_above++;
            edge = --runs_above ? *starts_above - first_above : width;
        }
        switch (filter) {
        case SUB: value = added(raw, left); break;
        case UP: value = added(raw, up); break;
        case AVERAGE: value = added(raw, mean(left, up)); break;
        case PAETH: value = added(raw, paeth(left, up, corner)); break;
        }
        if (value != left || x == 0) {
            if (count == image->capacity)
                return FULL;
            image->starts[count] = first + x;
            image->values[count++] = value;
        }
        left = value;
        x++;
        if ((filter == UP || filter == AVERAGE) && value != up)
            continue;
        if (next < x) {
            const int64_t at = filter == NONE ? next_change(bytes, step, x * step, size)
                                              : next_nonzero(bytes, x * step, size);
            next = (uint32_t)at / (uint32_t)step;
        }
        x = next < edge ? next : edge;
    }
    image->above = image->count;
    image->count = count;
    image->row++;
    return DONE;
}

/* Adds the runs of the rows before `end`, each a filter byte and width * step bytes, of which the scanlines hold those
   from `begin` on. Some may have been added before: `image->row` tells how far it came, and where it goes on.

   Returns DONE, FULL or UNKNOWN_FILTER. */
EXPORT int32_t segmask_rows(struct image *image, const uint8_t *scanlines, int64_t begin, int64_t end)
{
    const int64_t stride = 1 + image->width * image->step;
    int result = DONE;
    while (image->row < end && result == DONE)
        result = add_row(image, scanlines + (image->row - begin) * stride);
    return result;
}

/* Runs of pixels of 1, 2 or 4 bits, out of the runs of the `per_row` bytes a row that hold them.

   Returns how many there are; -1 where they do not fit. */
EXPORT int64_t segmask_unpack(int64_t depth, int64_t width, int64_t per_row, const int64_t *byte_starts,
                              const int64_t *bytes, int64_t count, int64_t end, int64_t *starts, int64_t *values,
                              int64_t capacity)
{
    const int64_t pixels = 8 / depth, most = (1 << depth) - 1;
    int64_t found = 0, row = 0, last = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t byte_end = i + 1 < count ? byte_starts[i + 1] : end;
        const int uniform = bytes[i] == (bytes[i] & most) * (255 / most);
        if (byte_starts[i] == (row + 1) * per_row)
            row++;
        for (int64_t at = byte_starts[i]; at < (uniform ? byte_starts[i] + 1 : byte_end); at++) {
            for (int64_t pixel = 0; pixel < (uniform ? 1 : pixels); pixel++) {
                const int64_t x = (at - row * per_row) * pixels + pixel;
                const int64_t value = bytes[i] >> (8 - depth * (pixel + 1)) & most;
                if (x >= width || (x > 0 && value == last))
                    continue;
                if (found == capacity)
                    return -1;
                starts[found] = row * width + x;
                values[found++] = last = value;
            }
        }
    }
    return found;
}

/* ---- values ---------------------------------------------------------------------------------------------------- */

/* Two values that occur together, and a number about them, which is not 0.

   In a table, whose length is a power of two, each stands at its place or, where that was taken, at the next free one. Free
   places have the number 0. */
struct pair {
    int64_t first, second, number;
};

/* Where two values stand in a table, or are to be put; NULL where the table is full of others. */
static struct pair *place_of(struct pair *table, int64_t length, int64_t first, int64_t second)
{
    const uint64_t mixed = (uint64_t)first * 0x9e3779b97f4a7c15 ^ (uint64_t)second;
    const uint64_t place = mixed * 0xc2b2ae3d27d4eb4f >> 32;
    for (int64_t i = 0; i < length; i++) {
        struct pair *found = table + ((place + (uint64_t)i) & ((uint64_t)length - 1));
        if (!found->number || (found->first == first && found->second == second))
            return found;
    }
    return NULL;
}

/* Numbers the distinct values from 0, in the order in which they occur; `numbers` gets that of each value.

   The table is empty, and gets the distinct values and their numbers plus 1. Returns how many there are; -1 where the table
   does not hold them. */
EXPORT int64_t segmask_distinct(const int64_t *values, int64_t count, int64_t *numbers, struct pair *table,
                                int64_t length)
{
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++) {
        struct pair *place;
        if (i >= 2 && values[i] == values[i - 2]) { /* an object, and its background again */
            numbers[i] = numbers[i - 2];
            continue;
        }
        place = place_of(table, length, values[i], 0);
        if (!place)
            return -1;
        if (!place->number)
            *place = (struct pair){values[i], 0, ++found};
        numbers[i] = place->number - 1;
    }
    return found;
}

/* A mask: the values of its runs, which cover all pixels before `end`. */
struct runs {
    const int64_t *starts;
    const int64_t *values;
    int64_t count;
    int64_t end;
};

static int64_t end_of(const struct runs *runs, int64_t i) { return i + 1 < runs->count ? runs->starts[i + 1] : runs->end; }

/* Counts the pixels of each pair of values that two masks of one size have at the same place, in an empty table.

   Returns DONE; FULL where the table does not hold them. */
EXPORT int32_t segmask_overlay(const struct runs *first, const struct runs *second, struct pair *table, int64_t length)
{
    struct pair *here = NULL, *before = NULL;
    int64_t at = 0;
    for (int64_t i = 0, j = 0; i < first->count && j < second->count;) {
        const int64_t a = first->values[i], b = second->values[j];
        const int64_t end_a = end_of(first, i), end_b = end_of(second, j), next = end_a < end_b ? end_a : end_b;
        struct pair *place = before;
        if (!place || place->first != a || place->second != b)
            place = place_of(table, length, a, b);
        if (!place)
            return FULL;
        *place = (struct pair){a, b, place->number + next - at};
        before = here;
        here = place;
        at = next;
        i += end_a == next;
        j += end_b == next;
    }
    return DONE;
}

/* ---- regions --------------------------------------------------------------------------------------------------- */

/* The runs of a region, or of all regions of a value. */
struct region {
    int64_t value;
    int64_t runs; /* how many */
    int64_t area; /* pixels */
    int64_t x, y, width, height;
};

static int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t greater(int64_t a, int64_t b) { return a < b ? b : a; }

/* Adds a run to a region; no row above it follows. */
static void extend(struct region *region, int64_t value, int64_t x, int64_t y, int64_t length)
{
    int64_t right;
    if (!region->runs)
        *region = (struct region){value, 0, 0, x, y, length, 1};
    right = greater(region->x + region->width, x + length);
    region->x = lesser(region->x, x);
    region->width = right - region->x;
    region->height = y + 1 - region->y;
    region->area += length;
    region->runs++;
}

/* The first run of a tree: its root, whose parent is itself; every other run's parent comes before it. */
static int64_t root(int64_t *parents, int64_t run)
{
    while (parents[run] != run)
        run = parents[run] = parents[parents[run]];
    return run;
}

static void join(int64_t *parents, int64_t a, int64_t b)
{
    a = root(parents, a);
    b = root(parents, b);
    parents[greater(a, b)] = lesser(a, b);
}

static int is_wanted(const struct runs *runs, int64_t i, const uint8_t *wanted, int64_t values)
{
    return (uint64_t)runs->values[i] < (uint64_t)values && wanted[runs->values[i]];
}

/* Makes trees of the runs of wanted values: of those of a value that touch, corners included. */
static void plant(const struct runs *runs, int64_t width, const uint8_t *wanted, int64_t values, int64_t *parents)
{
    int64_t row = 0;              /* where it starts */
    int64_t first = 0, above = 0; /* its first run, and the first run of the row above that may touch */
    for (int64_t i = 0; i < runs->count; i++) {
        const int64_t start = runs->starts[i], end = end_of(runs, i), value = runs->values[i];
        if (start >= row + width) {
            row += width;
            above = first;
            first = i;
        }
        parents[i] = i;
        if (!is_wanted(runs, i, wanted, values))
            continue;
        if (i > first && runs->values[i - 1] == value)
            join(parents, i - 1, i);
        while (above < first && end_of(runs, above) + width < start)
            above++;
        for (int64_t j = above; j < first && runs->starts[j] + width <= end; j++) {
            if (runs->values[j] == value)
                join(parents, j, i);
        }
    }
}

/* The 8-connected regions of the runs of wanted values, in the order of their first runs; every row starts a run.

   `wanted` tells it of each value from 0 to `values` - 1, and others are not wanted; `wholes`, which are empty, get all
   regions of each value; `parents` has room for every run. Returns how many regions there are; -1 where they do not fit. */
EXPORT int64_t segmask_regions(const struct runs *runs, int64_t width, const uint8_t *wanted, int64_t values,
                               int64_t *parents, struct region *wholes, struct region *regions, int64_t capacity)
{
    int64_t found = 0, y = 0;
    plant(runs, width, wanted, values, parents);
    for (int64_t i = 0; i < runs->count; i++) {
        const int64_t start = runs->starts[i], length = end_of(runs, i) - start, value = runs->values[i];
        if (start >= (y + 1) * width)
            y++;
        if (!is_wanted(runs, i, wanted, values))
            continue;
        if (parents[i] == i) {
            if (found == capacity)
                return -1;
            regions[found] = (struct region){0};
            parents[i] = found++;
        } else {
            parents[i] = parents[parents[i]]; /* which is a region's number already */
        }
        extend(&regions[parents[i]], value, start - y * width, y, length);
        extend(&wholes[value], value, start - y * width, y, length);
    }
    return found;
}

/* ---- the other axis -------------------------------------------------------------------------------------------- */

/* Finds the runs across the lines of a mask, of whose own runs the first may begin later than the mask, which is 0 until then,
   and which may go on from a line to the next: a run begins where a pixel differs from the one a line before.

   `places` tells, and goes on to tell, where the next run at each place of a line is put; without `starts`, runs are counted
   there only. A run starts at place * lines + line. */
EXPORT void segmask_across(const struct runs *runs, int64_t lines, int64_t length, int64_t *places, int64_t *starts,
                           int64_t *values)
{
    int64_t here = -1, before = -1; /* the runs of a pixel and of the one a line before */
    for (int64_t at = 0; at < runs->end;) {
        int64_t end, value, differs = 1;
        while (here + 1 < runs->count && runs->starts[here + 1] <= at)
            here++;
        end = lesser(end_of(runs, here), runs->end);
        value = here < 0 ? 0 : runs->values[here];
        if (at < length) {
            end = lesser(end, length);
        } else {
            while (before + 1 < runs->count && runs->starts[before + 1] <= at - length)
                before++;
            end = lesser(end, end_of(runs, before) + length);
            differs = value != (before < 0 ? 0 : runs->values[before]);
        }
        for (int64_t line = at / length, place = at % length; differs && at < end; at++) {
            if (starts) {
                starts[places[place]] = place * lines + line;
                values[places[place]] = value;
            }
            places[place]++;
            if (++place == length) {
                place = 0;
                line++;
            }
        }
        at = end;
    }
}

/* Puts corners in the order of the rings that they make: 2n and 2n + 1 are the ends of a horizontal edge, and `mates` has of
   each corner the other end of its vertical edge. `order` has room for all corners, `openings` and `seen`, which is 0, for
   half as many.

   Returns how many rings there are; `openings` gets where each begins. */
EXPORT int64_t segmask_rings(const int64_t *mates, int64_t edges, uint8_t *seen, int64_t *order, int64_t *openings)
{
    int64_t rings = 0, count = 0;
    for (int64_t edge = 0; edge < edges; edge++) {
        if (seen[edge])
            continue;
        openings[rings++] = count;
        for (int64_t corner = 2 * edge; !seen[corner / 2]; corner = mates[corner ^ 1]) {
            seen[corner / 2] = 1;
            order[count++] = corner;
            order[count++] = corner ^ 1;
        }
    }
    return rings;
}
