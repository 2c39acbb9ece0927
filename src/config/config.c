/* SPDX-License-Identifier: MIT */
#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/nearest.h"
#include "base/text.h"
#include "config/setting.h"

#define ACCOUNT_SECTION "account NAME"
#define ACCOUNT_PREFIX "account "
#define GIVEN_MAX 64

/* One reading of one file. */
struct parse {
    struct config *config;
    const char *path;
    FILE *file;
    unsigned line;
    char section[64];     /* for the keys that were given in it */
    bool given[GIVEN_MAX];
    enum result result;
    struct error *error;
};

static void set_defaults(struct config *config)
{
    for (size_t i = 0; i < config_option_count; i++) {
        const struct config_option *option = &config_options[i];
        if (strcmp(option->section, ACCOUNT_SECTION) != 0 && *option->initial &&
            *option->initial != '$')
            settings[i].read(span_of(option->initial), (char *)config + settings[i].offset, NULL);
    }
    config->trust = TRUST_UNSAID;
}

static int fail(struct parse *parse, const char *text)
{
    if (parse->result == RESULT_OK)
        parse->result = error_set(parse->error, RESULT_CONFIG, "%s:%u: %s", parse->path,
                                  parse->line, text);
    return 0;
}

/* "unknown WHAT X; did you mean Y?" */
static int fail_unknown(struct parse *parse, const char *what, const char *word,
                        const struct nearest *nearest)
{
    struct str text = {0};
    str_addf(&text, what, word);
    if (nearest->best)
        str_addf(&text, _("; did you mean %s?"), nearest->best);
    else
        str_add_text(&text, _("; `zwrotka --help config` lists what there is"));
    fail(parse, str_text(&text));
    str_free(&text);
    return 0;
}

static struct config_account *account_named(struct config *config, struct span name)
{
    for (size_t i = 0; i < config->n; i++)
        if (span_equal(span_of(config->accounts[i].name), name))
            return &config->accounts[i];
    config->accounts = alloc_again(config->accounts, config->n + 1, sizeof *config->accounts);
    struct config_account *account = &config->accounts[config->n++];
    *account = (struct config_account){.name = span_copy(name), .after = alloc_text("keep"), .poll = 120};
    return account;
}

/* The section as the table names it, or NULL with the complaint made. */
static const char *table_section(struct parse *parse, const char *section)
{
    struct nearest nearest;
    struct span span = span_of(section);
    if (span_starts(span, SPAN(ACCOUNT_PREFIX)) &&
        span_trim(span_cut(span, sizeof ACCOUNT_PREFIX - 1, span.n)).n)
        return ACCOUNT_SECTION;
    nearest_begin(&nearest, span);
    for (size_t i = 0; i < config_option_count; i++) {
        const char *known = config_options[i].section;
        if (strcmp(known, section) == 0)
            return known;
        nearest_offer(&nearest, known);
    }
    fail_unknown(parse, *section ? _("unknown section [%s]") : _("a key outside of any section%s"),
                 section, &nearest);
    return NULL;
}

static int take(struct parse *parse, size_t i, const char *section, struct span value)
{
    struct error detail = {""};
    char *place = (char *)parse->config;
    if (strcmp(config_options[i].section, ACCOUNT_SECTION) == 0) {
        struct config_account *account = account_named(
            parse->config, span_trim(span_of(section + sizeof ACCOUNT_PREFIX - 1)));
        if (!account->line)
            account->line = parse->line;
        place = (char *)account;
    }
    if (parse->given[i] && !settings[i].many) {
        error_set(&detail, RESULT_CONFIG, _("%s is given twice"), config_options[i].key);
        return fail(parse, detail.text);
    }
    parse->given[i] = true;
    if (value.n == 0) {
        error_set(&detail, RESULT_CONFIG, _("%s has no value"), config_options[i].key);
        return fail(parse, detail.text);
    }
    if (settings[i].read(value, place + settings[i].offset, &detail) != RESULT_OK) {
        error_prefix(&detail, "%s", config_options[i].key);
        return fail(parse, detail.text);
    }
    return 1;
}

