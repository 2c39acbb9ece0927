/* SPDX-License-Identifier: MIT */
#include "exchange/writer.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/date.h"
#include "base/utf8.h"

/* What a cell has to be quoted for, as any separator that our reader finds by itself. */
static const bool csv_odd[256] = {['"'] = true,  [','] = true,  [';'] = true,
                                  ['\t'] = true, ['\r'] = true, ['\n'] = true};

static char *put_bytes(char *to, struct span bytes)
{
    if (bytes.n)
        memcpy(to, bytes.at, bytes.n);
    return to + bytes.n;
}

static bool is_blank_at_end(struct span cell)
{
    return cell.n && (cell.at[0] == ' ' || cell.at[0] == '\t' || cell.at[cell.n - 1] == ' ' ||
                      cell.at[cell.n - 1] == '\t');
}

static bool runs(struct span cell)
{
    return cell.n && memchr("=+-@\t\r", cell.at[0], 6);
}

static size_t cell_most(struct span cell)
{
    return 2 * cell.n + 3;
}

/* For a cell of any kind, at most cell_most bytes. */
static char *put_cell(char *to, struct span cell, bool spreadsheet)
{
    bool quoted = is_blank_at_end(cell);
    for (size_t i = 0; i < cell.n && !quoted; i++)
        quoted = csv_odd[(unsigned char)cell.at[i]];
    if (quoted)
        *to++ = '"';
    if (spreadsheet && runs(cell))
        *to++ = '\'';
    while (quoted && cell.n) {
        ptrdiff_t quote = span_find_char(cell, '"');
        size_t piece = quote < 0 ? cell.n : (size_t)quote + 1;
        to = put_bytes(to, span_cut(cell, 0, piece));
        if (quote >= 0)
            *to++ = '"';
        cell = span_cut(cell, piece, cell.n);
    }
    to = put_bytes(to, cell);
    if (quoted)
        *to++ = '"';
    return to;
}

static void grown(struct str *out, const char *to)
{
    out->n = (size_t)(to - out->at);
    out->at[out->n] = '\0';
}

void writer_cell(struct span cell, bool spreadsheet, struct str *out)
{
    str_reserve(out, cell_most(cell));
    grown(out, put_cell(out->at + out->n, cell, spreadsheet));
}

/* What a terminal would obey, or what reorders the text around it, goes as \uXXXX. */
static bool json_is_plain(uint32_t code)
{
    return code >= 0x20 && code != '"' && code != '\\' && (code < 0x7F || code > 0x9F) &&
           code != 0x61C && code != 0x200E && code != 0x200F && (code < 0x2028 || code > 0x202E) &&
           (code < 0x2066 || code > 0x2069) && code != 0xFEFF;
}

/* Bytes at the front that go as they are. */
static size_t json_run(struct span text)
{
    size_t n = 0;
#ifdef __SSE2__
    for (; n + 16 <= text.n; n += 16) { /* those beyond ASCII are below 0 here */
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text.at + n));
        __m128i odd = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
                                   _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F)),
                                                _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                             _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))));
        unsigned hits = (unsigned)_mm_movemask_epi8(odd);
        if (hits)
            return n + (size_t)__builtin_ctz(hits);
    }
#endif
    while (n < text.n && text.at[n] >= 0x20 && text.at[n] < 0x7F && text.at[n] != '"' &&
           text.at[n] != '\\')
        n++;
    return n;
}

void writer_json(struct span text, struct str *out)
{
    static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    str_add_char(out, '"');
    for (;;) {
        size_t length = json_run(text);
        str_add(out, span_cut(text, 0, length));
        text = span_cut(text, length, text.n);
        if (!text.n)
            break;
        uint32_t code = utf8_read(text, &length);
        const char *name = code && code < 0x80 ? strchr(named, (int)code) : NULL;
        if (json_is_plain(code)) {
            char bytes[4];
            str_add(out, (struct span){bytes, utf8_write(code, bytes)});
        } else if (name) {
            str_add_char(out, '\\');
            str_add_char(out, letters[name - named]);
        } else {
            str_addf(out, "\\u%04x", (unsigned)code);
        }
        text = span_cut(text, length, text.n);
    }
    str_add_char(out, '"');
}

