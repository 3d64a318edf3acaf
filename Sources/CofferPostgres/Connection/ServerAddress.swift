// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres
import CofferVault

/// Where a vault's database is, as libpq is told.
///
/// libpq takes what the URL leaves open from its own places: the service file, `PGPASSFILE`, client certificates. See
/// https://www.postgresql.org/docs/current/libpq-connect.html.
struct ServerAddress: Sendable {
    /// libpq's connection string: what the URL says, and what does not depend on it.
    let settings: String
    /// The same for each of several hosts, in the order in which they are tried; once if there is one, or if libpq chooses among them.
    let alternatives: [String]

    /// A server that is gone is noticed within half a minute, also by who only waits; a URL may say otherwise.
    private static let defaults = [
        "fallback_application_name": "coffer", "keepalives_count": "2", "keepalives_idle": "10",
        "keepalives_interval": "10", "tcp_user_timeout": "30000",
    ]

    /// Reads a URL; nothing is looked up, and nothing connected to.
    ///
    /// - Throws: ``VaultError/Code/invalidName`` for a text that is no such URL, or one that must not be used,
    ///   ``VaultError/Code/misconfigured`` where there is no libpq.
    init(_ url: String) throws(VaultError) {
        var options = try Self.options(of: url)
        if !Self.isOnThisMachine(options) {
            guard options["sslmode"] == nil || options["sslmode"] == "verify-full" else {
                throw VaultError(
                    .invalidName,
                    "a database elsewhere is reached over verified TLS only; leave sslmode out of the vault's URL")
            }
            // Of no effect on a Unix socket, should libpq's own settings lead to one.
            options["sslmode"] = "verify-full"
            // It would come before TLS, and checks no certificate.
            options["gssencmode"] = "disable"
        } else if options["hostaddr"] == nil {
            // It counts before the host's name, and PGHOSTADDR or a service may have one: nothing is what keeps them out.
            options["hostaddr"] = ""
        }
        options["client_encoding"] = "UTF8"
        let all = Self.defaults.merging(options) { $1 }
        settings = Self.written(all)
        alternatives = Self.hosts(of: all).map { Self.written($0) }
    }

    private static func options(of url: String) throws(VaultError) -> [String: String] {
        try LibPQ.load()
        // What libpq says of a bad URL repeats parts of it.
        guard DatabaseURL.isOne(url), let parsed = PQconninfoParse(url, nil) else {
            throw VaultError(.invalidName, "the vault's URL is none that PostgreSQL's own programs would take")
        }
        defer { PQconninfoFree(parsed) }
        var found: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                let (name, text) = (String(cString: keyword), String(cString: value))
                // A URL stands in environments, command lines and histories.
                guard text.isEmpty || !isSecret(name, shownAs: option.pointee.dispchar) else {
                    throw VaultError(
                        .invalidName, "the vault's URL holds a password; put it into the file that PGPASSFILE names")
                }
                if !text.isEmpty { found[name] = text }
            }
            option += 1
        }
        return found
    }

    /// Whether a setting is a secret: libpq says so of passwords, and not of keys that are as good as one (PostgreSQL 18).
    private static func isSecret(_ name: String, shownAs mark: UnsafePointer<CChar>?) -> Bool {
        mark.map { String(cString: $0) } == "*" || name.hasPrefix("scram_")
    }

    // MARK: - This machine

    /// Whether the URL itself names a Unix socket or a loopback address for each host: what is taken from elsewhere may be any.
    private static func isOnThisMachine(_ options: [String: String]) -> Bool {
        let hosts = list(options["host"])
        let addresses = list(options["hostaddr"])
        guard !(hosts + addresses).isEmpty else { return false }
        return hosts.allSatisfy { isSocket($0) || $0 == "localhost" || isLoopback($0) }
            && addresses.allSatisfy { isLoopback($0) }
    }

    private static func list(_ value: String?) -> [Substring] {
        guard let value, !value.isEmpty else { return [] }
        return value.split(separator: ",", omittingEmptySubsequences: false)
    }

    /// A folder, or the name of an abstract socket.
    private static func isSocket(_ host: Substring) -> Bool { host.hasPrefix("/") || host.hasPrefix("@") }

    private static func isLoopback(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        // Digits alone: `UInt8` takes a sign as well, with which it is a name that DNS may know.
        let areBytes = parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8($0) != nil }
        return host == "::1" || parts.count == 4 && parts[0] == "127" && areBytes
    }

    // MARK: - Several hosts

    /// The settings for each host.
    ///
    /// libpq goes on to the next one when a host refuses, but has no time limit for one that says nothing where its caller does the waiting.
    private static func hosts(of options: [String: String]) -> [[String: String]] {
        let names = ["host", "hostaddr", "port"]
        let lists = names.map { list(options[$0]) }
        let count = max(lists[0].count, lists[1].count)
        // What does not fit together libpq refuses.
        let isWhole =
            lists[..<2].allSatisfy { [0, count].contains($0.count) } && [0, 1, count].contains(lists[2].count)
        // Both look at all hosts before they take one.
        let choosesItself =
            options["target_session_attrs"] == "prefer-standby" || options["load_balance_hosts"] == "random"
        guard count > 1, isWhole, !choosesItself else { return [options] }
        return (0..<count).map { index in
            var own = options
            for (name, list) in zip(names, lists) where !list.isEmpty {
                own[name] = String(list.count == 1 ? list[0] : list[index])
            }
            return own
        }
    }

    // MARK: - Writing

    private static func written(_ options: [String: String]) -> String {
        options.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: " ")
    }

    /// A value as a connection string has it.
    private static func quoted(_ value: String) -> String {
        var text = String.UnicodeScalarView("'".unicodeScalars)
        for scalar in value.unicodeScalars {
            if scalar == "'" || scalar == "\\" { text.append("\\") }
            text.append(scalar)
        }
        text.append("'")
        return String(text)
    }
}
