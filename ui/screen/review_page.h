/* SPDX-License-Identifier: MIT
 *
 * Review: what a scan would not decide alone.
 */
#ifndef SCREEN_REVIEW_PAGE_H
#define SCREEN_REVIEW_PAGE_H

#include "screen/session.h"

void review_open(struct session *session);

#endif
