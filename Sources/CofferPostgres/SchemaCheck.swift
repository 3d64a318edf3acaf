// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What can be said of a vault's tables without a key.
enum SchemaCheck {
    /// Sentences, at most ``StoreCheck/limit`` of them.
    static func problems(_ transaction: PostgresTransaction) throws -> [String] {
        let found = try objects(transaction) + strayBindings(transaction)
        guard found.count > StoreCheck.limit else { return found }
        return found.prefix(StoreCheck.limit - 1) + ["there is more that is not listed"]
    }

    /// Whatever is in the schema beside our tables, or not as we make them: a trigger of somebody else's would run in our
    /// writes.
    private static func objects(_ transaction: PostgresTransaction) throws -> [String] {
        let found = Set(try transaction.fetch(Schema.listing).map { try plain($0.text(0)) })
        let ours = Schema.objects.union(Schema.fleetObjects)
        let strange = found.subtracting(ours).map { "there is \($0), which Coffer did not make" }
        let missing = ours.subtracting(found).map { "there is no \($0)" }
        return (strange + missing).sorted()
    }

    /// Rows of the index of writes whose event is not there.
    private static func strayBindings(_ transaction: PostgresTransaction) throws -> [String] {
        try transaction.fetch(
            """
            SELECT encode(b.entry, 'hex'), b.version, encode(b.signer, 'hex'), b.sequence
            FROM coffer.audit_binding b WHERE NOT EXISTS
            (SELECT 1 FROM coffer.audit a WHERE a.signer = b.signer AND a.sequence = b.sequence)
            ORDER BY b.entry, b.version LIMIT $1
            """, [.limit(StoreCheck.limit)]
        ).map { row in
            let entry = try row.text(0).prefix(64)
            let version = try row.unsigned(1)
            let signer = try row.text(2).prefix(16)
            let sequence = try row.unsigned(3)
            return """
                the index of writes names event \(sequence) of signer \(signer) for version \(version) of entry \(entry), \
                and there is no such event
                """
        }
    }

    /// Text out of a database that anybody may have written: short, and plain ASCII.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(200).filter { (0x20..<0x7F).contains($0.value) }))
    }
}
