/* SPDX-License-Identifier: MIT
 *
 * Inside config/: does a value have the shape of what it is to be? Whether the server, the file or
 * the mailbox is there shows when it is used. Each is OK, or DATA with a sentence.
 */
#ifndef CONFIG_SHAPE_H
#define CONFIG_SHAPE_H

#include "base/result.h"
#include "base/str.h"

/* imaps://user@host[:port]/Folder and its kin; anything without :// is a path. */
enum result shape_source(struct span value, struct error *error);
/* One address, local@domain; with `wild`, * may stand in it. */
enum result shape_address(struct span value, bool wild, struct error *error);
enum result shape_domain(struct span value, struct error *error);
/* sha256: and 64 hexadecimal digits, colons between the pairs allowed. */
enum result shape_pin(struct span value, struct error *error);

#endif