/* `key` with its comma, quotes and colon. */
static void json_key(struct span key, struct span value, struct str *out)
{
    str_add(out, key);
    writer_json(value, out);
}

void writer_contact_json(const struct writer_row *row, struct str *out)
{
    const struct contact *contact = row->contact;
    const struct standing *standing = &row->standing;
    str_add(out, SPAN("{\"id\":"));
    str_add_number(out, contact->id);
    json_key(SPAN(",\"address\":"), contact->address, out);
    json_key(SPAN(",\"name\":"), contact->name, out);
    if (contact->external_id.n)
        json_key(SPAN(",\"external_id\":"), contact->external_id, out);
    json_key(SPAN(",\"state\":"), span_of(state_name(standing->state)), out);
    if (standing->reason != REASON_none)
        json_key(SPAN(",\"reason\":"), span_of(reason_name(standing->reason)), out);
    else
        str_add(out, SPAN(",\"reason\":null"));
    char since[21];
    if (standing->since) {
        date_to_iso(standing->since, since);
        json_key(SPAN(",\"since\":"), span_of(since), out);
    } else {
        str_add(out, SPAN(",\"since\":null"));
    }
    str_add(out, SPAN(",\"soft\":"));
    str_add_number(out, standing->soft);
    str_add(out, SPAN(",\"tags\":["));
    struct span rest = contact->tags, tag;
    for (bool more = false; rest.n && span_next(&rest, ';', &tag); more = true) {
        if (more)
            str_add_char(out, ',');
        writer_json(tag, out);
    }
    str_add(out, SPAN("],\"fields\":{"));
    for (size_t i = 0; i < contact->n; i++) {
        if (i)
            str_add_char(out, ',');
        writer_json(contact->fields[i].name, out);
        str_add_char(out, ':');
        writer_json(contact->fields[i].value, out);
    }
    str_add(out, SPAN("}}"));
}

static void no_head(const struct writer_options *options, struct str *out)
{
    (void)options;
    (void)out;
}

static void json_row(const struct writer_options *options, const struct writer_row *row,
                     struct str *out)
{
    (void)options;
    writer_contact_json(row, out);
    str_add_char(out, '\n');
}

static void plain_row(const struct writer_options *options, const struct writer_row *row,
                      struct str *out)
{
    (void)options;
    str_add(out, row->contact->address);
    str_add_char(out, '\n');
}

static void csv_head(const struct writer_options *options, struct str *out)
{
    str_add_text(out, "address,name,external_id,tags,id,state,reason,since");
    for (size_t i = 0; i < options->n; i++) {
        str_add_char(out, ',');
        writer_cell(options->columns[i], options->spreadsheet, out);
    }
    str_add_char(out, '\n');
}

#ifdef __SSE2__
static __m128i either(__m128i bytes, char one, char other)
{
    return _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(one)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(other)));
}
#endif

/* How many bytes that would have to be quoted; beyond 2,000 bytes, or with many, it may give up and say
 * SIZE_MAX. At least 16 bytes behind `to` can be read. */
static size_t count_odd(const char *at, const char *to)
{
    size_t n = 0;
#ifdef __SSE2__
    __m128i sum = _mm_setzero_si128();
    if (to - at > 2000)
        return SIZE_MAX;
    for (; at < to; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i odd = _mm_or_si128(either(bytes, '"', ','),
                                   _mm_or_si128(either(bytes, ';', '\t'), either(bytes, '\r', '\n')));
        if (to - at < 16) {
            static const char ahead[32] = {[0 ... 15] = -1};
            odd = _mm_and_si128(odd, _mm_loadu_si128((const __m128i *)(const void *)(ahead + 16 - (to - at))));
        }
        sum = _mm_sub_epi8(sum, odd);
    }
    sum = _mm_sad_epu8(sum, _mm_setzero_si128());
    n = (size_t)_mm_cvtsi128_si64(sum) + (size_t)_mm_cvtsi128_si64(_mm_srli_si128(sum, 8));
#else
    for (; at < to; at++)
        n += csv_odd[(unsigned char)*at];
#endif
    return n;
}

