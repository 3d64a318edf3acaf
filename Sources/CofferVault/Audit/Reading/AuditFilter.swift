// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// Which events are wanted.
package struct AuditFilter: Sendable {
    /// Those about this path, or about one below it.
    package var path: String?
    /// Those of identities with this name.
    package var identity: String?
    /// Those of this action.
    package var action: AuditAction?
    /// Those from this instant on.
    package var since: Date?
    /// Those before this instant.
    package var until: Date?

    /// Wants everything.
    package init() {}

    /// Whether anything is asked that only a body can answer.
    private var asksForBody: Bool { path != nil || action != nil || since != nil || until != nil }

    /// Whether an event is wanted; one whose body can't be read is, unless something is asked about the body.
    func wants(_ listing: AuditListing) -> Bool {
        listing.record.map(wants) ?? !asksForBody
    }

    /// Whether an event is wanted; whose it is was looked at before.
    package func wants(_ record: AuditRecord) -> Bool {
        if let action, record.action != action { return false }
        if let since, record.at < since { return false }
        if let until, record.at >= until { return false }
        if let path, !record.paths.contains(where: { Self.lies($0, at: path) }) { return false }
        return true
    }

    /// Whether a path is another one or lies below it.
    package static func lies(_ path: String, at prefix: String) -> Bool {
        path == prefix || path.hasPrefix(prefix.hasSuffix("/") ? prefix : prefix + "/")
    }
}
