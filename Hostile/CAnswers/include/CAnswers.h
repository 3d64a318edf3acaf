// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#ifndef COFFER_ANSWERS_H
#define COFFER_ANSWERS_H

/// How often libsodium was asked, and how often its answer was remembered.
void coffer_answers(unsigned long long *asked, unsigned long long *remembered);

#endif
