/* SPDX-License-Identifier: MIT
 *
 * JSON Lines: the objects of `list --json`, and flat ones of any system.
 */
#include <jansson.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "exchange/column.h"
#include "exchange/format.h"

#define LINE_MAX_BYTES (16u << 20)

struct jsonl {
    json_t *object; /* of the row that was handed out: its strings are borrowed */
    struct str tags;
    char **made; /* values that had to be written anew */
    size_t n, room;
};

static bool jsonl_looks(struct span bytes)
{
    bytes = span_trim(bytes);
    return bytes.n && bytes.at[0] == '{';
}

static enum result jsonl_open(struct source *source, void **state, struct error *error)
{
    (void)source;
    (void)error;
    *state = alloc_zero(1, sizeof(struct jsonl));
    return RESULT_OK;
}

static void jsonl_clear(struct jsonl *jsonl)
{
    json_decref(jsonl->object);
    jsonl->object = NULL;
    while (jsonl->n)
        free(jsonl->made[--jsonl->n]);
}

static struct span made(struct jsonl *jsonl, char *text)
{
    ALLOC_GROW(jsonl->made, jsonl->n, jsonl->room);
    jsonl->made[jsonl->n++] = text;
    return span_of(text);
}

/* A list of strings, as "tags" are: joined as CSV joins them. */
static struct span joined(struct jsonl *jsonl, json_t *list)
{
    struct str text = {0};
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (i)
            str_add_char(&text, ';');
        if (json_is_string(item))
            str_add(&text, (struct span){json_string_value(item), json_string_length(item)});
    }
    return made(jsonl, str_take(&text));
}

static struct span value_of(struct jsonl *jsonl, json_t *value)
{
    if (json_is_string(value))
        return (struct span){json_string_value(value), json_string_length(value)};
    if (json_is_null(value))
        return SPAN_NONE;
    if (json_is_array(value))
        return joined(jsonl, value);
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    return text ? made(jsonl, text) : SPAN_NONE;
}

/* What `list` and `show` say beside the contact itself. */
static bool is_told_only(struct span key)
{
    return span_equal(key, SPAN("soft")) || span_equal(key, SPAN("bounces")) ||
           span_equal(key, SPAN("changes"));
}

static void put_object(struct jsonl *jsonl, const struct source *source, json_t *object,
                       struct reader_row *row)
{
    const char *key;
    json_t *value, *nested;
    json_object_foreach(object, key, value)
    {
        struct span name;
        enum column column = column_of(span_of(key), source->options, &name);
        if (!json_is_object(value) && !is_told_only(span_of(key)))
            column_put(row, column, name, value_of(jsonl, value), &jsonl->tags);
    }
    json_t *fields = json_object_get(object, "fields");
    if (!json_is_object(fields))
        return;
    json_object_foreach(fields, key, nested)
    {
        column_put(row, COLUMN_FIELD, span_of(key), value_of(jsonl, nested), NULL);
    }
}

static enum result jsonl_next(struct source *source, void *state, struct reader_row *row)
{
    struct jsonl *jsonl = state;
    struct span line;
    jsonl_clear(jsonl);
    do {
        row->line = source->line;
        if (!source_line(source, &line))
            return RESULT_NO;
        line = span_trim(line);
    } while (line.n == 0);
    if (line.n <= LINE_MAX_BYTES)
        jsonl->object = json_loadb(line.at, line.n, JSON_ALLOW_NUL, NULL);
    if (json_is_object(jsonl->object))
        put_object(jsonl, source, jsonl->object, row);
    else
        row->problem = _("not a JSON object");
    return RESULT_OK;
}

static void jsonl_close(void *state)
{
    struct jsonl *jsonl = state;
    jsonl_clear(jsonl);
    free(jsonl->made);
    str_free(&jsonl->tags);
    free(jsonl);
}

const struct format format_json = {"json", jsonl_looks, jsonl_open, jsonl_next, jsonl_close, NULL, NULL, NULL};
