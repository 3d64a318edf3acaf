// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Whether a certificate is for the name in the URL, asked a second time and more strictly.
///
/// NIOSSL 2.37 also takes a certificate whose IP address is the one that was connected to, whatever the
/// name, and falls back to the common name. Whoever can answer for DNS could then show a certificate for
/// an address of their own, which public authorities issue. RFC 9525 §6.3 compares names with names only.
enum CertificateName {
    /// A wildcard stands for the whole first label and nothing else (RFC 9525 §6.3).
    static func matches(_ host: String, pattern: String) -> Bool {
        let pattern = pattern.lowercased()
        if host == pattern { return true }
        guard pattern.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot > host.startIndex else { return false }
        let rest = pattern.dropFirst()
        return host[dot...] == rest && rest.dropFirst().contains(".") && !rest.contains("*")
    }
}
