/* SPDX-License-Identifier: MIT */
#include "screen/keys.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/utf8.h"

const struct key_row key_rows[] = {
    {PLACE_LIST, K_ENTER, ACT_OPEN, 1, N_("open"), N_("open the contact: why, history, everything")},
    {PLACE_LIST, K_RIGHT, ACT_OPEN, 0, NULL, NULL},
    {PLACE_LIST, 'e', ACT_EDIT, 2, N_("edit"), N_("edit the contact")},
    {PLACE_LIST, 'm', ACT_MEND, 3, N_("mend"), N_("mend: one invalid contact after the other")},
    {PLACE_LIST, '/', ACT_SEARCH, 4, N_("search"), N_("type a query; the list follows")},
    {PLACE_LIST, 'f', ACT_FACETS, 5, N_("filter"), N_("go to the filter panel")},
    {PLACE_LIST, K_TAB, ACT_FACETS, 0, NULL, NULL},
    {PLACE_LIST, K_LEFT, ACT_FACETS, 0, NULL, NULL},
    {PLACE_LIST, 's', ACT_SCAN, 6, N_("scan"), N_("scan for bounces now, or watch the running scan")},
    {PLACE_LIST, 'u', ACT_UNDO, 7, N_("undo"), N_("take back your last step; it is named first")},
    {PLACE_LIST, ' ', ACT_SELECT, 8, N_("select"), N_("select or unselect, and go on")},
    {PLACE_LIST, 'V', ACT_RANGE, 0, NULL, N_("select a range: from here to where V is pressed again")},
    {PLACE_LIST, '*', ACT_ALL, 0, NULL, N_("select all that match; again: none")},
    {PLACE_LIST, 'n', ACT_NEW, 9, N_("new"), N_("type in a new contact")},
    {PLACE_LIST, 'M', ACT_MARK, 0, NULL, N_("mark invalid, active or blocked: the selected, or this one")},
    {PLACE_LIST, 't', ACT_TAG, 0, NULL, N_("tags (+a,-b): the selected, or this one")},
    {PLACE_LIST, 'D', ACT_DOMAIN, 0, NULL, N_("correct this contact's domain for all who have it")},
    {PLACE_LIST, 'T', ACT_TYPOS, 0, NULL, N_("mistyped domains of the whole store, corrected a key each")},
    {PLACE_LIST, '@', ACT_DNS, 0, NULL, N_("ask the DNS whether the domain takes mail")},
    {PLACE_LIST, '&', ACT_MERGE, 0, NULL, N_("merge the two selected contacts")},
    {PLACE_LIST, 'w', ACT_EXPORT, 0, NULL, N_("write what is shown to a file")},
    {PLACE_LIST, 'x', ACT_DROP, 0, NULL, N_("drop the last term of the query")},
    {PLACE_LIST, '1', ACT_VIEW, 0, NULL, N_("views: 1 all, 2 invalid, 3 new, 4 review, 5 suspect, 6 corrected, 7 8 9 0 your own")},
    {PLACE_LIST, '2', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, '3', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, '4', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, '5', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, '6', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, '7', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, '8', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, '9', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, '0', ACT_VIEW, 0, NULL, NULL},
    {PLACE_LIST, 'v', ACT_SAVE_VIEW, 0, NULL, N_("keep this query as a view of your own, or take it away")},
    {PLACE_LIST, 'F', ACT_PANEL, 0, NULL, N_("hide the filter panel, or show it: less to send on a slow line")},
    {PLACE_LIST, '%', ACT_JUMP, 0, NULL, N_("jump to a percentage of the list")},
    {PLACE_LIST, 'o', ACT_ORDER, 0, NULL, N_("sort by the next column: address, name, domain, state, bounce")},
    {PLACE_LIST, 'O', ACT_REVERSE, 0, NULL, N_("sort the other way round")},
    {PLACE_LIST, 'q', ACT_CLOSE, 10, N_("leave"), N_("leave at once; a running scan goes on")},
    {PLACE_LIST, K_ESC, ACT_CANCEL, 0, NULL, N_("end a range, then the selection, then the query")},

    {PLACE_FACETS, ' ', ACT_SELECT, 1, N_("switch"), N_("switch this value on or off in the query")},
    {PLACE_FACETS, K_ENTER, ACT_SELECT, 0, NULL, NULL},
    {PLACE_FACETS, K_TAB, ACT_CLOSE, 2, N_("back to the list"), N_("back to the list")},
    {PLACE_FACETS, 'f', ACT_CLOSE, 0, NULL, NULL},
    {PLACE_FACETS, K_RIGHT, ACT_CLOSE, 0, NULL, NULL},
    {PLACE_FACETS, K_ESC, ACT_CLOSE, 0, NULL, NULL},
    {PLACE_FACETS, 'q', ACT_CLOSE, 0, NULL, NULL},
    {PLACE_FACETS, 'x', ACT_DROP, 3, N_("drop last"), N_("drop the last term of the query")},
    {PLACE_FACETS, '/', ACT_SEARCH, 0, NULL, N_("type a query")},

    {PLACE_SEARCH, K_ENTER, ACT_CLOSE, 1, N_("to the list"), N_("back to the list; the query stays")},
    {PLACE_SEARCH, K_DOWN, ACT_CLOSE, 0, NULL, NULL},
    {PLACE_SEARCH, K_ESC, ACT_CLOSE, 0, NULL, NULL},
    {PLACE_SEARCH, K_CTRL('g'), ACT_CANCEL, 2, N_("as it was"), N_("put the query back as it was")},
    {PLACE_SEARCH, K_TAB, ACT_FACETS, 3, N_("filter panel"), N_("go to the filter panel")},
    {PLACE_SEARCH, K_F1, ACT_HELP, 0, NULL, N_("this page, and the query language")},

    {PLACE_CONTACT, 'e', ACT_EDIT, 1, N_("edit"), N_("edit the contact")},
    {PLACE_CONTACT, 'M', ACT_MARK, 2, N_("mark"), N_("mark invalid, active or blocked")},
    {PLACE_CONTACT, 't', ACT_TAG, 3, N_("tags"), N_("change the tags: +a,-b")},
    {PLACE_CONTACT, 'o', ACT_ORIGINAL, 4, N_("original"), N_("the bounce message itself, decoded and harmless")},
    {PLACE_CONTACT, 'n', ACT_NEXT, 5, N_("next"), N_("the next contact of the list")},
    {PLACE_CONTACT, 'p', ACT_PREVIOUS, 6, N_("previous"), N_("the one before")},
    {PLACE_CONTACT, 'u', ACT_UNDO, 7, N_("undo"), N_("take back your last step")},
    {PLACE_CONTACT, 'D', ACT_DOMAIN, 0, NULL, N_("correct the domain for all who have it")},
    {PLACE_CONTACT, '@', ACT_DNS, 0, NULL, N_("ask the DNS whether the domain takes mail")},
    {PLACE_CONTACT, 'q', ACT_CLOSE, 8, N_("back"), N_("back to the list")},
    {PLACE_CONTACT, K_LEFT, ACT_CLOSE, 0, NULL, NULL},
    {PLACE_CONTACT, K_ESC, ACT_CLOSE, 0, NULL, NULL},

    {PLACE_FORM, K_ENTER, ACT_SAVE, 1, N_("save"), N_("save")},
    {PLACE_FORM, K_F2, ACT_SAVE, 0, NULL, NULL},
    {PLACE_FORM, K_TAB, ACT_DOWN, 2, N_("next field"), N_("the next field")},
    {PLACE_FORM, K_DOWN, ACT_DOWN, 0, NULL, NULL},
    {PLACE_FORM, K_BACKTAB, ACT_UP, 0, NULL, N_("the field before")},
    {PLACE_FORM, K_UP, ACT_UP, 0, NULL, NULL},
    {PLACE_FORM, K_CTRL('n'), ACT_SAVE_NEXT, 3, N_("save, next"), N_("save and go to the next contact of the list")},
    {PLACE_FORM, K_RIGHT, ACT_TAKE, 0, NULL, N_("at the end of the address: take the suggestion")},
    {PLACE_FORM, K_CTRL('t'), ACT_DNS, 0, NULL, N_("ask the DNS whether the domain takes mail")},
    {PLACE_FORM, K_ESC, ACT_CLOSE, 4, N_("leave"), N_("leave; asks if something was typed")},
    {PLACE_FORM, K_CTRL('g'), ACT_CANCEL, 5, N_("cancel"), N_("leave, and drop what was typed")},
    {PLACE_FORM, K_F1, ACT_HELP, 0, NULL, N_("this page")},

    {PLACE_MEND, 'y', ACT_YES, 1, N_("take it"), N_("take the suggestion")},
    {PLACE_MEND, 'e', ACT_EDIT, 2, N_("edit"), N_("edit the contact, then go on")},
    {PLACE_MEND, 'n', ACT_NO, 3, N_("skip"), N_("skip this one for now")},
    {PLACE_MEND, 'i', ACT_KEEP, 4, N_("stays invalid"), N_("it is really dead: it stays invalid")},
    {PLACE_MEND, 'd', ACT_DOMAIN, 5, N_("whole domain"), N_("correct the domain for all who have it, after a preview")},
    {PLACE_MEND, '@', ACT_DNS, 0, NULL, N_("ask the DNS about both domains")},
    {PLACE_MEND, 'p', ACT_PREVIOUS, 0, NULL, N_("back to the one before")},
    {PLACE_MEND, 'u', ACT_UNDO, 6, N_("undo"), N_("take back your last step")},
    {PLACE_MEND, K_ENTER, ACT_OPEN, 0, NULL, N_("the whole contact: other bounces, history")},
    {PLACE_MEND, 'o', ACT_ORIGINAL, 0, NULL, N_("the bounce message itself")},
    {PLACE_MEND, 'q', ACT_CLOSE, 7, N_("back"), N_("back to the list")},
    {PLACE_MEND, K_ESC, ACT_CLOSE, 0, NULL, NULL},

    {PLACE_TYPOS, 'y', ACT_YES, 1, N_("correct"), N_("correct the domain for all who have it, after a preview")},
    {PLACE_TYPOS, '*', ACT_ALL, 2, N_("all"), N_("correct all of these, each to what it looks like, after a preview")},
    {PLACE_TYPOS, 'd', ACT_DOMAIN, 3, N_("another"), N_("correct it to another domain, which is asked for")},
    {PLACE_TYPOS, K_ENTER, ACT_OPEN, 4, N_("show them"), N_("show those contacts in the list")},
    {PLACE_TYPOS, '@', ACT_DNS, 5, N_("ask DNS"), N_("ask the DNS about both domains")},
    {PLACE_TYPOS, 'u', ACT_UNDO, 6, N_("undo"), N_("take back your last step")},
    {PLACE_TYPOS, 'q', ACT_CLOSE, 7, N_("back"), N_("back to the list")},
    {PLACE_TYPOS, K_ESC, ACT_CLOSE, 0, NULL, NULL},

    {PLACE_SCAN, K_ENTER, ACT_OPEN, 1, N_("show them"), N_("show the addresses behind this row")},
    {PLACE_SCAN, K_LEFT, ACT_LEFT, 0, NULL, N_("to the messages on the left, or back to the right")},
    {PLACE_SCAN, K_RIGHT, ACT_RIGHT, 0, NULL, NULL},
    {PLACE_SCAN, K_TAB, ACT_FACETS, 0, NULL, NULL},
    {PLACE_SCAN, 's', ACT_SCAN, 2, N_("scan again"), N_("scan again, once this scan has ended")},
    {PLACE_SCAN, 'u', ACT_UNDO, 3, N_("undo"), N_("take back your last step")},
    {PLACE_SCAN, K_ESC, ACT_CANCEL, 4, N_("cancel or close"), N_("cancel the scan (what was read stays); ended: close the page")},
    {PLACE_SCAN, 'q', ACT_CLOSE, 0, NULL, N_("close the page; the scan goes on")},

    {PLACE_REVIEW, 'a', ACT_ACCEPT, 1, N_("accept"), N_("believe the bounce: it has its effect; of many after a preview")},
    {PLACE_REVIEW, 'd', ACT_DISMISS, 2, N_("dismiss"), N_("it is nothing")},
    {PLACE_REVIEW, 'h', ACT_HARD, 3, N_("hard"), N_("this wording is hard from now on: a rule in your own file")},
    {PLACE_REVIEW, 's', ACT_SOFT, 4, N_("soft"), N_("this wording is soft from now on")},
    {PLACE_REVIEW, 'i', ACT_IGNORE, 5, N_("ignore"), N_("this wording is no evidence from now on")},
    {PLACE_REVIEW, 'o', ACT_ORIGINAL, 6, N_("original"), N_("the message itself")},
    {PLACE_REVIEW, K_ENTER, ACT_OPEN, 0, NULL, N_("those with this wording one by one; of one the message")},
    {PLACE_REVIEW, 'q', ACT_CLOSE, 8, N_("back"), N_("back")},
    {PLACE_REVIEW, K_ESC, ACT_CLOSE, 0, NULL, NULL},
    {PLACE_REVIEW, 'u', ACT_UNDO, 7, N_("undo"), N_("take back your last step")},

    {PLACE_HISTORY, 'u', ACT_UNDO, 1, N_("undo this step"), N_("take back the step under the cursor, anybody's")},
    {PLACE_HISTORY, K_ENTER, ACT_OPEN, 2, N_("show"), N_("what the step changed")},

    {PLACE_HISTORY, 'q', ACT_CLOSE, 3, N_("back"), N_("back")},
    {PLACE_HISTORY, K_ESC, ACT_CLOSE, 0, NULL, NULL},

    {PLACE_TEXT, 'q', ACT_CLOSE, 1, N_("close"), N_("close the page")},
    {PLACE_TEXT, K_ESC, ACT_CLOSE, 0, NULL, NULL},
    {PLACE_TEXT, ' ', ACT_PAGE_DOWN, 2, N_("page down"), N_("a page down")},

    {PLACE_WELCOME, 'i', ACT_IMPORT, 1, N_("import"), N_("import contacts from a file: CSV, vCard, JSON Lines")},
    {PLACE_WELCOME, 'n', ACT_NEW, 2, N_("new contact"), N_("type in a contact")},
    {PLACE_WELCOME, 'a', ACT_SETUP, 3, N_("add a mailbox"), N_("add the mailbox where bounces come back")},
    {PLACE_WELCOME, K_ENTER, ACT_OPEN, 0, NULL, N_("do the thing under the cursor")},
    {PLACE_WELCOME, K_ESC, ACT_NONE, 0, NULL, NULL},
    {PLACE_WELCOME, 'q', ACT_QUIT, 0, NULL, N_("leave")},

    {PLACE_SETUP, K_ENTER, ACT_OPEN, 1, N_("next, then try"), N_("the next field; in the last one: try it")},
    {PLACE_SETUP, K_F2, ACT_SAVE, 2, N_("try it"), N_("try it now; what works is saved after a look")},
    {PLACE_SETUP, K_TAB, ACT_DOWN, 0, NULL, N_("the next field")},
    {PLACE_SETUP, K_DOWN, ACT_DOWN, 0, NULL, NULL},
    {PLACE_SETUP, K_BACKTAB, ACT_UP, 0, NULL, N_("the field before")},
    {PLACE_SETUP, K_UP, ACT_UP, 0, NULL, NULL},
    {PLACE_SETUP, K_ESC, ACT_CLOSE, 3, N_("leave"), N_("leave; asks if something was typed")},
    {PLACE_SETUP, K_CTRL('g'), ACT_CANCEL, 0, NULL, N_("leave, and drop what was typed")},
    {PLACE_SETUP, K_F1, ACT_HELP, 0, NULL, N_("this page")},

    {PLACE_TRYING, K_ESC, ACT_CLOSE, 1, N_("cancel"), N_("end it; nothing is saved")},
    {PLACE_TRYING, 'q', ACT_CLOSE, 0, NULL, NULL},
    {PLACE_TRYING, K_CTRL('g'), ACT_CLOSE, 0, NULL, NULL},

    {PLACE_CHOICE, ' ', ACT_SELECT, 1, N_("choose"), N_("choose this one, or switch it on or off")},
    {PLACE_CHOICE, K_ENTER, ACT_SAVE, 2, N_("save, then a dry run"), N_("save the mailbox, and show what a scan would do")},
    {PLACE_CHOICE, K_F2, ACT_SAVE, 0, NULL, NULL},
    {PLACE_CHOICE, K_ESC, ACT_CLOSE, 3, N_("back"), N_("back to the form; nothing is saved")},
    {PLACE_CHOICE, 'q', ACT_CLOSE, 0, NULL, NULL},

    {PLACE_ASK, K_ESC, ACT_CLOSE, 0, NULL, N_("no, go back")},
    {PLACE_ASK, K_CTRL('g'), ACT_CLOSE, 0, NULL, NULL},

    {PLACE_PROMPT, K_ENTER, ACT_SAVE, 1, N_("go"), N_("do it")},
    {PLACE_PROMPT, K_UP, ACT_UP, 0, NULL, N_("what was typed before, at `:`")},
    {PLACE_PROMPT, K_DOWN, ACT_DOWN, 0, NULL, NULL},
    {PLACE_PROMPT, K_TAB, ACT_TAKE, 0, NULL, N_("complete a command, an option, a query's key")},
    {PLACE_PROMPT, K_ESC, ACT_CLOSE, 2, N_("cancel"), N_("leave it")},
    {PLACE_PROMPT, K_CTRL('g'), ACT_CLOSE, 0, NULL, NULL},
    {PLACE_PROMPT, K_F1, ACT_HELP, 0, NULL, N_("this page")},

    {PLACE_LINE, K_LEFT, ACT_LINE_LEFT, 0, NULL, N_("a character to the left or right")},
    {PLACE_LINE, K_RIGHT, ACT_LINE_RIGHT, 0, NULL, NULL},
    {PLACE_LINE, K_HOME, ACT_LINE_HOME, 0, NULL, N_("to the beginning")},
    {PLACE_LINE, K_CTRL('a'), ACT_LINE_HOME, 0, NULL, NULL},
    {PLACE_LINE, K_END, ACT_LINE_END, 0, NULL, N_("to the end")},
    {PLACE_LINE, K_CTRL('e'), ACT_LINE_END, 0, NULL, NULL},
    {PLACE_LINE, K_CTRL('b'), ACT_LINE_WORD_LEFT, 0, NULL, N_("a word to the left")},
    {PLACE_LINE, K_CTRL('f'), ACT_LINE_WORD_RIGHT, 0, NULL, N_("a word to the right")},
    {PLACE_LINE, K_BACKSPACE, ACT_LINE_BACKSPACE, 0, NULL, N_("delete to the left")},
    {PLACE_LINE, 127, ACT_LINE_BACKSPACE, 0, NULL, NULL},
    {PLACE_LINE, K_CTRL('h'), ACT_LINE_BACKSPACE, 0, NULL, NULL},
    {PLACE_LINE, K_DELETE, ACT_LINE_DELETE, 0, NULL, N_("delete the character here")},
    {PLACE_LINE, K_CTRL('d'), ACT_LINE_DELETE, 0, NULL, NULL},
    {PLACE_LINE, K_CTRL('w'), ACT_LINE_WORD_BACK, 0, NULL, N_("delete the word to the left")},
    {PLACE_LINE, K_CTRL('k'), ACT_LINE_KILL, 0, NULL, N_("delete to the end")},
    {PLACE_LINE, K_CTRL('u'), ACT_LINE_KILL_ALL, 0, NULL, N_("empty the line")},

    {PLACE_EVERYWHERE, 'j', ACT_DOWN, 0, NULL, N_("down")},
    {PLACE_EVERYWHERE, K_DOWN, ACT_DOWN, 0, NULL, NULL},
    {PLACE_EVERYWHERE, 'k', ACT_UP, 0, NULL, N_("up")},
    {PLACE_EVERYWHERE, K_UP, ACT_UP, 0, NULL, NULL},
    {PLACE_EVERYWHERE, K_PAGE_DOWN, ACT_PAGE_DOWN, 0, NULL, N_("a page down")},
    {PLACE_EVERYWHERE, K_CTRL('f'), ACT_PAGE_DOWN, 0, NULL, NULL},
    {PLACE_EVERYWHERE, K_PAGE_UP, ACT_PAGE_UP, 0, NULL, N_("a page up")},
    {PLACE_EVERYWHERE, K_CTRL('b'), ACT_PAGE_UP, 0, NULL, NULL},
    {PLACE_EVERYWHERE, 'g', ACT_TOP, 0, NULL, N_("to the top (gg does, too)")},
    {PLACE_EVERYWHERE, K_HOME, ACT_TOP, 0, NULL, NULL},
    {PLACE_EVERYWHERE, 'G', ACT_BOTTOM, 0, NULL, N_("to the bottom")},
    {PLACE_EVERYWHERE, K_END, ACT_BOTTOM, 0, NULL, NULL},
    {PLACE_EVERYWHERE, 'r', ACT_REVIEW, 0, NULL, N_("review: what a scan would not decide")},
    {PLACE_EVERYWHERE, 'H', ACT_HISTORY, 0, NULL, N_("history: who changed what, and undo of any step")},
    {PLACE_EVERYWHERE, 'c', ACT_COPY, 0, NULL, N_("copy the address")},
    {PLACE_EVERYWHERE, 'C', ACT_COPY_ROW, 0, NULL, N_("copy the whole row")},
    {PLACE_EVERYWHERE, ':', ACT_COMMAND, 0, NULL, N_("any command, as in the shell: :backup FILE, :erase ADDRESS; Tab completes")},
    {PLACE_EVERYWHERE, K_CTRL('l'), ACT_REDRAW, 0, NULL, N_("draw the screen anew")},
    {PLACE_EVERYWHERE, '?', ACT_HELP, 0, NULL, N_("this page")},
    {PLACE_EVERYWHERE, K_F1, ACT_HELP, 0, NULL, NULL},
    {PLACE_EVERYWHERE, 'q', ACT_CLOSE, 0, NULL, N_("close the page")},
    {PLACE_EVERYWHERE, K_ESC, ACT_CLOSE, 0, NULL, NULL},
};
const size_t key_row_count = sizeof key_rows / sizeof *key_rows;

