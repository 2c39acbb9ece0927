/* SPDX-License-Identifier: MIT */
#include "screen/draft.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"

/* False: no home to keep it in. */
static bool path_of(struct str *path, bool make)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (state && *state == '/') {
        str_add_text(path, state);
    } else if (home && *home == '/') {
        str_addf(path, "%s/.local", home);
        if (make)
            mkdir(str_text(path), 0700);
        str_add_text(path, "/state");
    } else {
        return false;
    }
    if (make)
        mkdir(str_text(path), 0700);
    str_add_text(path, "/zwrotka");
    if (make)
        mkdir(str_text(path), 0700);
    str_add_text(path, "/draft");
    return true;
}

/* Fields go by kind and name, so that they find their place whatever the columns are by then. */
static void key_of(const struct form_field *field, struct str *key)
{
    str_clear(key);
    str_addf(key, "%d:", (int)field->kind);
    utf8_repair(span_of(field->name), key);
}

static void write_whole(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t n = strlen(text);

    if (file < 0)
        return;
    while (n) {
        ssize_t done = write(file, text, n);
        if (done <= 0)
            break;
        text += done;
        n -= (size_t)done;
    }
    close(file);
}

/* Takes the draft. */
static void save(const char *store, json_t *draft)
{
    struct str path = {0};
    char *at = realpath(store, NULL); /* it may have been named from another directory */

    json_object_set_new(draft, "store", json_string(at ? at : store));
    char *text = draft ? json_dumps(draft, JSON_INDENT(1)) : NULL;
    if (text && path_of(&path, true))
        write_whole(str_text(&path), text);
    free(text);
    free(at);
    json_decref(draft);
    str_free(&path);
}

void draft_save(const char *store, uint32_t id, const struct form_fields *fields)
{
    struct str key = {0};
    json_t *typed = json_object();

    for (size_t i = 0; i < fields->n; i++) {
        if (!form_field_changed(&fields->fields[i]))
            continue;
        key_of(&fields->fields[i], &key);
        struct span text = lineedit_text(&fields->fields[i].line);
        json_object_set_new(typed, str_text(&key), json_stringn(text.at, text.n));
    }
    save(store, json_pack("{s:I, s:o}", "id", (json_int_t)id, "typed", typed));
    str_free(&key);
}

void draft_save_lines(const char *store, const char *page, const struct span *lines, size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(array, json_stringn(lines[i].at ? lines[i].at : "", lines[i].n));
    save(store, json_pack("{s:s, s:o}", "page", page, "lines", array));
}

static json_t *read_draft(void)
{
    struct str path = {0};
    json_t *draft = NULL;

    if (path_of(&path, false))
        draft = json_load_file(str_text(&path), 0, NULL);
    str_free(&path);
    return draft;
}

static bool is_of(const json_t *draft, const char *store)
{
    const char *of = json_string_value(json_object_get(draft, "store"));
    char *at = realpath(store, NULL);
    bool same = of && strcmp(of, at ? at : store) == 0;

    free(at);
    return same;
}

bool draft_find(const char *store, uint32_t *id)
{
    json_t *draft = read_draft();
    bool found = is_of(draft, store) && json_is_object(json_object_get(draft, "typed"));

    if (found)
        *id = (uint32_t)json_integer_value(json_object_get(draft, "id"));
    json_decref(draft);
    return found;
}

bool draft_load_lines(const char *store, const char *page, struct str *lines, size_t n)
{
    json_t *draft = read_draft(), *array = json_object_get(draft, "lines");
    const char *of = json_string_value(json_object_get(draft, "page"));
    bool found = is_of(draft, store) && of && strcmp(of, page) == 0;

    for (size_t i = 0; found && i < n && i < json_array_size(array); i++)
        str_add_text(&lines[i], json_string_value(json_array_get(array, i)));
    json_decref(draft);
    if (found)
        draft_drop(store);
    return found;
}

void draft_load(struct form_fields *fields)
{
    json_t *draft = read_draft();
    struct str key = {0};

    for (size_t i = 0; i < fields->n; i++) {
        key_of(&fields->fields[i], &key);
        const char *text =
            json_string_value(json_object_get(json_object_get(draft, "typed"), str_text(&key)));
        if (text)
            lineedit_set(&fields->fields[i].line, span_of(text));
    }
    json_decref(draft);
    str_free(&key);
}

void draft_drop(const char *store)
{
    struct str path = {0};
    json_t *draft = read_draft();

    if (is_of(draft, store) && path_of(&path, false))
        unlink(str_text(&path));
    json_decref(draft);
    str_free(&path);
}
