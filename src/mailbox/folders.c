/* SPDX-License-Identifier: MIT */
#include "mailbox/folders.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/imapsession.h"
#include "mailbox/imaputf7.h"
#include "mailbox/remote.h"

#define ANSWER ((size_t)1 << 20)
#define COUNTED 200 /* folders whose messages are asked for, an answer each */

static bool selectable(const struct mailimap_mbx_list_flags *flags, bool *junk)
{
    if (!flags)
        return true;
    for (clistiter *at = clist_begin(flags->mbf_oflags); at; at = clist_next(at)) {
        const struct mailimap_mbx_list_oflag *flag = clist_content(at);
        if (flag->of_type != MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT || !flag->of_flag_ext)
            continue;
        if (strcasecmp(flag->of_flag_ext, "NonExistent") == 0)
            return false;
        *junk = *junk || strcasecmp(flag->of_flag_ext, "Junk") == 0;
    }
    return flags->mbf_type != MAILIMAP_MBX_LIST_FLAGS_SFLAG ||
           flags->mbf_sflag != MAILIMAP_MBX_LIST_SFLAG_NOSELECT;
}

static uint64_t count(struct imapsession *session, const char *wire)
{
    struct mailimap_status_att_list *items = mailimap_status_att_list_new_empty();
    struct mailimap_mailbox_data_status *status = NULL;
    uint64_t messages = 0;
    mailimap_status_att_list_add(items, MAILIMAP_STATUS_ATT_MESSAGES);
    imapsession_expect(session, ANSWER);
    if (mailimap_status(session->imap, wire, items, &status) == MAILIMAP_NO_ERROR) {
        clistiter *at = status->st_info_list ? clist_begin(status->st_info_list) : NULL;
        if (at)
            messages = ((const struct mailimap_status_info *)clist_content(at))->st_value;
        mailimap_mailbox_data_status_free(status);
    }
    mailimap_status_att_list_free(items);
    return messages;
}

static bool is_inbox(const struct mailbox_folder *folder)
{
    return strcasecmp(folder->name, "INBOX") == 0;
}

static int by_name(const void *a, const void *b)
{
    const struct mailbox_folder *one = a, *two = b;
    int order = is_inbox(two) - is_inbox(one);
    return order ? order : strcmp(one->name, two->name);
}

static enum result list(struct imapsession *session, struct mailbox_folder **out, size_t *n,
                        struct error *error)
{
    clist *found = NULL;
    size_t capacity = 0;
    imapsession_expect(session, ANSWER);
    int code = mailimap_list(session->imap, "", "*", &found);
    enum result result = imapsession_check(session, code, RESULT_DENIED,
                                           _("the server does not list its folders"), error);
    if (result)
        return result;
    for (clistiter *at = clist_begin(found); at; at = clist_next(at)) {
        const struct mailimap_mailbox_list *row = clist_content(at);
        struct str name = {0};
        bool junk = false;
        if (!row->mb_name || !selectable(row->mb_flag, &junk))
            continue;
        imaputf7_decode(span_of(row->mb_name), &name);
        ALLOC_GROW(*out, *n, capacity);
        (*out)[(*n)++] = (struct mailbox_folder){
            .name = str_take(&name),
            .messages = *n < COUNTED ? count(session, row->mb_name) : 0,
            .junk = junk,
        };
    }
    mailimap_list_result_free(found);
    if (*n)
        qsort(*out, *n, sizeof **out, by_name);
    return link_failure(session->link, error);
}

enum result mailbox_folders(const struct mailbox_source *source, struct mailbox_folder **out,
                            size_t *n, struct error *error)
{
    return remote_folders(source, out, n, error);
}

enum result folders_here(const struct mailbox_source *source, struct mailbox_folder **out,
                         size_t *n, struct error *error)
{
    struct mailbox_url url;
    struct imapsession *session = NULL;
    struct mailbox_folder *folders = NULL;
    size_t found = 0;
    enum result result = mailbox_url_parse(source->url, &url, error);
    if (result)
        return result;
    if (strncmp(url.scheme, "imap", 4) != 0)
        result = error_set(error, RESULT_USAGE, _("%s: only IMAP servers have folders to choose"),
                           source->url);
    if (!result)
        result = imapsession_open(source, &url, &session, error);
    if (!result)
        result = list(session, &folders, &found, error);
    imapsession_close(session, !result);
    mailbox_url_free(&url);
    if (result) {
        mailbox_folders_free(folders, found);
        return result;
    }
    *out = folders;
    *n = found;
    return RESULT_OK;
}

void mailbox_folders_free(struct mailbox_folder *folders, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(folders[i].name);
    free(folders);
}