static const char *const place_names[PLACE_COUNT] = {
    [PLACE_EVERYWHERE] = N_("Everywhere"),
    [PLACE_LIST] = N_("The list"),
    [PLACE_FACETS] = N_("The filter panel"),
    [PLACE_SEARCH] = N_("The search line"),
    [PLACE_CONTACT] = N_("A contact"),
    [PLACE_FORM] = N_("The form"),
    [PLACE_MEND] = N_("Mending"),
    [PLACE_TYPOS] = N_("Mistyped domains"),
    [PLACE_SCAN] = N_("A scan"),
    [PLACE_REVIEW] = N_("Review"),
    [PLACE_HISTORY] = N_("History"),
    [PLACE_TEXT] = N_("A page of text"),
    [PLACE_WELCOME] = N_("The first page"),
    [PLACE_SETUP] = N_("A mailbox"),
    [PLACE_TRYING] = N_("A mailbox is tried"),
    [PLACE_CHOICE] = N_("A mailbox that works"),
    [PLACE_ASK] = N_("A question"),
    [PLACE_PROMPT] = N_("A line to type"),
    [PLACE_LINE] = N_("Typing"),
};

static const struct {
    key_code key;
    const char *name;
} key_names[] = {
    {K_ENTER, "Enter"},   {K_TAB, "Tab"},         {K_ESC, "Esc"},       {' ', "Space"},
    {127, "Backspace"},   {K_UP, "Up"},           {K_DOWN, "Down"},     {K_LEFT, "Left"},
    {K_RIGHT, "Right"},   {K_HOME, "Home"},       {K_END, "End"},       {K_PAGE_UP, "PgUp"},
    {K_PAGE_DOWN, "PgDn"}, {K_BACKSPACE, "Backspace"}, {K_DELETE, "Del"}, {K_BACKTAB, "Shift-Tab"},
    {K_F1, "F1"},         {K_F2, "F2"},
};

