// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// The newest version of each entry that one identity has seen on this machine: was handed, was refused because it leaked,
/// or wrote in a rotation.
///
/// A row that is replaced by an older one of the same entry opens by itself, also for a reader, who can't ask the record
/// of events. This remembers. Of a rotation it keeps version 1 of its id: that there was one. In a file that is only ever
/// added to, of lines `entry 16 ‖ version u64 ‖ epoch of the restoration that the vault stood after u64`: a restoration
/// takes versions back.
final class VersionLog: Sendable {
    private struct Known {
        var versions: [EntryID: UInt64] = [:]
        /// The restoration that they stand after; nil before the file was read.
        var restoredAt: UInt64?
        /// How many lines the file has, those of other processes since it was read not counted.
        var lineCount = 0

        /// Whether most lines say what others have overtaken.
        var isWorthRewriting: Bool { lineCount > 4096 && lineCount > 4 * versions.count }
    }

    private let lines: CheckedLines
    private let warn: @Sendable (String) -> Void
    private let known = Mutex(Known())

    /// Names the log beside an identity's record.
    init(beside path: String, warn: @escaping @Sendable (String) -> Void) {
        lines = CheckedLines(path: path + ".versions", bodyByteCount: EntryID.byteCount + 16)
        self.warn = warn
    }

    /// Whether none of these is older than what was seen before.
    func allows(_ fences: [EntryFence], restoredAt epoch: UInt64) -> Bool {
        known.withLock { known in
            load(&known, epoch)
            return fences.allSatisfy { $0.version >= known.versions[$0.id] ?? 0 }
        }
    }

    /// The rotations that were seen, in the order of their ids.
    func rotations(restoredAt epoch: UInt64) -> [EntryID] {
        known.withLock { known in
            load(&known, epoch)
            return known.versions.keys.filter(\.isRotation).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        }
    }

    /// Keeps what was seen, without a sync: what a power cut takes is some memory of the past.
    func keep(_ fences: [EntryFence], restoredAt epoch: UInt64) {
        let newer = known.withLock { known -> [EntryFence] in
            load(&known, epoch)
            let newer = fences.filter { $0.version > known.versions[$0.id] ?? 0 }
            for fence in newer { known.versions[fence.id] = fence.version }
            known.lineCount += newer.count
            return newer
        }
        do {
            try lines.append(newer.map { Self.body($0, epoch) })
            try shorten()
        } catch {
            warn("which versions were seen can't be recorded: \(error.message)")
        }
    }

    /// Rewrites a file that has grown.
    ///
    /// A line that another process adds in this moment may be lost, and with it some memory of the past.
    private func shorten() throws(VaultError) {
        let bodies = known.withLock { known -> [[UInt8]]? in
            guard known.isWorthRewriting, let epoch = known.restoredAt else { return nil }
            // Read again, for what other processes have added.
            known.restoredAt = nil
            load(&known, epoch)
            known.lineCount = known.versions.count
            return known.versions.map { Self.body(EntryFence($0.key, version: $0.value), epoch) }
        }
        if let bodies { try lines.replace(with: bodies) }
    }

    /// Reads the file when it is first needed, and again when the vault was restored meanwhile.
    private func load(_ known: inout Known, _ epoch: UInt64) {
        guard known.restoredAt != epoch else { return }
        known = Known(restoredAt: epoch)
        do {
            let bodies = try lines.bodies()
            known.lineCount = bodies.count
            for body in bodies {
                guard let (fence, restoredAt) = Self.read(body), restoredAt == epoch else { continue }
                known.versions[fence.id] = max(fence.version, known.versions[fence.id] ?? 0)
            }
        } catch {
            warn("which versions were seen before can't be read: \(error.message)")
        }
    }

    /// A line.
    static func body(_ fence: EntryFence, _ epoch: UInt64) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.fixed(fence.id.bytes)
        writer.integer(fence.version)
        writer.integer(epoch)
        return writer.bytes
    }

    /// What a line says; nil if it is none.
    static func read(_ body: [UInt8]) -> (EntryFence, restoredAt: UInt64)? {
        var reader = CanonicalReader(body)
        guard let id = try? EntryID(reader.fixed(EntryID.byteCount)),
            let version = try? reader.integer(UInt64.self), let epoch = try? reader.integer(UInt64.self)
        else { return nil }
        return (EntryFence(id, version: version), epoch)
    }
}
