// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres
import CofferVault

/// PostgreSQL's own library, which is loaded when a database is named first: a program that works on files starts without it.
enum LibPQ {
    private static let isLoaded = coffer_load_libpq() == 1

    /// Whether it sends several statements in one round trip: since PostgreSQL 14.
    static var hasPipelines: Bool { isLoaded && coffer_libpq_has_pipelines() == 1 }

    /// Loads it, once in a process; every connection begins with a ``ServerAddress``, which asks for it.
    ///
    /// - Throws: ``VaultError/Code/misconfigured`` where it is not installed.
    static func load() throws(VaultError) {
        guard isLoaded else {
            throw VaultError(
                .misconfigured, "a vault in a database needs PostgreSQL's library libpq, which is not installed here",
                hint: "install it, on Debian and Ubuntu with: apt-get install libpq5")
        }
    }
}
