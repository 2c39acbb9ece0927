/* SPDX-License-Identifier: MIT
 *
 * JSON objects written straight into a str.
 */
#ifndef COMMAND_JSON_H
#define COMMAND_JSON_H

#include <stdbool.h>

#include "base/str.h"

struct json {
    struct str *out;
    bool more; /* a comma is due */
};

struct json json_open(struct str *out);            /* { */
void json_close(struct json *json);                /* } */
void json_name(struct json *json, struct span key); /* "key": whose value the caller adds */
void json_text(struct json *json, const char *key, struct span value);
void json_some(struct json *json, const char *key, struct span value); /* left out where empty */
void json_or_null(struct json *json, const char *key, struct span value); /* null where empty */
void json_number(struct json *json, const char *key, uint64_t value);
void json_truth(struct json *json, const char *key, bool value);
void json_time(struct json *json, const char *key, int64_t time); /* null for 0 */

#endif
