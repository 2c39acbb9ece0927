/* SPDX-License-Identifier: MIT
 *
 * Addresses that stand in the local part of another: VERP (each recipient in the envelope sender of
 * its own mail), BATV (a tag before the address, draft-levine-smtp-batv, and Barracuda's and Message
 * Systems' kin) and SRS (a forwarder's envelope sender).
 */
#ifndef MAIL_WRAPPER_H
#define MAIL_WRAPPER_H

#include "base/str.h"
#include "mail/arena.h"

/* prvs=TAG=jan@wp.example, btv1==TAG==jan@…, msprvs1=TAG=jan@…, SRS0=HASH=DAY=wp.example=jan@…,
 * SRS1=HASH=FORWARDER==HASH=DAY=wp.example=jan@… → jan@wp.example. at NULL if it is none. */
struct span wrapper_tagged(struct arena *arena, struct span address);

/* bounce-jan=wp.example@…, news-return-12-jan=wp.example@…, bounces+123-ab4f-jan=wp.example@…,
 * b+jan=wp.example@…, within BATV or not → jan@wp.example. at NULL if it is none, or if it cannot be
 * told where the recipient begins. */
struct span wrapper_verp(struct arena *arena, struct span address);

#endif
