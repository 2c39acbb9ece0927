/* SPDX-License-Identifier: MIT */
#include "scan/survey.h"

#include <string.h>
#include <time.h>

#include "base/text.h"
#include "bounce/bounce.h"
#include "scan/cage.h"

enum { SPARSE = 16 }; /* where the number of messages shows at the end only: one of so many */

struct sample {
    struct mailbox *mailbox;
    uint64_t seen, weight; /* messages asked about; how many the last one taken stands for */
    double bounces;
    bool exact;
    int64_t oldest;
};

/* Every so many-th, the first among them. */
static uint64_t stride(const struct sample *sample)
{
    uint64_t total = sample->mailbox->total;
    if (total)
        return (total + SURVEY_SAMPLE - 1) / SURVEY_SAMPLE;
    return sample->seen < SURVEY_SAMPLE ? 1 : SPARSE;
}

static bool pass_over(void *arg, const char *id)
{
    struct sample *sample = arg;
    uint64_t step = stride(sample);
    (void)id;
    bool taken = sample->seen++ % step == 0;
    sample->exact = sample->exact && taken;
    if (taken)
        sample->weight = step;
    return !taken;
}

static enum result look_at(struct sample *sample, struct cage *cage, struct span bytes,
                           struct error *error)
{
    struct cage_result decoded;
    enum result result = cage_decode(cage, bytes, &decoded, error);
    if (result)
        return result;
    const struct bounce *bounce = decoded.bounce;
    if (bounce && (bounce->kind == BOUNCE_BOUNCE || bounce->kind == BOUNCE_COMPLAINT))
        sample->bounces += (double)sample->weight;
    if (bounce && bounce->time && (!sample->oldest || bounce->time < sample->oldest))
        sample->oldest = bounce->time;
    bounce_free(decoded.bounce);
    return RESULT_OK;
}

/* To two digits, as an estimate deserves. */
static uint64_t roughly(double number)
{
    uint64_t whole = (uint64_t)(number + 0.5), unit = 1;
    while (whole / unit >= 100)
        unit *= 10;
    return (whole + unit / 2) / unit * unit;
}

enum result survey(const struct mailbox_source *source, const char *program, struct survey *out,
                   struct error *error)
{
    struct sample sample = {.exact = true};
    struct mailbox_message message;
    struct cage *cage = NULL;
    enum result result = mailbox_open(source, &sample.mailbox, error);
    if (result)
        return result;
    result = cage_new(program, NULL, &cage, error);
    while (!result || result == RESULT_DATA) {
        result = mailbox_next(sample.mailbox, pass_over, &sample, &message, error);
        if (!result)
            result = look_at(&sample, cage, message.bytes, error);
    }
    uint64_t total = sample.mailbox->total > sample.seen ? sample.mailbox->total : sample.seen;
    cage_free(cage);
    mailbox_close(sample.mailbox);
    if (result != RESULT_NO)
        return result;
    *out = (struct survey){
        .messages = total,
        .oldest = sample.oldest,
        .bounces = sample.exact ? (uint64_t)sample.bounces : roughly(sample.bounces),
        .exact = sample.exact,
    };
    return RESULT_OK;
}

void survey_words(const struct survey *survey, struct str *out)
{
    struct tm tm;
    time_t oldest = (time_t)survey->oldest;
    if (!survey->messages) {
        str_add_text(out, _("no messages yet"));
        return;
    }
    str_addf(out, ngettext("%'llu message", "%'llu messages", (unsigned long)survey->messages),
             (unsigned long long)survey->messages);
    if (survey->oldest && localtime_r(&oldest, &tm))
        str_addf(out, _(" since %d"), tm.tm_year + 1900);
    str_addf(out,
             survey->exact
                 ? ngettext(", %'llu looks like a bounce", ", %'llu look like bounces",
                            (unsigned long)survey->bounces)
                 : ngettext(", about %'llu looks like a bounce", ", about %'llu look like bounces",
                            (unsigned long)survey->bounces),
             (unsigned long long)survey->bounces);
}
