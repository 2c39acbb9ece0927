/* SPDX-License-Identifier: MIT
 *
 * vCard 4 (RFC 6350) and 3 (RFC 2426), with what 2.1 wrote: quoted-printable and CHARSET. Of a card
 * come FN or N, EMAIL, TEL, ORG, CATEGORIES, NOTE, and what our own writer adds as X-ZWROTKA-….
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "exchange/charset.h"
#include "exchange/column.h"
#include "exchange/format.h"

#define CARD_MAX_BYTES (16u << 20)

struct vcard {
    struct str line;  /* a property unfolded */
    struct str texts; /* the values of the row; reserved before, so that it never moves */
    struct str tags;
    bool preferred;   /* the address is one that the card prefers */
    unsigned emails, phones;
};

struct property {
    struct span name, parameters, value;
};

static bool vcard_looks(struct span bytes)
{
    return span_starts_nocase(span_trim(bytes), SPAN("BEGIN:VCARD"));
}

static enum result vcard_open(struct source *source, void **state, struct error *error)
{
    (void)source;
    (void)error;
    *state = alloc_zero(1, sizeof(struct vcard));
    return RESULT_OK;
}

/* [group.]NAME[;parameter…]:value, colons in quoted parameters do not end it. */
static bool split(struct span line, struct property *property)
{
    bool quoted = false;
    size_t colon = line.n, name = line.n;
    for (size_t i = 0; i < line.n && colon == line.n; i++) {
        if (line.at[i] == '"')
            quoted = !quoted;
        else if (line.at[i] == ';' && name == line.n)
            name = i;
        else if (line.at[i] == ':' && !quoted)
            colon = i;
    }
    if (colon == line.n)
        return false;
    if (name > colon)
        name = colon;
    property->name = span_cut(line, 0, name);
    ptrdiff_t dot = span_find_char(property->name, '.');
    if (dot >= 0)
        property->name = span_cut(property->name, (size_t)dot + 1, name);
    property->parameters = span_cut(line, name + (name < colon), colon);
    property->value = span_cut(line, colon + 1, line.n);
    return true;
}

/* The value of a parameter without its quotes; of a bare word (2.1: ";BASE64") the word. */
static struct span parameter(const struct property *property, const char *name)
{
    struct span rest = property->parameters, one;
    while (rest.at && span_next(&rest, ';', &one)) {
        struct span value = one, key;
        span_next(&value, '=', &key);
        if (!span_equal_nocase(span_trim(key), span_of(name)))
            continue;
        if (!value.at)
            return key;
        if (value.n >= 2 && value.at[0] == '"' && value.at[value.n - 1] == '"')
            value = span_cut(value, 1, value.n - 1);
        return value;
    }
    return SPAN_NONE;
}

static bool is_quoted_printable(const struct property *property)
{
    return span_equal_nocase(parameter(property, "ENCODING"), SPAN("QUOTED-PRINTABLE")) ||
           parameter(property, "QUOTED-PRINTABLE").at;
}

