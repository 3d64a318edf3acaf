// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

extension MemoryTransaction {
    func bundleEnvelope() throws -> [UInt8]? { contents.bundleEnvelope }

    func insertBundleEnvelope(_ bytes: [UInt8]) throws {
        guard contents.bundleEnvelope == nil else { throw VaultError(.conflict, "this is a bundle already") }
        contents.bundleEnvelope = bytes
    }

    func collectedBundles() throws -> [VaultID] {
        contents.collected.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    func collectedEvents(of bundle: VaultID, from sequence: UInt64, limit: Int) throws -> [[UInt8]] {
        let events = (contents.collected[bundle] ?? [:]).filter { $0.key >= sequence }.sorted { $0.key < $1.key }
        return events.prefix(max(limit, 0)).map(\.value)
    }

    func keepCollected(_ event: [UInt8], sequence: UInt64, of bundle: VaultID) throws {
        guard contents.collected[bundle]?[sequence] == nil else { throw VaultError(.conflict, "it is there already") }
        contents.collected[bundle, default: [:]][sequence] = event
    }
}
