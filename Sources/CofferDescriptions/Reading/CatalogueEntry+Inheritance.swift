// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

extension CatalogueEntry {
    /// Puts what an entry says of where it was read beside what the provider that it extends says, each for its own fields.
    ///
    /// What the file states is no longer what the base's pages state or what the base calls unknown; everything else of the
    /// base's stays true.
    mutating func join(_ base: CatalogueEntry, stating own: Set<String>) {
        func isOwn(_ field: String) -> Bool { own.contains(field) }
        let theirs = base.sources.map { source in
            DescriptionSource(source.url, read: source.read, fields: source.fields.filter { !isOwn($0) })
        }.filter { !$0.fields.isEmpty }
        sources = (own.contains("sources") ? sources : []) + theirs
        notes = (own.contains("notes") ? notes : []) + base.notes
        let called = own.contains("unknown") ? unknown : []
        let open = base.unknown.filter { field in
            // One that was unknown as a whole is known in a part now.
            !isOwn(field) && !own.contains { $0.hasPrefix(field + ".") } && !called.contains(field)
        }
        unknown = called + open
    }
}
