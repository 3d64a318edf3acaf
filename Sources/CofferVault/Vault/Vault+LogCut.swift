// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Vault {
    /// Takes what the last changes have replaced out of the store's log: the rows are gone from the file, and the log may
    /// hold them as they were.
    ///
    /// What was changed stands, whatever comes of this.
    ///
    /// - Returns: whether it is out; not if somebody read all the while, or the disk would not take it.
    func cutLog() async -> Bool {
        do {
            try await store.truncateLog()
            return true
        } catch {
            return false
        }
    }
}
