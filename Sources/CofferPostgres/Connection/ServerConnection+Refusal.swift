// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres
import CofferVault

extension ServerConnection {
    /// What libpq says of a session that is of another kind than `target_session_attrs` asks for.
    private static let otherKinds = [
        "session is read-only", "session is not read-only", "server is in hot standby mode",
        "server is not in hot standby mode",
    ]

    /// Why it was not made.
    ///
    /// What libpq says holds parts of the URL, and is looked at but not passed on: the last SQLSTATE in it, since no function gives
    /// that of a connection, and the few words behind which no server is. They are English where nobody has called setlocale(3); in
    /// another language all of them are silence.
    var refusal: any Error {
        guard PQconnectionNeedsPassword(raw) == 0 else {
            return VaultError(
                .unreachable,
                "the vault's database asks for a password; put it into the file that PGPASSFILE names, of mode 0600")
        }
        let words = PQerrorMessage(raw).map { String(cString: $0) } ?? ""
        if let state = Self.state(in: words) { return Failure.refusal(of: state) }
        if Self.otherKinds.contains(where: { words.contains($0) }) {
            return VaultError(
                .unreachable, "no host of the vault's database is of the kind that target_session_attrs asks for")
        }
        if ["SSL", "certificate", "private key"].contains(where: { words.contains($0) }) {
            return VaultError(
                .unreachable, "the vault's database can't be verified by TLS, or this machine's certificate not be used"
            )
        }
        return Failure.unanswered
    }

    /// The last SQLSTATE at the end of a line, behind the word for how bad it is: `FATAL:  28P01`.
    private static func state(in words: String) -> String? {
        let mark = ":  "
        for line in words.split(separator: "\n").reversed() {
            let state = line.suffix(5)
            if line.dropLast(5).hasSuffix(mark), Failure.isState(state) { return String(state) }
        }
        return nil
    }
}
