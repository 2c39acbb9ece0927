/* SPDX-License-Identifier: MIT
 *
 * The first look at every file: of a row nothing is kept but its item (import_item.h).
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "action/import_item.h"
#include "action/importing.h"
#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"

enum { PROGRESS_ROWS = 16384, HALVES_FROM = 4 << 20, EXTERNAL_BITS = 1 << 28 };

/* A part of a file, read by a thread. */
struct part {
    struct import *import;
    const struct import_source *source;
    struct reader *reader;
    size_t begin;            /* reader_at for the first row */
    struct import_list list; /* what it found: items, folded, fields */
    struct str folded;
    uint64_t rows;
    struct late *late; /* rejected rows, where lines are not known */
    size_t late_n, late_room;
    bool lined;
    atomic_bool stop;
};

static void note_field(struct import_list *list, struct span name)
{
    for (size_t k = 0; k < list->fields_n; k++) {
        size_t i = (list->near + k) % list->fields_n;
        if (span_equal(list->fields[i], name) || span_equal_nocase(list->fields[i], name)) {
            list->near = i + 1;
            return;
        }
    }
    ALLOC_GROW(list->fields, list->fields_n, list->fields_room);
    list->fields[list->fields_n++] = (struct span){span_copy(name), name.n};
}

static uint64_t external_bit(const struct import_list *list, struct span external_id)
{
    return hash_quick(external_id, 7) & (list->external_bits - 1);
}

static void note_external(struct import_list *list, struct span external_id)
{
    uint64_t bit = external_bit(list, external_id), mask = UINT64_C(1) << bit % 64;
    if (external_id.n && atomic_fetch_or(&list->once[bit / 64], mask) & mask)
        atomic_fetch_or(&list->twice[bit / 64], mask);
}

bool import_list_repeats(const struct import_list *list, struct span external_id)
{
    uint64_t bit = external_bit(list, external_id);
    return external_id.n && list->twice[bit / 64] >> bit % 64 & 1;
}

/* Where the address stands in the row's own bytes, FAR if it does not or needs more than lower case. */
static size_t distance_of(const struct part *part, const struct reader_row *row, size_t size)
{
    struct span bytes = reader_bytes(part->reader), address = row->contact.address;
    uintptr_t begin = (uintptr_t)bytes.at + row->at, at = (uintptr_t)address.at;
    bool inside = at >= begin && at + address.n <= (uintptr_t)bytes.at + bytes.n && at - begin < ITEM_FAR &&
                  size <= ITEM_UNITS_MAX * ITEM_UNIT &&
                  part->source->base + row->at < UINT64_C(1) << ITEM_PLACE_BITS;
    return inside && address_is_plain(address) ? at - begin : ITEM_FAR;
}

/* Of the row that was read last: how many bytes hold it. */
static size_t size_of(const struct part *part, const struct reader_row *row)
{
    return reader_at(part->reader) - row->at;
}

static void reject(struct part *part, const struct reader_row *row, const char *text)
{
    if (part->lined) {
        import_reject(part->import, part->source->name, row->line, text);
        return;
    }
    ALLOC_GROW(part->late, part->late_n, part->late_room);
    part->late[part->late_n++] = (struct late){part->source->base + row->at, alloc_text(text)};
}

static void add_item(struct import_list *list, uint64_t head, uint64_t data)
{
    ALLOC_GROW(list->items, list->n, list->room);
    list->items[list->n++] = (struct radix_item){head, data};
}

static void add_far(struct part *part, uint64_t place, uint64_t size)
{
    struct import_list *list = &part->list;
    struct span folded = span_of_str(&part->folded);
    add_item(list, item_head(folded, 0), item_pack(list->folded.n, ITEM_FAR, folded.n, 0));
    str_add(&list->folded, (struct span){(const char *)&place, sizeof place});
    str_add(&list->folded, (struct span){(const char *)&size, sizeof size});
    str_add(&list->folded, folded);
}

static void add_plain(struct part *part, const struct reader_row *row, size_t distance, size_t size)
{
    struct span address = row->contact.address;
    add_item(&part->list, item_head(address, 0),
             item_pack(part->source->base + row->at, distance, address.n, (size + ITEM_UNIT - 1) / ITEM_UNIT));
}

