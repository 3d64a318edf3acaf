// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where records of what was seen lie, and how trouble with them is told.
package struct SeenPlace: Sendable {
    /// The folder, made when it is first needed.
    package let folder: String
    /// Tells a person that a record can't be used; it never stops the work.
    package let warn: @Sendable (String) -> Void

    /// Names the folder.
    package init(folder: String, warn: @escaping @Sendable (String) -> Void) {
        self.folder = folder
        self.warn = warn
    }
}
