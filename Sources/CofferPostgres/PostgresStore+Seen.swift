// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault

extension PostgresStore {
    /// Unknown: the server may be started anew, or another one take its place, and what was not synced is gone then, while this
    /// machine runs on.
    package var boot: BootID { .unknown }
}