static int on_key(void *user, const char *section, const char *key, const char *value)
{
    struct parse *parse = user;
    struct nearest nearest;
    if (parse->result != RESULT_OK)
        return 0;
    const char *known = table_section(parse, section);
    if (!known)
        return 0;
    if (strcmp(parse->section, section) != 0) {
        memset(parse->given, 0, sizeof parse->given);
        snprintf(parse->section, sizeof parse->section, "%s", section);
    }
    nearest_begin(&nearest, span_of(key));
    for (size_t i = 0; i < config_option_count; i++) {
        if (strcmp(config_options[i].section, known) != 0)
            continue;
        if (strcmp(config_options[i].key, key) == 0)
            return take(parse, i, section, span_trim(span_of(value)));
        nearest_offer(&nearest, config_options[i].key);
    }
    return fail_unknown(parse, _("unknown key %s"), key, &nearest);
}

/* inih's fgets: counts lines, and refuses one that inih would cut in two. */
static char *next_line(char *line, int size, void *user)
{
    struct parse *parse = user;
    if (parse->result != RESULT_OK || !fgets(line, size, parse->file))
        return NULL;
    parse->line++;
    size_t n = strlen(line);
    if (n + 1 == (size_t)size && line[n - 1] != '\n' && !feof(parse->file)) {
        fail(parse, _("this line is too long (198 bytes at most); a list goes on in the "
                      "next line after a blank, a long command belongs in a script"));
        return NULL;
    }
    return line;
}

/* Refused if others may write it: what it names as commands, we run. */
static enum result check_safe(int fd, const char *path, struct error *error)
{
    struct stat about, parent;
    if (fstat(fd, &about) != 0)
        return error_system(error, path);
    if (S_ISDIR(about.st_mode))
        return error_set(error, RESULT_CONFIG, _("%s is a directory"), path);
    if (S_ISCHR(about.st_mode))
        return RESULT_OK;
    if (about.st_mode & (S_IWGRP | S_IWOTH))
        return error_set(error, RESULT_CONFIG,
                         _("%s: others may write it, and it runs commands; `chmod go-w %s`"), path,
                         path);
    if (about.st_uid != geteuid() && about.st_uid != 0)
        return error_set(error, RESULT_CONFIG,
                         _("%s belongs to another user, and it runs commands"), path);
    char *real = realpath(path, NULL);
    bool open_house = real && stat(dirname(real), &parent) == 0 &&
                      (parent.st_mode & S_IWOTH) && !(parent.st_mode & S_ISVTX);
    free(real);
    if (open_house)
        return error_set(error, RESULT_CONFIG,
                         _("%s: others may replace it, for its directory is open to all"), path);
    return RESULT_OK;
}

static enum result check_accounts(const struct config *config, struct error *error)
{
    for (size_t i = 0; i < config->n; i++)
        if (!config->accounts[i].source)
            return error_set(error, RESULT_CONFIG, _("%s:%u: [account %s] has no source"), config->file,
                             config->accounts[i].line, config->accounts[i].name);
    return RESULT_OK;
}

static enum result read_file(struct config *config, int fd, struct error *error)
{
    enum result result = check_safe(fd, config->file, error);
    struct parse parse = {.config = config, .path = config->file, .error = error};
    if (result != RESULT_OK) {
        close(fd);
        return result;
    }
    parse.file = fdopen(fd, "r");
    int bad = ini_parse_stream(next_line, &parse, on_key, &parse);
    fclose(parse.file);
    if (parse.result != RESULT_OK)
        return parse.result;
    if (bad != 0) {
        parse.line = bad > 0 ? (unsigned)bad : parse.line;
        fail(&parse, _("neither a [section] nor a key = value"));
        return parse.result;
    }
    return check_accounts(config, error);
}

