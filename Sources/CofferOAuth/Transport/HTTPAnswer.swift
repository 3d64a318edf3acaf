// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A whole HTTP answer.
///
/// Its body may hold tokens, so it is a secret until somebody has read it.
package struct HTTPAnswer: Sendable {
    /// The status code (RFC 9110 §15).
    package var status: Int
    /// The header fields in the order in which they came.
    package var headers: [(name: String, value: String)]
    /// The body, bounded by the transport's cap.
    package var body: Secret

    /// Puts an answer together.
    package init(status: Int, headers: [(name: String, value: String)] = [], body: Secret = Secret("")) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first field of that name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Whether a challenge of the answer names an error (RFC 6750 §3, RFC 9449 §7.1); there may be several fields of them.
    func challenges(with error: String) -> Bool {
        headers.contains { field in
            field.name.lowercased() == "www-authenticate"
                && (field.value.contains("error=\"\(error)\"") || field.value.contains("error=\(error)"))
        }
    }
}
