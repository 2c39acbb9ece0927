/* SPDX-License-Identifier: MIT
 *
 * Commands: one file each, ending in a const table row. --help, the manual, completion and the
 * screen's `:` are made of these rows. Options are long only (interface.md "Commands").
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "action/action.h"
#include "base/result.h"
#include "config/config.h"
#include "store/store.h"

struct option {
    const char *name;    /* "dry-run" */
    const char *value;   /* "DATE"; NULL for a switch */
    const char *help;    /* N_() */
    bool many;           /* may be given more than once */
};

/* What the command line said. */
struct command_line {
    const struct command *command;
    const char **words;      /* everything that is no option, in order; NULL-terminated */
    size_t n;
    const char *store_path;  /* --store */
    const char *config_path; /* --config */
    bool json, quiet;
    char *text;              /* the whole line, quoted for a shell: struct actor's command */
    /* … the options given, by command_option(). */
    void *given_;
};
const char *command_option(const struct command_line *line, const char *name);      /* NULL: not given */
bool command_switch(const struct command_line *line, const char *name);
size_t command_options(const struct command_line *line, const char *name, const char **values,
                       size_t max); /* of a `many` option, in order */

enum store_need { STORE_NONE, STORE_OPEN, STORE_MAKE };

/* What run gets: configuration read, store opened as `need` says. A command with the option dry-run
 * and STORE_MAKE gets a store that is thrown away where there was none. */
struct context {
    struct config *config;
    struct store *store;
    struct actor actor;
};

struct command {
    const char *name;
    const char *arguments; /* "[QUERY]" */
    const char *summary;   /* N_() one line */
    const char *help;      /* N_() paragraphs, or NULL */
    const struct option *options; /* ends with a row whose name is NULL; NULL for none */
    size_t least, most;    /* words: at least, at most (SIZE_MAX) */
    enum store_need need;
    bool makes_config; /* --config may name a file that is not there yet */
    /* Looks at the command line before a store is opened or made; NULL: nothing to look at. */
    enum result (*check)(const struct command_line *line, struct error *error);
    /* Prints to stdout, complaints and progress to stderr; a failure it returns with a sentence in
     * *error is printed by main. */
    enum result (*run)(const struct command_line *line, struct context *context, struct error *error);
};

extern const struct command *const commands[]; /* ends with NULL; the order of --help */

#endif