static size_t csv_row_most(const struct writer_options *options, const struct contact *contact)
{
    enum { OWN = 200 }; /* id, state, reason, since, and 16 bytes that are read behind the row */
    size_t most = OWN + options->n + cell_most(contact->address) + cell_most(contact->name) +
                  cell_most(contact->external_id) + cell_most(contact->tags);
    for (size_t i = 0; i < contact->n; i++)
        most += cell_most(contact->fields[i].value);
    return most;
}

static char *put_own(char *to, const struct writer_row *row)
{
    const struct standing *standing = &row->standing;
    char digits[10], since[21] = "";
    size_t at = sizeof digits;
    for (uint32_t id = row->contact->id; at == sizeof digits || id; id /= 10)
        digits[--at] = (char)('0' + id % 10);
    to = put_bytes(to, (struct span){digits + at, sizeof digits - at});
    if (standing->state == STATE_ACTIVE && standing->reason == REASON_none && !standing->since)
        return put_bytes(to, SPAN(",active,,")); /* nearly all */
    *to++ = ',';
    to = put_bytes(to, span_of(state_name(standing->state)));
    *to++ = ',';
    if (standing->reason != REASON_none)
        to = put_bytes(to, span_of(reason_name(standing->reason)));
    *to++ = ',';
    if (standing->since)
        date_to_iso(standing->since, since);
    return put_bytes(to, span_of(since));
}

/* Which field stands in which column: its number, from 1. */
enum { PLACED_MAX = 64 };
struct placed {
    bool all;
    unsigned char fields[PLACED_MAX];
};

/* The fields of a contact from the store have the very names of its columns; of others not all find theirs. */
static void place_fields(const struct writer_options *options, const struct contact *contact, struct placed *placed)
{
    size_t n = options->n, near = 0;
    placed->all = n <= PLACED_MAX && contact->n <= n;
    memset(placed->fields, 0, placed->all ? n : 0);
    for (size_t i = 0; placed->all && i < contact->n; i++) {
        struct span name = contact->fields[i].name;
        size_t k = 0;
        for (; k < n; k++, near++) {
            near = near < n ? near : 0;
            if (options->columns[near].at == name.at && options->columns[near].n == name.n)
                break;
        }
        placed->all = k < n;
        if (k < n)
            placed->fields[near++] = (unsigned char)(i + 1);
    }
}

/* Nearly all rows have nothing to quote: their cells are copied, and one look at the whole row tells, for
 * then there are no separators in it but ours. NULL: it has to be written with care. */
static char *put_plain_row(char *to, const struct writer_options *options, const struct writer_row *row,
                           const struct placed *placed)
{
    const struct contact *contact = row->contact;
    const struct span own[] = {contact->address, contact->name, contact->external_id, contact->tags};
    const char *from = to;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (is_blank_at_end(own[i]) || (options->spreadsheet && runs(own[i])))
            return NULL;
        to = put_bytes(to, own[i]);
        *to++ = ',';
    }
    to = put_own(to, row);
    for (size_t i = 0; i < options->n; i++) {
        *to++ = ',';
        if (!placed->fields[i])
            continue;
        struct span value = contact->fields[placed->fields[i] - 1].value;
        if (is_blank_at_end(value) || (options->spreadsheet && runs(value)))
            return NULL;
        to = put_bytes(to, value);
    }
    return count_odd(from, to) == 7 + options->n ? to : NULL;
}

static char *put_careful_row(char *to, const struct writer_options *options, const struct writer_row *row,
                             const struct placed *placed)
{
    const struct contact *contact = row->contact;
    const struct span own[] = {contact->address, contact->name, contact->external_id, contact->tags};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        to = put_cell(to, own[i], options->spreadsheet);
        *to++ = ',';
    }
    to = put_own(to, row);
    for (size_t i = 0, near = 0; i < options->n; i++) {
        struct span value = !placed->all        ? contact_field_near(contact, options->columns[i], &near)
                            : placed->fields[i] ? contact->fields[placed->fields[i] - 1].value
                                                : SPAN_NONE;
        *to++ = ',';
        to = put_cell(to, value, options->spreadsheet);
    }
    return to;
}

