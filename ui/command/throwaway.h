/* SPDX-License-Identifier: MIT
 *
 * A store for a dry run where there is none: in a directory of its own, removed at the end.
 */
#ifndef COMMAND_THROWAWAY_H
#define COMMAND_THROWAWAY_H

#include "base/result.h"
#include "store/store.h"

enum result throwaway_store(struct store **out, struct error *error); /* one at a time */
void throwaway_end(void); /* removes it, if there was one; the store is closed already */

#endif
