/* SPDX-License-Identifier: MIT
 *
 * The configuration (INI, by libinih), from one table of options that zwrotka(5) and `--help config`
 * are made of.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/str.h"

struct config_account {
    char *name;
    unsigned line;    /* of its first key in the file */
    char *source;
    char *password_command, *password_file, *token_command;
    char *ca_file, *pin;
    char *after;      /* "keep", "seen", "delete", "move:FOLDER" as written, checked */
    bool observe;     /* marking = observe */
    int64_t since;    /* older messages are left alone; 0: none are */
    int64_t poll;     /* seconds between two looks where nothing tells of new mail */
};

struct config {
    char *file;              /* where it came from, "" for none */
    char *store_path;        /* NULL: the default */
    int64_t keep_messages;   /* seconds */
    unsigned soft_limit;     /* 0: off */
    int64_t soft_within;     /* seconds */
    bool skip_suspects;      /* suspects = skip */
    int64_t max_age;         /* seconds, 0: off */
    unsigned wave;           /* 0: off */
    int64_t wave_within;     /* seconds */
    enum config_trust { TRUST_ANY, TRUST_OURS, TRUST_VERP, TRUST_UNSAID } trust; /* never UNSAID
                                once loaded */
    int64_t max_silence;     /* seconds */
    char *senders;           /* comma list, NULL for none */
    char *verp_address;
    char *map;               /* [postfix] */
    char *own_domains;
    struct config_account *accounts;
    size_t n;
};

/* The table: section, key, type, default, meaning: for the manual and --help config. */
struct config_option {
    const char *section, *key, *type, *initial, *meaning;
};
extern const struct config_option config_options[];
extern const size_t config_option_count;

/* Reads `path`, or NULL for $XDG_CONFIG_HOME/zwrotka/config, else /etc/xdg/zwrotka/config, else
 * defaults. CONFIG with file and line for an unknown key, a wrong value, or a file that others may
 * write; MISSING if a named path is not there. */
enum result config_load(const char *path, struct config **out, struct error *error);
void config_free(struct config *config);
const struct config_account *config_account(const struct config *config, struct span name);
/* The store's directory: `option` (--store) if not NULL, else the configuration's, else
 * $XDG_DATA_HOME/zwrotka. The caller frees. */
char *config_store_path(const struct config *config, const char *option);

/* $XDG_CONFIG_HOME/zwrotka/config, there or not. The caller frees. */
char *config_own_path(void);

/* The file of the user's own wordings: `rules` beside the configuration. *out is NULL if there is
 * none; the caller frees. CONFIG if others may write it, for it decides who is mailed. */
enum result config_rules(const struct config *config, char **out, struct error *error);
char *config_rules_path(const struct config *config); /* there or not; the caller frees */

/* The account's password, or with token_command its OAuth 2 access token: by command (no terminal,
 * 30 s, its complaint in the error), or from the file (refused if others may read it). MISSING,
 * DENIED, CONFIG. The caller frees, after wiping. */
enum result config_password(const struct config_account *account, char **out, struct error *error);
/* The same, broken off (CANCELLED) when `cancelled` says so; it is asked every tenth of a second. */
enum result config_password_unless(const struct config_account *account,
                                   bool (*cancelled)(void *arg), void *arg, char **out,
                                   struct error *error);

#endif
