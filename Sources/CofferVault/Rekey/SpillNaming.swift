// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How the folders are found that entries name for answers.
package struct SpillNaming: Sendable {
    /// The state, in the index, of every entry for whose version an answer may lie anywhere: others are not opened.
    let state: String
    /// Which folder an entry names, from what is inside.
    let folder: @Sendable (Entry) -> String?

    /// Puts it together.
    package init(state: String, folder: @escaping @Sendable (Entry) -> String?) {
        self.state = state
        self.folder = folder
    }
}