/* A property with its folded lines, and with the soft line breaks of quoted-printable. */
static bool read_property(struct source *source, struct vcard *vcard, struct property *property)
{
    struct span line, next;
    if (!source_line(source, &line))
        return false;
    str_clear(&vcard->line);
    str_add(&vcard->line, line);
    for (;;) {
        size_t at = source->at;
        uint64_t number = source->line;
        *property = (struct property){0};
        bool soft = vcard->line.n && vcard->line.at[vcard->line.n - 1] == '=' &&
                    split(span_of_str(&vcard->line), property) && is_quoted_printable(property);
        if (vcard->line.n > CARD_MAX_BYTES || !source_line(source, &next))
            break;
        bool folded = next.n && (next.at[0] == ' ' || next.at[0] == '\t');
        if (!soft && !folded) {
            source->at = at;
            source->line = number;
            break;
        }
        if (soft)
            vcard->line.at[--vcard->line.n] = '\0';
        str_add(&vcard->line, folded ? span_cut(next, 1, next.n) : next);
    }
    if (!split(span_of_str(&vcard->line), property))
        *property = (struct property){.name = span_trim(span_of_str(&vcard->line))};
    return true;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static void unquote_printable(struct span text, struct str *out)
{
    for (size_t i = 0; i < text.n; i++) {
        bool code = text.at[i] == '=' && i + 2 < text.n && hex(text.at[i + 1]) >= 0 &&
                    hex(text.at[i + 2]) >= 0;
        str_add_char(out, code ? (char)(hex(text.at[i + 1]) * 16 + hex(text.at[i + 2]))
                               : text.at[i]);
        i += code ? 2 : 0;
    }
}

/* The property's value as UTF-8, quoted-printable and charset undone, still with its backslashes.
 * `scratch` keeps it where it had to be written anew. */
static struct span decoded(const struct property *property, struct str *scratch)
{
    struct str plain = {0};
    if (!is_quoted_printable(property))
        return property->value;
    unquote_printable(property->value, &plain);
    if (utf8_valid(span_of_str(&plain))) {
        str_add(scratch, span_of_str(&plain));
    } else {
        char *charset = span_copy(parameter(property, "CHARSET"));
        if (charset_convert(span_of_str(&plain), *charset ? charset : "WINDOWS-1250", scratch,
                            NULL) != RESULT_OK) {
            str_clear(scratch);
            utf8_repair(span_of_str(&plain), scratch);
        }
        free(charset);
    }
    str_free(&plain);
    return span_of_str(scratch);
}

/* Adds the value to the row's texts: \n, \, and the like undone, components (between
 * `separator`s) joined by `joint`, if that is not NULL. */
static struct span text_of(struct vcard *vcard, const struct property *property, char separator,
                           const char *joint)
{
    struct str scratch = {0};
    struct span value = decoded(property, &scratch);
    size_t begin = vcard->texts.n;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.at[i];
        if (c == '\\' && i + 1 < value.n) {
            c = value.at[++i];
            str_add_char(&vcard->texts, c == 'n' || c == 'N' ? '\n' : c);
        } else if (c == separator && joint) {
            if (vcard->texts.n > begin && i + 1 < value.n)
                str_add_text(&vcard->texts, joint);
        } else {
            str_add_char(&vcard->texts, c);
        }
    }
    str_free(&scratch);
    return span_trim((struct span){vcard->texts.at + begin, vcard->texts.n - begin});
}

static struct span numbered(struct vcard *vcard, const char *name, unsigned number)
{
    size_t begin = vcard->texts.n;
    str_add_text(&vcard->texts, name);
    if (number > 1)
        str_addf(&vcard->texts, "%u", number);
    return (struct span){vcard->texts.at + begin, vcard->texts.n - begin};
}

/* PREF=1 (4), TYPE=…,pref (3, given as often as one likes), PREF (2.1). */
static bool is_preferred(const struct property *property)
{
    struct span rest = property->parameters, one;
    while (rest.at && span_next(&rest, ';', &one))
        if (span_starts_nocase(one, SPAN("PREF")) ||
            (span_starts_nocase(one, SPAN("TYPE=")) && span_find_nocase(one, SPAN("pref")) >= 0))
            return true;
    return false;
}

static void put_email(struct vcard *vcard, const struct property *property, struct reader_row *row)
{
    struct contact *contact = &row->contact;
    struct span value = text_of(vcard, property, ';', NULL), other = value;
    bool preferred = is_preferred(property);
    if (value.n == 0)
        return;
    if (contact->address.n == 0 || (preferred && !vcard->preferred)) {
        other = contact->address;
        contact->address = value;
        vcard->preferred = preferred;
    }
    if (other.n)
        column_put(row, COLUMN_FIELD, numbered(vcard, "email", ++vcard->emails + 1), other, NULL);
}

static void put_phone(struct vcard *vcard, const struct property *property, struct reader_row *row)
{
    struct span value = text_of(vcard, property, ';', NULL);
    if (span_starts_nocase(value, SPAN("tel:")))
        value = span_cut(value, 4, value.n);
    if (value.n)
        column_put(row, COLUMN_FIELD, numbered(vcard, "phone", ++vcard->phones), value, NULL);
}

static void put_name(struct vcard *vcard, const struct property *property, struct reader_row *row)
{
    row->contact.name = text_of(vcard, property, ';', NULL);
}

/* Family;Given;Middle;Prefix;Suffix, for a card without FN. */
static void put_parts(struct vcard *vcard, const struct property *property, struct reader_row *row)
{
    struct property part = *property;
    struct span rest = property->value, family = SPAN_NONE, given = SPAN_NONE;
    if (row->contact.name.n || !rest.at)
        return;
    span_next(&rest, ';', &family);
    if (rest.at)
        span_next(&rest, ';', &given);
    part.value = given;
    struct span name = text_of(vcard, &part, ';', NULL);
    if (name.n && family.n)
        str_add_char(&vcard->texts, ' ');
    part.value = family;
    struct span last = text_of(vcard, &part, ';', NULL);
    if (!name.n)
        name = last;
    row->contact.name = (struct span){name.at, (size_t)(last.at + last.n - name.at)};
}