/* $VARIABLE/rest, or ~/fallback/rest; the caller frees. */
static char *xdg_path(const char *variable, const char *fallback, const char *rest)
{
    struct str path = {0};
    const char *base = getenv(variable), *home = getenv("HOME");
    if (base && *base == '/') {
        str_add_text(&path, base);
    } else {
        const struct passwd *user = home ? NULL : getpwuid(getuid());
        str_addf(&path, "%s/%s", home ? home : user ? user->pw_dir : "", fallback);
    }
    str_addf(&path, "/%s", rest);
    return str_take(&path);
}

char *config_own_path(void)
{
    return xdg_path("XDG_CONFIG_HOME", ".config", "zwrotka/config");
}

enum result config_load(const char *path, struct config **out, struct error *error)
{
    struct config *config = alloc_zero(1, sizeof *config);
    enum result result = RESULT_OK;
    int fd = -1;
    set_defaults(config);
    config->file = path ? alloc_text(path) : config_own_path();
    fd = open(config->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && !path && (errno == ENOENT || errno == ENOTDIR)) {
        free(config->file);
        config->file = alloc_text("/etc/xdg/zwrotka/config");
        fd = open(config->file, O_RDONLY | O_CLOEXEC);
    }
    if (fd >= 0) {
        result = read_file(config, fd, error);
    } else if (path || (errno != ENOENT && errno != ENOTDIR)) {
        result = error_system(error, config->file);
    } else {
        free(config->file);
        config->file = alloc_text("");
    }
    if (result != RESULT_OK) {
        config_free(config);
        return result;
    }
    if (config->trust == TRUST_UNSAID)
        config->trust = config->senders && *config->senders ? TRUST_OURS : TRUST_ANY;
    *out = config;
    return RESULT_OK;
}

char *config_rules_path(const struct config *config)
{
    struct str path = {0};
    const char *slash = strrchr(config->file, '/');
    if (!config->file[0])
        return xdg_path("XDG_CONFIG_HOME", ".config", "zwrotka/rules");
    str_add(&path, (struct span){config->file, slash ? (size_t)(slash + 1 - config->file) : 0});
    str_add_text(&path, "rules");
    return str_take(&path);
}

enum result config_rules(const struct config *config, char **out, struct error *error)
{
    struct stat about;
    char *path = config_rules_path(config);
    enum result result = RESULT_OK;
    bool there = stat(path, &about) == 0 && S_ISREG(about.st_mode);
    if (there && about.st_mode & (S_IWGRP | S_IWOTH))
        result =
            error_set(error, RESULT_CONFIG,
                      _("%s: others may write it, and it decides who is mailed; `chmod go-w %s`"),
                      path, path);
    if (result == RESULT_OK)
        *out = there ? path : NULL;
    if (result != RESULT_OK || !there)
        free(path);
    return result;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    for (size_t i = 0; i < config->n; i++) {
        struct config_account *account = &config->accounts[i];
        char *const texts[] = {account->name,          account->source,
                               account->password_command, account->password_file,
                               account->token_command, account->ca_file,
                               account->pin,           account->after};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            free(texts[k]);
    }
    free(config->accounts);
    free(config->file);
    free(config->store_path);
    free(config->senders);
    free(config->verp_address);
    free(config->map);
    free(config->own_domains);
    free(config);
}

const struct config_account *config_account(const struct config *config, struct span name)
{
    for (size_t i = 0; i < config->n; i++)
        if (span_equal(span_of(config->accounts[i].name), name))
            return &config->accounts[i];
    return NULL;
}

char *config_store_path(const struct config *config, const char *option)
{
    if (option)
        return alloc_text(option);
    if (config && config->store_path)
        return alloc_text(config->store_path);
    return xdg_path("XDG_DATA_HOME", ".local/share", "zwrotka");
}
