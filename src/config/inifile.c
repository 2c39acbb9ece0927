/* SPDX-License-Identifier: MIT */
#include "config/inifile.h"

#include "base/text.h"

#define VALUE_ROOM 150 /* inih reads lines of 198 bytes */

/* Where things stand, as byte offsets. */
struct place {
    bool section, key;
    size_t end;       /* behind the last line of the section that says anything */
    size_t from, to;  /* the key's lines */
    struct span note; /* the comment behind it */
};

static bool is_comment(struct span line)
{
    line = span_trim(line);
    return line.n == 0 || line.at[0] == ';' || line.at[0] == '#';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What a line [name] opens; false for other lines. */
static bool opens(struct span line, struct span *name)
{
    line = span_trim(line);
    ptrdiff_t end = span_find_char(line, ']');
    if (!line.n || line.at[0] != '[' || end < 0)
        return false;
    *name = span_trim(span_cut(line, 1, (size_t)end));
    return true;
}

static bool gives(struct span line, struct span key)
{
    size_t end = 0;
    while (end < line.n && line.at[end] != '=' && line.at[end] != ':')
        end++;
    return end < line.n && span_equal(span_trim(span_cut(line, 0, end)), key);
}

static struct span note_of(struct span line)
{
    for (size_t i = 1; i < line.n; i++)
        if (line.at[i] == ';' && is_blank(line.at[i - 1])) {
            while (i > 0 && is_blank(line.at[i - 1]))
                i--;
            return span_cut(line, i, line.n);
        }
    return SPAN_NONE;
}

static struct place find(struct span text, struct span section, struct span key)
{
    struct place place = {0};
    struct span rest = text, line, name;
    bool inside = false, continues = false;
    while (span_line(&rest, &line)) {
        size_t from = (size_t)(line.at - text.at), to = (size_t)(rest.at - text.at);
        if (is_comment(line))
            continue;
        bool header = opens(line, &name);
        bool more = !header && is_blank(line.at[0]);
        if (header)
            inside = span_equal(name, section);
        if (inside) {
            place.section = true;
            place.end = to;
        }
        if (more && continues)
            place.to = to;
        continues = more ? continues : inside && !header && !place.key && gives(line, key);
        if (!more && continues) {
            place.key = true;
            place.from = from;
            place.to = to;
            place.note = note_of(line);
        }
    }
    return place;
}

/* A long list goes on in indented lines, cut behind a comma. */
static void add_value(struct span value, struct str *out)
{
    while (value.n > VALUE_ROOM) {
        ptrdiff_t comma = span_find_last(span_cut(value, 0, VALUE_ROOM), ',');
        if (comma < 0)
            break;
        str_add(out, span_cut(value, 0, (size_t)comma + 1));
        str_add_text(out, "\n ");
        value = span_trim(span_cut(value, (size_t)comma + 1, value.n));
        str_add_char(out, ' ');
    }
    str_add(out, value);
}

void inifile_set(struct str *text, struct span section, struct span key, struct span value)
{
    struct span all = span_of_str(text);
    struct place place = all.n ? find(all, section, key) : (struct place){0};
    size_t from = place.key ? place.from : place.section ? place.end : all.n;
    size_t to = place.key ? place.to : from;
    struct str made = {0};
    if (!value.at && !place.key)
        return;
    str_add(&made, span_cut(all, 0, from));
    if (made.n && made.at[made.n - 1] != '\n')
        str_add_char(&made, '\n');
    if (value.at && !place.section)
        str_addf(&made, "%s[%.*s]\n", made.n ? "\n" : "", SPAN_ARGS(section));
    if (value.at) {
        str_addf(&made, "%.*s = ", SPAN_ARGS(key));
        add_value(value, &made);
        str_add(&made, place.note);
        str_add_char(&made, '\n');
    }
    str_add(&made, span_cut(all, to, all.n));
    str_free(text);
    *text = made;
}
