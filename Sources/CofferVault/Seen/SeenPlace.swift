// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where records of what was seen lie, which file they are held against, and how trouble with them is told.
package struct SeenPlace: Sendable {
    /// The folder, made when it is first needed.
    package let folder: String
    /// The vault's file as it was named, absolute, no link in it followed; nil where it is no file.
    package let vaultPath: String?
    /// Opens another file that may be the vault; nil if that can't be done.
    package let open: @Sendable (String) -> (any VaultStore)?
    /// Tells a person that a record can't be used; it never stops the work.
    package let warn: @Sendable (String) -> Void

    /// Names the folder.
    package init(
        folder: String, of vaultPath: String? = nil,
        opening open: @escaping @Sendable (String) -> (any VaultStore)? = { _ in nil },
        warn: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.vaultPath = vaultPath
        self.open = open
        self.warn = warn
    }
}
