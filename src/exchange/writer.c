/* SPDX-License-Identifier: MIT */
#include "exchange/writer.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/date.h"
#include "base/utf8.h"

/* What a cell has to be quoted for, as any separator that our reader finds by itself. */
static const bool csv_odd[256] = {['"'] = true,  [','] = true,  [';'] = true,
                                  ['\t'] = true, ['\r'] = true, ['\n'] = true};

static bool is_odd(const char *at, size_t n)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= n; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i)), odd = _mm_setzero_si128();
        for (const char *c = "\",;\t\r\n"; *c; c++)
            odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(*c)));
        if (_mm_movemask_epi8(odd))
            return true;
    }
#endif
    for (; i < n; i++)
        if (csv_odd[(unsigned char)at[i]])
            return true;
    return false;
}

static void quoted_cell(struct span cell, bool runs, struct str *out)
{
    str_add_char(out, '"');
    if (runs)
        str_add_char(out, '\'');
    while (cell.n) {
        ptrdiff_t quote = span_find_char(cell, '"');
        size_t piece = quote < 0 ? cell.n : (size_t)quote + 1;
        str_add(out, span_cut(cell, 0, piece));
        if (quote >= 0)
            str_add_char(out, '"');
        cell = span_cut(cell, piece, cell.n);
    }
    str_add_char(out, '"');
}

void writer_cell(struct span cell, bool spreadsheet, struct str *out)
{
    if (!cell.n) {
        str_add(out, cell);
        return;
    }
    bool runs = spreadsheet && memchr("=+-@\t\r", cell.at[0], 6);
    if (cell.at[0] == ' ' || cell.at[cell.n - 1] == ' ' || is_odd(cell.at, cell.n)) {
        quoted_cell(cell, runs, out);
        return;
    }
    if (runs)
        str_add_char(out, '\'');
    str_add(out, cell);
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

static void json_key(const char *key, struct span value, struct str *out)
{
    str_addf(out, ",\"%s\":", key);
    writer_json(value, out);
}

void writer_contact_json(const struct writer_row *row, struct str *out)
{
    const struct contact *contact = row->contact;
    const struct standing *standing = &row->standing;
    str_addf(out, "{\"id\":%u", contact->id);
    json_key("address", contact->address, out);
    json_key("name", contact->name, out);
    if (contact->external_id.n)
        json_key("external_id", contact->external_id, out);
    json_key("state", span_of(state_name(standing->state)), out);
    if (standing->reason != REASON_none)
        json_key("reason", span_of(reason_name(standing->reason)), out);
    else
        str_add_text(out, ",\"reason\":null");
    char since[21];
    if (standing->since) {
        date_to_iso(standing->since, since);
        json_key("since", span_of(since), out);
    } else {
        str_add_text(out, ",\"since\":null");
    }
    str_addf(out, ",\"soft\":%u,\"tags\":[", standing->soft);
    struct span rest = contact->tags, tag;
    for (bool more = false; rest.n && span_next(&rest, ';', &tag); more = true) {
        if (more)
            str_add_char(out, ',');
        writer_json(tag, out);
    }
    str_add_text(out, "],\"fields\":{");
    for (size_t i = 0; i < contact->n; i++) {
        if (i)
            str_add_char(out, ',');
        writer_json(contact->fields[i].name, out);
        str_add_char(out, ':');
        writer_json(contact->fields[i].value, out);
    }
    str_add_text(out, "}}");
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

static struct span value_of(const struct writer_options *options, const struct contact *contact, size_t column,
                            size_t *near)
{
    struct span name = options->columns[column];
    if (!options->own)
        return contact_field_near(contact, name, near);
    for (size_t k = 0; k < contact->n; k++) {
        size_t i = *near + k < contact->n ? *near + k : *near + k - contact->n;
        if (contact->fields[i].name.at == name.at) {
            *near = i + 1 < contact->n ? i + 1 : 0;
            return contact->fields[i].value;
        }
    }
    return SPAN_NONE;
}

static void csv_row(const struct writer_options *options, const struct writer_row *row,
                    struct str *out)
{
    const struct contact *contact = row->contact;
    const struct span own[] = {contact->address, contact->name, contact->external_id,
                               contact->tags};
    char since[21] = "";
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        writer_cell(own[i], options->spreadsheet, out);
        str_add_char(out, ',');
    }
    if (row->standing.since)
        date_to_iso(row->standing.since, since);
    bool reason = row->standing.reason != REASON_none;
    str_add_number(out, contact->id);
    const char *const rest[] = {state_name(row->standing.state),
                                reason ? reason_name(row->standing.reason) : "", since};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
        str_add_char(out, ',');
        str_add_text(out, rest[i]);
    }
    for (size_t i = 0, near = 0; i < options->n; i++) {
        str_add_char(out, ',');
        writer_cell(value_of(options, contact, i, &near), options->spreadsheet, out);
    }
    str_add_char(out, '\n');
}

