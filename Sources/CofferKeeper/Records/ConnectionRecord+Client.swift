// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

extension ConnectionRecord {
    /// Leaves the connection to a person, where its grant is of a client that the app is no more.
    ///
    /// - Parameter epoch: the app's client epoch.
    /// - Returns: whether it did; what is a person's already, or was granted since, stays as it is.
    mutating func strand(before epoch: Int64) -> Bool {
        guard !usesClientCredentials, mintedUnder < epoch, !state.needsPerson else { return false }
        state = .needsReauthorization
        lastError = "\(GrantSnapshot.strandedReason); connect the account again"
        intent = nil
        intentEpoch = nil
        // It is of the former client's installation, which is gone with it: an event that it proves comes from nobody we know.
        applicationToken = nil
        return true
    }
}
