// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

/// One field of a description file: its dotted name, its form, and where its value stands in an entry.
///
/// Reading, writing and the list of fields come from one table of these, so that they can't differ.
struct SchemaField: Sendable {
    /// The dotted name, as `client.authentication`.
    let name: String
    /// What must stand there, as the end of "must be …".
    let wanted: String
    /// Puts a node's value into an entry; false if it is not of the field's form.
    let read: @Sendable (Node, inout CatalogueEntry) -> Bool
    /// The node of an entry's value; `nil` where nothing needs to be written beside what a blank entry has, if one is given.
    let write: @Sendable (_ entry: CatalogueEntry, _ blank: CatalogueEntry?) -> Node?

    /// A field that always has a value; what equals the default is not written.
    init<Value: Equatable & SendableMetatype>(
        _ name: String, _ form: ValueForm<Value>, _ path: any WritableKeyPath<CatalogueEntry, Value> & Sendable
    ) {
        self.name = name
        wanted = form.wanted
        read = { node, entry in
            guard let value = form.parse(node) else { return false }
            entry[keyPath: path] = value
            return true
        }
        write = { entry, blank in
            entry[keyPath: path] == blank?[keyPath: path] ? nil : form.emit(entry[keyPath: path])
        }
    }

    /// A field that may be absent.
    init<Value: Equatable & SendableMetatype>(
        maybe name: String, _ form: ValueForm<Value>, _ path: any WritableKeyPath<CatalogueEntry, Value?> & Sendable
    ) {
        self.name = name
        wanted = form.wanted
        read = { node, entry in
            guard let value = form.parse(node) else { return false }
            entry[keyPath: path] = value
            return true
        }
        write = { entry, _ in entry[keyPath: path].map(form.emit) }
    }
}
