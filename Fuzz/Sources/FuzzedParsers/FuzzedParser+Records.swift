// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferKeeper
@testable import CofferOAuth
@testable import CofferRotation
@testable import CofferVault

extension FuzzedParser {
    /// What lies inside boxes, where only an issuer could have put it.
    static let records: [FuzzedParser] = [
        FuzzedParser(name: "connection-record", longestInput: 1024) { bytes in
            var slices = Slices(bytes)
            guard let entry = entry(.connection, &slices), let record = try? ConnectionRecord(entry) else { return }
            var again = entry
            again.use = record.useFields
            again.issue = record.issueFields
            let second = needed { try ConnectionRecord(again) }
            require(second.useFields == record.useFields, "a connection writes what it read")
            require(second.issueFields == record.issueFields, "a connection writes what it read")
            _ = record.dueAt?.millisecondsSince1970
        },
        FuzzedParser(name: "app-record", longestInput: 2048) { bytes in
            var slices = Slices(bytes)
            guard let entry = entry(.app, &slices), let record = try? AppRecord(entry) else { return }
            var again = entry
            again.use = record.useFields
            again.issue = needed { try record.issueFields() }
            let second = needed { try AppRecord(again) }
            require(second.useFields == record.useFields, "an app writes what it read")
        },
        FuzzedParser(name: "provider-description", longestInput: 4096) { bytes in
            guard let provider = try? StoredJSON.decode(ProviderDescription.self, from: Array(bytes)) else { return }
            let again = needed {
                try JSONDecoder().decode(ProviderDescription.self, from: JSONEncoder().encode(provider))
            }
            require(again == provider, "a description writes what it read")
        },
        FuzzedParser(name: "spilled-renewal", longestInput: 1024) { bytes in
            guard let table = try? FieldTable(decoding: bytes), let spilled = try? SpilledRenewal(table) else { return }
            let fields = spilled.fields
            require(needed { try SpilledRenewal(fields) }.fields == fields, "a spilled renewal writes what it read")
        },
        FuzzedParser(name: "journal-event", longestInput: 2048) { bytes in
            guard let event = try? StoredJSON.decode(JournalEvent.self, from: Array(bytes)) else { return }
            let again = needed { try JSONDecoder().decode(JournalEvent.self, from: JSONEncoder().encode(event)) }
            require(again == event, "an event writes what it read")
        },
    ]

    /// An entry whose boxes held these tables; nothing if they are none.
    private static func entry(_ kind: EntryKind, _ slices: inout Slices) -> Entry? {
        let first = Int(slices.byte()) << 8 | Int(slices.byte())
        let use = slices.fixed(min(first, 1024))
        let issue = slices.remainder()
        guard let useTable = try? use.withUnsafeBytes({ try FieldTable(decoding: $0) }),
            let issueTable = try? issue.withUnsafeBytes({ try FieldTable(decoding: $0) })
        else { return nil }
        return needed {
            Entry(
                id: try EntryID([UInt8](repeating: 1, count: 16)), path: try CredentialPath("main/amocrm/acme"),
                kind: kind, version: 1, use: useTable, issue: issueTable, rowHash: .zero)
        }
    }
}
