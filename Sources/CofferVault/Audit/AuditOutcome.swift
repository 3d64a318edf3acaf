// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How the action ended when the event was written, which is before its effect.
///
/// Open, as ``AuditAction`` is.
package struct AuditOutcome: RawRepresentable, Hashable, Sendable {
    /// The name.
    package let rawValue: String

    /// An outcome by its name; nil for what can't be one.
    package init?(rawValue: String) {
        guard EventWord.isOne(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    private init(_ name: String) { rawValue = name }

    /// It was allowed and goes on.
    package static let allowed = AuditOutcome("allowed")
    /// It was refused.
    package static let refused = AuditOutcome("refused")
}