/* Takes the next row, if nothing counts of it but a plain address. */
static bool skim_row(struct part *part)
{
    struct reader_row row;
    if (!reader_skim(part->reader, &row))
        return false;
    size_t size = size_of(part, &row), distance = distance_of(part, &row, size);
    if (distance == ITEM_FAR) {
        reader_unskim(part->reader, &row);
        return false;
    }
    part->rows++;
    add_plain(part, &row, distance, size);
    return true;
}

static void add_row(struct part *part, const struct reader_row *row)
{
    const struct import_options *options = part->import->options;
    struct import_list *list = &part->list;
    struct import_brought brought;
    struct error why;
    size_t size = size_of(part, row), distance = row->problem ? ITEM_FAR : distance_of(part, row, size);
    const char *problem = row->problem;
    part->rows++;
    if (!problem && distance == ITEM_FAR &&
        address_fold(row->contact.address, NULL, &part->folded, &why))
        problem = why.text;
    if (!problem && options->reader.with_state)
        problem = import_brought_read(row, &brought);
    if (problem) {
        reject(part, row, problem);
        return;
    }
    if (options->by_external_id)
        note_external(&part->import->list, row->contact.external_id);
    for (size_t i = 0; !options->suppressed && i < row->contact.n; i++)
        note_field(list, row->contact.fields[i].name);
    reader_seen(part->reader);
    if (distance == ITEM_FAR)
        add_far(part, part->source->base + row->at, size);
    else
        add_plain(part, row, distance, size);
}

/* To the end, or to the first row that begins at `end` or behind it; `every` is asked now and then. */
static enum result read_part(struct part *part, size_t end, struct error *error,
                             enum result (*every)(struct part *part, struct error *error))
{
    struct reader_row row;
    enum result result = RESULT_OK;
    const struct import_options *options = part->import->options;
    bool skim = !options->by_external_id && !options->reader.with_state;
    for (uint64_t rows = 0; result == RESULT_OK && reader_at(part->reader) < end; rows++) {
        bool again = rows == 0 && part->begin;
        if (again || !skim || !skim_row(part)) {
            if ((again ? reader_again(part->reader, part->begin, false, &row) : reader_next(part->reader, &row)))
                break;
            add_row(part, &row);
        }
        if (rows % PROGRESS_ROWS == PROGRESS_ROWS - 1)
            result = every(part, error);
    }
    return result;
}

static enum result ask_stop(struct part *part, struct error *error)
{
    (void)error;
    return atomic_load(&part->stop) ? RESULT_CANCELLED : RESULT_OK;
}

static void *read_rest(void *arg)
{
    struct part *part = arg;
    read_part(part, SIZE_MAX, NULL, ask_stop);
    return NULL;
}

static void part_free(struct part *part)
{
    for (size_t i = 0; i < part->late_n; i++)
        free(part->late[i].text);
    free(part->late);
    str_free(&part->folded);
    import_list_free(&part->list);
}

static void take_items(struct import_list *list, struct import_list *more)
{
    uint64_t shift = item_pack(list->folded.n, 0, 0, 0);
    for (size_t i = 0; shift && i < more->n; i++)
        if (item_is_far(more->items[i].data))
            more->items[i].data += shift;
    if (list->n == 0) {
        free(list->items);
        list->items = more->items;
        list->n = more->n;
        list->room = more->room;
        more->items = NULL;
        return;
    }
    if (list->room < list->n + more->n) {
        list->room = list->n + more->n;
        list->items = alloc_again(list->items, list->room, sizeof *list->items);
    }
    if (more->n)
        memcpy(list->items + list->n, more->items, more->n * sizeof *more->items);
    list->n += more->n;
}

/* What the part found goes behind what all have. */
static void take_part(struct import *import, struct part *part)
{
    struct import_list *list = &import->list;
    import->sums->rows += part->rows;
    take_items(list, &part->list);
    str_add(&list->folded, span_of_str(&part->list.folded));
    for (size_t i = 0; i < part->list.fields_n; i++)
        note_field(list, part->list.fields[i]);
    for (size_t i = 0; i < part->late_n; i++) {
        ALLOC_GROW(import->late, import->late_n, import->late_room);
        import->late[import->late_n++] = part->late[i];
    }
    part->late_n = 0;
}