static void csv_row(const struct writer_options *options, const struct writer_row *row,
                    struct str *out)
{
    struct placed placed;
    place_fields(options, row->contact, &placed);
    str_reserve(out, csv_row_most(options, row->contact));
    char *from = out->at + out->n, *to = NULL;
    if (placed.all)
        to = put_plain_row(from, options, row, &placed);
    if (!to)
        to = put_careful_row(from, options, row, &placed);
    *to++ = '\n';
    grown(out, to);
}

static void vcard_text(struct span text, struct str *out)
{
    str_reserve(out, 2 * text.n);
    char *to = out->at + out->n;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (c == '\r')
            continue;
        if (c == '\\' || c == ',' || c == ';' || c == '\n')
            *to++ = '\\';
        *to++ = c == '\n' ? 'n' : c;
    }
    grown(out, to);
}

/* What stands in `out` from there on is one property: it is folded at 75 bytes, never within a character
 * (RFC 6350 3.2), and ended. */
static void vcard_end(size_t from, struct str *out)
{
    enum { LINE = 75 };
    if (out->n - from > LINE) {
        struct span rest = {out->at + from, out->n - from};
        char *line = span_copy(rest);
        rest.at = line;
        out->n = from;
        for (size_t limit = LINE; rest.n > limit; limit = LINE - 1) {
            size_t cut = limit;
            while (cut > 1 && ((unsigned char)rest.at[cut] & 0xC0) == 0x80)
                cut--;
            str_add(out, span_cut(rest, 0, cut));
            str_add(out, SPAN("\r\n "));
            rest = span_cut(rest, cut, rest.n);
        }
        str_add(out, rest);
        free(line);
    }
    str_add(out, SPAN("\r\n"));
}

static void vcard_line(struct span head, struct span value, struct str *out)
{
    size_t from = out->n;
    str_add(out, head);
    vcard_text(value, out);
    vcard_end(from, out);
}

/* RFC 6868, for the name of a field in a parameter. */
static void vcard_field(const struct contact_field *field, struct str *out)
{
    size_t from = out->n;
    str_add(out, SPAN("X-ZWROTKA-FIELD;NAME=\""));
    for (size_t i = 0; i < field->name.n; i++) {
        char c = field->name.at[i];
        if (c == '^' || c == '"' || c == '\n')
            str_add_text(out, c == '^' ? "^^" : c == '"' ? "^'" : "^n");
        else
            str_add_char(out, c);
    }
    str_add(out, SPAN("\":"));
    vcard_text(field->value, out);
    vcard_end(from, out);
}

static void vcard_row(const struct writer_options *options, const struct writer_row *row,
                      struct str *out)
{
    static const struct {
        struct span field, head;
    } known[] = {
        {{"company", 7}, {"ORG:", 4}},
        {{"phone", 5}, {"TEL:", 4}},
        {{"note", 4}, {"NOTE:", 5}},
    };
    const struct contact *contact = row->contact;
    struct span tags = contact->tags, tag;
    (void)options;
    str_add(out, SPAN("BEGIN:VCARD\r\nVERSION:4.0\r\n"));
    vcard_line(SPAN("FN:"), contact->name.n ? contact->name : contact->address, out);
    vcard_line(SPAN("EMAIL;PREF=1:"), contact->address, out);
    for (bool more = false; tags.n && span_next(&tags, ';', &tag); more = true) {
        str_add_text(out, more ? "," : "CATEGORIES:");
        vcard_text(tag, out);
    }
    if (contact->tags.n)
        str_add_text(out, "\r\n");
    if (contact->external_id.n)
        vcard_line(SPAN("X-ZWROTKA-EXTERNAL-ID:"), contact->external_id, out);
    for (size_t i = 0; i < contact->n; i++) {
        struct span head = SPAN_NONE;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (span_equal(contact->fields[i].name, known[k].field))
                head = known[k].head;
        if (head.n)
            vcard_line(head, contact->fields[i].value, out);
        else
            vcard_field(&contact->fields[i], out);
    }
    str_add(out, SPAN("END:VCARD\r\n"));
}

static const struct writer_format formats[] = {
    {"csv", csv_head, csv_row},
    {"vcard", no_head, vcard_row},
    {"json", no_head, json_row},
    {"plain", no_head, plain_row},
};

const struct writer_format *writer_format(struct span name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (span_equal(name, span_of(formats[i].name)))
            return &formats[i];
    return NULL;
}