static void vcard_text(struct span text, struct str *out)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (c == '\r')
            continue;
        if (strchr("\\,;\n", c) && c)
            str_add_char(out, '\\');
        str_add_char(out, c == '\n' ? 'n' : c);
    }
}

/* One property, folded at 75 bytes, never within a character (RFC 6350 3.2). */
static void vcard_line(const char *head, struct span value, struct str *out)
{
    struct str line = {0};
    str_add_text(&line, head);
    vcard_text(value, &line);
    struct span rest = span_of_str(&line);
    for (size_t limit = 75; rest.n > limit; limit = 74) {
        size_t cut = limit;
        while (cut > 1 && ((unsigned char)rest.at[cut] & 0xC0) == 0x80)
            cut--;
        str_add(out, span_cut(rest, 0, cut));
        str_add_text(out, "\r\n ");
        rest = span_cut(rest, cut, rest.n);
    }
    str_add(out, rest);
    str_add_text(out, "\r\n");
    str_free(&line);
}

/* RFC 6868, for the name of a field in a parameter. */
static void vcard_field(const struct contact_field *field, struct str *out)
{
    struct str head = {0};
    str_add_text(&head, "X-ZWROTKA-FIELD;NAME=\"");
    for (size_t i = 0; i < field->name.n; i++) {
        char c = field->name.at[i];
        if (c == '^' || c == '"' || c == '\n')
            str_add_text(&head, c == '^' ? "^^" : c == '"' ? "^'" : "^n");
        else
            str_add_char(&head, c);
    }
    str_add_text(&head, "\":");
    vcard_line(str_text(&head), field->value, out);
    str_free(&head);
}

static void vcard_row(const struct writer_options *options, const struct writer_row *row,
                      struct str *out)
{
    static const struct {
        const char *field, *head;
    } known[] = {{"company", "ORG:"}, {"phone", "TEL:"}, {"note", "NOTE:"}};
    const struct contact *contact = row->contact;
    struct span tags = contact->tags, tag;
    (void)options;
    str_add_text(out, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
    vcard_line("FN:", contact->name.n ? contact->name : contact->address, out);
    vcard_line("EMAIL;PREF=1:", contact->address, out);
    for (bool more = false; tags.n && span_next(&tags, ';', &tag); more = true) {
        str_add_text(out, more ? "," : "CATEGORIES:");
        vcard_text(tag, out);
    }
    if (contact->tags.n)
        str_add_text(out, "\r\n");
    if (contact->external_id.n)
        vcard_line("X-ZWROTKA-EXTERNAL-ID:", contact->external_id, out);
    for (size_t i = 0; i < contact->n; i++) {
        const char *head = NULL;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (span_equal(contact->fields[i].name, span_of(known[k].field)))
                head = known[k].head;
        if (head)
            vcard_line(head, contact->fields[i].value, out);
        else
            vcard_field(&contact->fields[i], out);
    }
    str_add_text(out, "END:VCARD\r\n");
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
