// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0
#ifndef COFFER_ALLOCATIONS_H
#define COFFER_ALLOCATIONS_H

#include <stddef.h>

/// Begins to count what the calling thread allocates.
void coffer_allocations_begin(void);
/// Ends counting; gives the most bytes that were allocated at once since the beginning.
size_t coffer_allocations_end(void);

#endif
