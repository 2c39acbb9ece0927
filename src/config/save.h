/* SPDX-License-Identifier: MIT
 *
 * Writing the configuration: what setup, and the screen's first run, came to. Everything else in the
 * file stays, comments too; what is written was read back before it takes the old file's place.
 */
#ifndef CONFIG_SAVE_H
#define CONFIG_SAVE_H

#include "config/config.h"

struct config_change {
    const char *section; /* "senders", "account main" */
    const char *key;
    const char *value; /* NULL takes the key out */
};

/* The file that setup writes: `option` (--config) if not NULL, else the one that was read, else
 * $XDG_CONFIG_HOME/zwrotka/config. The caller frees. */
char *config_save_path(const struct config *config, const char *option);

/* Makes all changes or none. A new file is 0600, in a directory of 0700 where that has to be made; an
 * old one keeps owner and mode. A symbolic link stays one. Written beside it, synced, read back by
 * config_load, renamed. DATA for a value that no line can hold, CONFIG where the file would be
 * refused afterwards (or is already, and then is not touched), DENIED, CREATE, IO. */
enum result config_save(const char *path, const struct config_change *changes, size_t n,
                        struct error *error);

/* [account NAME] with all that is set in `account`; keys that are NULL there are taken out. `after`
 * NULL or "keep", and observe false, are left unsaid. */
enum result config_save_account(const char *path, const struct config_account *account,
                                struct error *error);

/* Keeps a typed password in NAME.password beside the configuration, 0600, replaced atomically.
 * *file is what goes to password_file; the caller frees. */
enum result config_save_password(const char *path, const char *name, const char *password,
                                 char **file, struct error *error);

/* `wish`, or wish-2, wish-3 … : a name that no account has, fit for a section. The caller frees. */
char *config_free_name(const struct config *config, const char *wish);

#endif
