// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What somebody works with the keeper for.
package enum WorkPurpose: Sendable {
    /// To hand something out to this user's own processes, which is what the bound on idleness goes by.
    case handOut
    /// To find something out.
    case question
    /// To do something for as long as there is this keeper.
    case standing
}
