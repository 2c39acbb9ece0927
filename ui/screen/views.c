/* SPDX-License-Identifier: MIT */
#include "screen/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/config.h"

/* "…/zwrotka/views" */
static char *path_of(void)
{
    char *config = config_own_path();
    char *slash = strrchr(config, '/');
    struct str path = {0};

    str_add(&path, (struct span){config, slash ? (size_t)(slash + 1 - config) : 0});
    str_add_text(&path, "views");
    free(config);
    return str_take(&path);
}

static void add(struct views *views, struct span name, struct span query)
{
    struct str clean = {0};

    utf8_visible(name, &clean);
    views->rows[views->n].name = str_take(&clean);
    views->rows[views->n++].query = span_copy(query);
}

void views_load(struct views *views)
{
    char *path = path_of(), *line = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "re");

    *views = (struct views){0};
    while (file && views->n < VIEWS_OWN_MAX && getline(&line, &room, file) >= 0) {
        struct span rest = span_trim(span_of(line)), name;
        if (!span_next(&rest, '\t', &name) || !span_trim(rest).n || !utf8_valid(rest))
            continue;
        add(views, span_trim(name), span_trim(rest));
    }
    if (file)
        fclose(file);
    free(line);
    free(path);
}

void views_free(struct views *views)
{
    for (size_t i = 0; i < views->n; i++) {
        free(views->rows[i].name);
        free(views->rows[i].query);
    }
    views->n = 0;
}

int views_find(const struct views *views, struct span query)
{
    for (size_t i = 0; i < views->n; i++)
        if (span_equal(span_of(views->rows[i].query), query))
            return (int)i;
    return -1;
}

static enum result save(const struct views *views, struct error *error)
{
    char *path = path_of();
    struct str beside = {0};
    enum result result = RESULT_OK;

    file_make_way(path);
    str_addf(&beside, "%s.new", path);
    FILE *file = fopen(str_text(&beside), "we");
    for (size_t i = 0; file && i < views->n; i++)
        fprintf(file, "%s\t%s\n", views->rows[i].name, views->rows[i].query);
    if (!file || fclose(file) != 0 || rename(str_text(&beside), path) != 0)
        result = error_system(error, path);
    str_free(&beside);
    free(path);
    return result;
}

enum result views_put(struct views *views, struct span name, struct span query, struct error *error)
{
    int at = views_find(views, query);

    if (at >= 0) {
        free(views->rows[at].name);
        free(views->rows[at].query);
        memmove(&views->rows[at], &views->rows[at + 1],
                (views->n - (size_t)at - 1) * sizeof *views->rows);
        views->n--;
    }
    if (name.n && views->n == VIEWS_OWN_MAX)
        return error_set(error, RESULT_NO, "%s",
                         _("all four places are taken: show one of your views, then v and an empty "
                           "name takes it away"));
    if (name.n)
        add(views, name, query);
    return save(views, error);
}