static enum result open_source(struct import *import, const char *name, struct error *error)
{
    struct import_list *list = &import->list;
    struct import_source source = {.name = strcmp(name, "-") == 0 ? _("standard input") : name};
    enum result result = file_open(name, &source.file, error);
    if (result)
        return result;
    result = reader_open(source.file.bytes, source.name, &import->options->reader, &source.reader,
                         error);
    if (result) {
        file_close(&source.file);
        return result;
    }
    if (list->sources_n) {
        const struct import_source *last = &list->sources[list->sources_n - 1];
        source.base = last->base + reader_bytes(last->reader).n + 1;
    }
    list->sources = alloc_again(list->sources, list->sources_n + 1, sizeof *list->sources);
    list->sources[list->sources_n++] = source;
    return RESULT_OK;
}

static enum result tell_progress(struct part *part, struct error *error)
{
    return import_progress(part->import, 20 * (double)reader_position(part->reader) /
                                             (double)(part->source->file.bytes.n + 1), error);
}

/* The beginning of a line near the middle of a large file, 0 for none. */
static size_t find_middle(struct span bytes, size_t least)
{
    size_t at = bytes.n / 2;
    if (bytes.n < least)
        return 0;
    const char *end = memchr(bytes.at + at, '\n', bytes.n - at);
    return end ? (size_t)(end - bytes.at) + 1 : 0;
}

static void make_bits(struct import_list *list)
{
    list->external_bits = EXTERNAL_BITS; /* pages that are not touched cost nothing */
    list->once = alloc_zero(list->external_bits / 64, sizeof *list->once);
    list->twice = alloc_zero(list->external_bits / 64, sizeof *list->twice);
}

/* Another thread reads the second half, as if a row began at that line. If this one comes to just that
 * place, and nothing was odd before, then one does. */
enum result import_list_file(struct import *import, const char *name, struct error *error)
{
    if (import->options->by_external_id && !import->list.once)
        make_bits(&import->list);
    enum result result = open_source(import, name, error);
    if (result)
        return result;
    const struct import_source *source = &import->list.sources[import->list.sources_n - 1];
    struct span bytes = reader_bytes(source->reader);
    size_t middle = find_middle(bytes, import->options->halves_from ? import->options->halves_from
                                                                    : HALVES_FROM);
    struct part first = {.import = import, .source = source, .reader = source->reader, .lined = true};
    struct part rest = {.import = import, .source = source, .begin = middle};
    pthread_t thread;
    bool two = false;
    if (middle > reader_at(source->reader)) {
        rest.reader = reader_twin(source->reader);
        two = pthread_create(&thread, NULL, read_rest, &rest) == 0;
    }
    result = read_part(&first, two ? middle : SIZE_MAX, error, tell_progress);
    bool met = result == RESULT_OK && reader_at(source->reader) == middle &&
               reader_is_plain(source->reader);
    if (two) {
        atomic_store(&rest.stop, !met);
        pthread_join(thread, NULL);
        if (!met && result == RESULT_OK)
            result = read_part(&first, SIZE_MAX, error, tell_progress);
    }
    take_part(import, &first);
    if (two && met) {
        take_part(import, &rest);
        reader_agree(source->reader, rest.reader);
    }
    reader_close(rest.reader);
    part_free(&first);
    part_free(&rest);
    return result;
}

void import_list_free(struct import_list *list)
{
    for (size_t i = 0; i < list->sources_n; i++) {
        reader_close(list->sources[i].reader);
        file_close(&list->sources[i].file);
    }
    for (size_t i = 0; i < list->fields_n; i++)
        free((char *)list->fields[i].at);
    free(list->sources);
    free(list->fields);
    free(list->items);
    free(list->stretches);
    free(list->once);
    free(list->twice);
    str_free(&list->folded);
}

/* ---- what was rejected late */

static int by_place(const void *a, const void *b)
{
    const struct late *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

void import_list_tell_late(struct import *import)
{
    if (import->late_n)
        qsort(import->late, import->late_n, sizeof *import->late, by_place);
    struct reader_row row;
    for (size_t i = 0; i < import->late_n; i++) {
        struct late *late = &import->late[i];
        const struct import_source *source = import_list_source(&import->list, late->place);
        reader_again(source->reader, late->place - source->base, true, &row);
        import_reject(import, source->name, row.line, late->text);
    }
}
