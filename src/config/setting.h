/* SPDX-License-Identifier: MIT
 *
 * How the values of a configuration are read: one row a key, with the place it goes to. Private to
 * src/config.
 */
#ifndef CONFIG_SETTING_H
#define CONFIG_SETTING_H

#include <stddef.h>

#include "base/result.h"
#include "config/config.h"

struct setting {
    /* Writes `value` to `place`; DATA with a sentence that says what would be right. */
    enum result (*read)(struct span value, void *place, struct error *error);
    size_t offset; /* in struct config, or struct config_account for [account NAME] */
    bool many;     /* given again, it adds: comma lists over several lines */
};

/* The setting of config_options[i]. */
extern const struct setting settings[];

#endif
