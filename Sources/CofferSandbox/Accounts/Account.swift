// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One customer's account: a host of its own and a number that never changes.
public struct Account: Sendable, Hashable {
    /// The stable numeric id, the same for the same name in every run.
    public let id: Int
    /// The subdomain: `acme` of `acme.amocrm.localhost`; another one after a rename.
    public internal(set) var name: String

    /// Makes an account from its subdomain.
    ///
    /// - Parameters:
    ///   - name: the subdomain.
    ///   - reserved: the labels that the server keeps for itself.
    ///
    /// - Throws: ``SandboxError`` with code `configuration` if the name is no lower-case host label (RFC 1123 §2.1) or is
    ///   one of the hosts the server keeps for itself.
    init(name: String, reserved: [String]) throws(SandboxError) {
        let letters = name.utf8
        let isLabel =
            (1...63).contains(letters.count) && letters.first != UInt8(ascii: "-")
            && letters.last != UInt8(ascii: "-")
            && letters.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
        guard isLabel else {
            throw SandboxError(.configuration, "An account name is a host label of letters a-z, digits and hyphens.")
        }
        guard !reserved.contains(name) else {
            throw SandboxError(.configuration, "The account name \(name) is kept for the server itself.")
        }
        self.name = name
        self.id = Self.stableID(of: name)
    }

    /// FNV-1a over the name, folded into eight digits, as amoCRM's ids look.
    ///
    /// A counter would change an account's id when another one is put before it; clients compare this number to
    /// notice that they talk to a different account.
    static func stableID(of name: String) -> Int {
        let hash = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return 10_000_000 + Int(hash % 90_000_000)
    }
}
