// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How much somebody has set the wall clock by, in seconds.
final class Skew: Sendable {
    let seconds = Mutex(0.0)
}