const char *keys_place(enum place place)
{
    return _(place_names[place]);
}

bool keys_typing(enum place place)
{
    return place == PLACE_SEARCH || place == PLACE_FORM || place == PLACE_SETUP ||
           place == PLACE_PROMPT;
}

static const struct key_row *row_of(enum place place, key_code key)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].place == place && key_rows[i].key == key)
            return &key_rows[i];
    return NULL;
}

enum act keys_find(enum place place, key_code key)
{
    if (key == '\n')
        key = K_ENTER;
    const struct key_row *row = row_of(place, key);
    if (!row && place != PLACE_ASK)
        row = row_of(keys_typing(place) ? PLACE_LINE : PLACE_EVERYWHERE, key);
    if (!row && key == K_CTRL('l'))
        return ACT_REDRAW;
    return row ? row->act : ACT_NONE;
}

void keys_name(key_code key, struct str *out)
{
    for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++) {
        if (key_names[i].key == key) {
            str_add_text(out, key_names[i].name);
            return;
        }
    }
    if (key < 32) {
        str_addf(out, "Ctrl-%c", (char)(key + '@'));
    } else if (key < K_SPECIAL) {
        char bytes[4];
        str_add(out, (struct span){bytes, utf8_write(key, bytes)});
    }
}

static const struct key_row *row_of_hint(enum place place, int hint)
{
    for (size_t i = 0; i < key_row_count; i++)
        if (key_rows[i].place == place && key_rows[i].hint == hint)
            return &key_rows[i];
    return NULL;
}

