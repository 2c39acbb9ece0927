/* SPDX-License-Identifier: MIT */
#include "command/json.h"

#include "base/date.h"
#include "exchange/writer.h"

struct json json_open(struct str *out)
{
    str_add_char(out, '{');
    return (struct json){out, false};
}

void json_close(struct json *json)
{
    str_add_char(json->out, '}');
}

void json_name(struct json *json, struct span key)
{
    if (json->more)
        str_add_char(json->out, ',');
    json->more = true;
    writer_json(key, json->out);
    str_add_char(json->out, ':');
}

void json_text(struct json *json, const char *key, struct span value)
{
    json_name(json, span_of(key));
    writer_json(value, json->out);
}

void json_some(struct json *json, const char *key, struct span value)
{
    if (value.n)
        json_text(json, key, value);
}

void json_or_null(struct json *json, const char *key, struct span value)
{
    json_name(json, span_of(key));
    if (value.n)
        writer_json(value, json->out);
    else
        str_add_text(json->out, "null");
}

void json_number(struct json *json, const char *key, uint64_t value)
{
    json_name(json, span_of(key));
    str_addf(json->out, "%llu", (unsigned long long)value);
}

void json_truth(struct json *json, const char *key, bool value)
{
    json_name(json, span_of(key));
    str_add_text(json->out, value ? "true" : "false");
}

void json_time(struct json *json, const char *key, int64_t time)
{
    char text[21] = "";
    if (time)
        date_to_iso(time, text);
    json_or_null(json, key, span_of(text));
}