static void put_company(struct vcard *vcard, const struct property *property,
                        struct reader_row *row)
{
    column_put(row, COLUMN_FIELD, SPAN("company"), text_of(vcard, property, ';', ", "), NULL);
}

static void put_note(struct vcard *vcard, const struct property *property, struct reader_row *row)
{
    column_put(row, COLUMN_FIELD, SPAN("note"), text_of(vcard, property, ';', NULL), NULL);
}

static void put_tags(struct vcard *vcard, const struct property *property, struct reader_row *row)
{
    column_put(row, COLUMN_TAGS, SPAN_NONE, text_of(vcard, property, ',', ";"), &vcard->tags);
}

static void put_external_id(struct vcard *vcard, const struct property *property,
                            struct reader_row *row)
{
    row->contact.external_id = text_of(vcard, property, ';', NULL);
}

/* A parameter of RFC 6868: ^n, ^' and ^^. */
static void put_field(struct vcard *vcard, const struct property *property, struct reader_row *row)
{
    struct span name = parameter(property, "NAME");
    size_t begin = vcard->texts.n;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.at[i];
        if (c == '^' && i + 1 < name.n)
            c = name.at[++i] == 'n' ? '\n' : name.at[i] == '\'' ? '"' : name.at[i];
        str_add_char(&vcard->texts, c);
    }
    name = (struct span){vcard->texts.at + begin, vcard->texts.n - begin};
    if (name.n)
        column_put(row, COLUMN_FIELD, name, text_of(vcard, property, ';', NULL), NULL);
}

static const struct {
    const char *name;
    void (*put)(struct vcard *vcard, const struct property *property, struct reader_row *row);
} properties[] = {
    {"FN", put_name},
    {"N", put_parts},
    {"EMAIL", put_email},
    {"TEL", put_phone},
    {"ORG", put_company},
    {"CATEGORIES", put_tags},
    {"NOTE", put_note},
    {"X-ZWROTKA-EXTERNAL-ID", put_external_id},
    {"X-ZWROTKA-FIELD", put_field},
};

static void put_property(struct vcard *vcard, const struct property *property,
                         struct reader_row *row)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (span_equal_nocase(property->name, span_of(properties[i].name)))
            properties[i].put(vcard, property, row);
}

/* Bytes up to the card's END, so that its texts can be reserved. */
static size_t card_size(const struct source *source)
{
    struct span rest = span_cut(source->bytes, source->at, source->bytes.n), line;
    size_t all = rest.n;
    while (span_line(&rest, &line))
        if (span_equal_nocase(span_trim(line), SPAN("END:VCARD")))
            break;
    return all - rest.n;
}

static bool is_mark(const struct property *property, const char *name)
{
    return span_equal_nocase(property->name, span_of(name)) &&
           span_equal_nocase(span_trim(property->value), SPAN("VCARD"));
}

static enum result vcard_next(struct source *source, void *state, struct reader_row *row)
{
    struct vcard *vcard = state;
    struct property property;
    do {
        row->line = source->line;
        if (!read_property(source, vcard, &property))
            return RESULT_NO;
    } while (!is_mark(&property, "BEGIN"));
    size_t size = card_size(source);
    bool ended = false, fits = size <= CARD_MAX_BYTES;
    str_clear(&vcard->texts);
    /* A character set makes three bytes of one at most, and each phone and address needs a name. */
    if (fits)
        str_reserve(&vcard->texts, size * 4 + 64);
    vcard->preferred = false;
    vcard->emails = vcard->phones = 0;
    while (!ended && read_property(source, vcard, &property)) {
        ended = is_mark(&property, "END");
        if (!ended && fits)
            put_property(vcard, &property, row);
    }
    if (span_equal(row->contact.name, row->contact.address))
        row->contact.name = SPAN_NONE; /* FN is a must: writers put the address for want of one */
    if (!ended)
        row->problem = _("a card without END:VCARD");
    else if (!fits)
        row->problem = _("a card of more than 16 MiB");
    else if (row->contact.address.n == 0)
        row->problem = _("a card without EMAIL");
    return RESULT_OK;
}

static void vcard_close(void *state)
{
    struct vcard *vcard = state;
    str_free(&vcard->line);
    str_free(&vcard->texts);
    str_free(&vcard->tags);
    free(vcard);
}

const struct format format_vcard = {"vcard", vcard_looks, vcard_open, vcard_next, vcard_close, NULL, NULL, NULL};
