// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault
import Foundation
import Synchronization

/// Who has heard which notices of one rotation, as this machine knows it: a small file in its state folder.
///
/// Not in the vault: who is told is a matter of the machine, and a journal has no place for what went on beside the rotation.
/// A record that is lost or not written means that a notice is sent once more, under the same id.
final class NoticeRecord: Sendable {
    private struct Document: Codable {
        var version = 1
        var heard: [String: [String]] = [:]
    }

    /// More is no record: 64 KiB; a rotation has some notices, and a machine a few hooks.
    private static let limit = 64 << 10

    private let path: String?
    private let log: KeeperLog
    private let document: Mutex<Document>

    /// Reads the record of a rotation.
    ///
    /// - Parameters:
    ///   - rotation: Which.
    ///   - folder: Where records are; nil to keep none beyond this process.
    ///   - log: Hears of a record that can't be written.
    init(of rotation: RotationID, in folder: String?, log: KeeperLog) {
        let path = folder.map { "\($0)/\(rotation).json" }
        self.path = path
        self.log = log
        var read: Document?
        if let path, AtomicFile.exists(path), let text = try? CheckedFile.read(path, limit: Self.limit) {
            read = try? StoredJSON.decode(Document.self, from: text.withExposedBytes { Array($0) })
        }
        document = Mutex(read.flatMap { $0.version == 1 ? $0 : nil } ?? Document())
    }

    /// Whether a hook has heard a notice.
    func holds(_ notice: String, _ hook: String) -> Bool {
        document.withLock { $0.heard[hook]?.contains(notice) == true }
    }

    /// Writes down that a hook has heard a notice.
    func add(_ notice: String, _ hook: String) {
        let document = document.withLock { document in
            document.heard[hook, default: []].append(notice)
            return document
        }
        guard let path else { return }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            try AtomicFile.makeFolder(FilePathText.folder(of: path))
            try AtomicFile.write(Array(encoder.encode(document)), to: path, replacing: true)
        } catch {
            log.info("\(notice) was heard and may be sent again: its record can't be written (\(error))")
        }
    }
}