void keys_hints(enum place place, size_t width, struct str *out)
{
    struct str piece = {0}, last = {0};
    size_t used = 0;

    if (place != PLACE_ASK)
        str_addf(&last, "%s %s", keys_typing(place) ? "F1" : "?", _("help"));
    size_t tail = utf8_width(span_of_str(&last));
    for (int hint = 1;; hint++) {
        const struct key_row *row = row_of_hint(place, hint);
        if (!row)
            break;
        str_clear(&piece);
        keys_name(row->key, &piece);
        str_addf(&piece, " %s  ", _(row->word));
        size_t columns = utf8_width(span_of_str(&piece));
        if (used + columns + tail > width)
            break;
        used += columns;
        str_add(out, span_of_str(&piece));
    }
    str_add(out, span_of_str(&last));
    str_free(&piece);
    str_free(&last);
}

/* The rows of one place; a row without help is another key for the one above. */
static void help_rows(enum place place, struct str *out)
{
    for (size_t i = 0; i < key_row_count; i++) {
        const struct key_row *row = &key_rows[i];
        if (row->place != place || !row->help)
            continue;
        keys_name(row->key, out);
        for (size_t j = i + 1; j < key_row_count && key_rows[j].place == place && !key_rows[j].help;
             j++) {
            /* Backspace has two codes; the digits are summed up */
            if (key_rows[j].act != row->act || row->key == '1' || key_rows[j].key == 127)
                continue;
            str_add_text(out, ", ");
            keys_name(key_rows[j].key, out);
        }
        if (row->key == '1')
            str_add_text(out, "-9, 0");
        str_addf(out, "\t%s\n", _(row->help));
    }
}

void keys_help(enum place place, struct str *out)
{
    help_rows(place, out);
    if (place == PLACE_ASK)
        return;
    enum place common = keys_typing(place) ? PLACE_LINE : PLACE_EVERYWHERE;
    str_addf(out, "\n%s\n", keys_place(common));
    help_rows(common, out);
}
