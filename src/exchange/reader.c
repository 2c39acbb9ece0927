/* SPDX-License-Identifier: MIT */
#include "exchange/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "exchange/charset.h"
#include "exchange/format.h"

/* The order in which they are tried: CSV takes what is left. */
static const struct format *const formats[] = {&format_vcard, &format_json, &format_plain,
                                               &format_csv};
#define FORMATS (sizeof formats / sizeof *formats)

struct reader {
    const struct format *format;
    struct reader_options options;
    struct source source;
    struct str converted; /* owns source.bytes where the file was not UTF-8 */
    size_t size;          /* of the file as it is */
    struct contact contact; /* keeps the array of fields from row to row */
    size_t counted;         /* lines were counted up to here */
    uint64_t counted_line;
    void *state;
};

bool source_line(struct source *source, struct span *line)
{
    struct span rest = span_cut(source->bytes, source->at, source->bytes.n);
    if (!span_line(&rest, line))
        return false;
    source->at = source->bytes.n - rest.n;
    source->line++;
    return true;
}

static const struct format *find_format(const char *name, struct span bytes)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (name ? strcmp(name, formats[i]->name) == 0 : formats[i]->looks(bytes))
            return formats[i];
    return NULL;
}

static enum result to_utf8(struct reader *reader, struct span bytes, struct error *error)
{
    size_t mark;
    const char *charset = charset_guess(bytes, reader->options.charset, &mark);
    bytes = span_cut(bytes, mark, bytes.n);
    reader->source.bytes = bytes;
    /* What was guessed to be UTF-8 without a mark is known to be valid. */
    if (strcmp(charset, "UTF-8") == 0 && !reader->options.charset && mark == 0)
        return RESULT_OK;
    enum result result = charset_convert(bytes, charset, &reader->converted, error);
    reader->source.bytes = span_of_str(&reader->converted);
    return result;
}

enum result reader_open(struct span bytes, const char *name, const struct reader_options *options,
                        struct reader **out, struct error *error)
{
    struct reader *reader = alloc_zero(1, sizeof *reader);
    reader->options = *options;
    reader->size = bytes.n;
    enum result result = to_utf8(reader, bytes, error);
    if (result == RESULT_OK) {
        reader->format = find_format(options->format, reader->source.bytes);
        if (!reader->format)
            result = error_set(error, options->format ? RESULT_USAGE : RESULT_DATA,
                               _("no such format: %s (csv, vcard, json or plain)"),
                               options->format ? options->format : "");
    }
    if (result == RESULT_OK) {
        reader->source.line = 1;
        reader->source.unclosed = SIZE_MAX;
        reader->source.name = name;
        reader->source.options = &reader->options;
        result = reader->format->open(&reader->source, &reader->state, error);
    }
    if (result != RESULT_OK) {
        error_prefix(error, "%s", name);
        reader_close(reader);
        return result;
    }
    *out = reader;
    return RESULT_OK;
}

struct reader *reader_twin(const struct reader *reader)
{
    struct reader *twin = alloc_zero(1, sizeof *twin);
    twin->format = reader->format;
    twin->options = reader->options;
    twin->size = reader->size;
    twin->source = (struct source){.bytes = reader->source.bytes,
                                   .line = 1,
                                   .unclosed = SIZE_MAX,
                                   .name = reader->source.name,
                                   .options = &twin->options};
    twin->format->open(&twin->source, &twin->state, NULL); /* it opened before */
    twin->source.unclosed = reader->source.unclosed;
    return twin;
}

void reader_agree(struct reader *reader, const struct reader *twin)
{
    if (twin->source.unclosed < reader->source.unclosed)
        reader->source.unclosed = twin->source.unclosed;
}

bool reader_is_plain(const struct reader *reader)
{
    return reader->source.unclosed == SIZE_MAX;
}

bool reader_is_movable(const struct reader *reader)
{
    return reader->format->move && reader_is_plain(reader);
}

void reader_move(struct reader *twin, struct span bytes)
{
    twin->source.bytes = bytes;
    twin->source.at = 0;
    twin->format->move(&twin->source, twin->state);
}

size_t reader_at(const struct reader *reader)
{
    return reader->source.at;
}

struct span reader_bytes(const struct reader *reader)
{
    return reader->source.bytes;
}

static void count_lines(struct reader *reader, size_t at)
{
    struct span bytes = reader->source.bytes;
    if (at < reader->counted || !reader->counted_line) {
        reader->counted = 0;
        reader->counted_line = 1;
    }
    for (size_t i = reader->counted; i < at; i++)
        reader->counted_line +=
            bytes.at[i] == '\n' ||
            (bytes.at[i] == '\r' && (i + 1 == bytes.n || bytes.at[i + 1] != '\n'));
    reader->counted = at;
}

enum result reader_again(struct reader *reader, size_t at, bool count, struct reader_row *row)
{
    reader->source.at = at;
    if (count)
        count_lines(reader, at);
    reader->source.line = count ? reader->counted_line : 1;
    return reader_next(reader, row);
}

enum result reader_next(struct reader *reader, struct reader_row *row)
{
    contact_clear(&reader->contact);
    row->contact = reader->contact;
    row->state = row->reason = row->since = SPAN("");
    row->problem = NULL;
    row->at = reader->source.at;
    enum result result = reader->format->next(&reader->source, reader->state, row);
    reader->contact = row->contact;
    return result;
}

bool reader_skim(struct reader *reader, struct reader_row *row)
{
    row->at = reader->source.at;
    if (!reader->format->skim || !reader->format->skim(&reader->source, reader->state, &row->contact.address))
        return false;
    reader->source.line++;
    return true;
}

void reader_unskim(struct reader *reader, const struct reader_row *row)
{
    reader->source.at = row->at;
    reader->source.line--;
}

void reader_seen(struct reader *reader)
{
    if (reader->format->seen)
        reader->format->seen(reader->state);
}

size_t reader_position(const struct reader *reader)
{
    size_t all = reader->source.bytes.n;
    if (all == 0)
        return reader->size;
    return (size_t)((double)reader->source.at / (double)all * (double)reader->size);
}

void reader_close(struct reader *reader)
{
    if (!reader)
        return;
    if (reader->format && reader->state)
        reader->format->close(reader->state);
    str_free(&reader->converted);
    contact_free(&reader->contact);
    free(reader);
}
