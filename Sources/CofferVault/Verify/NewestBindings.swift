// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What was last written under each id, as the verified chains say.
///
/// One element for each id that was ever written: some 100 MB for a million entries, hence the flat types.
struct NewestBindings: Sendable {
    /// A binding, and who wrote it.
    struct Binding: Sendable, Equatable {
        let version: UInt64
        let hash: Words4
        /// The place of the writer's chain.
        let chain: Int32
        let sequence: UInt64
        var isSeen = false

        var isRemoval: Bool { hash == Words4.zero }
    }

    /// 16 bytes without memory of their own.
    struct Words2: Hashable, Sendable {
        let first: UInt64
        let second: UInt64

        init(_ id: EntryID) {
            first = Words4.word(id.bytes, 0)
            second = Words4.word(id.bytes, 8)
        }

        var bytes: [UInt8] { Words4.bytes(first) + Words4.bytes(second) }
    }

    /// 32 bytes without memory of their own.
    struct Words4: Equatable, Sendable {
        static let zero = Words4(Digest.zero)
        let words: (UInt64, UInt64, UInt64, UInt64)

        init(_ digest: Digest) {
            let bytes = digest.bytes
            words = (Self.word(bytes, 0), Self.word(bytes, 8), Self.word(bytes, 16), Self.word(bytes, 24))
        }

        var bytes: [UInt8] {
            Self.bytes(words.0) + Self.bytes(words.1) + Self.bytes(words.2) + Self.bytes(words.3)
        }

        static func == (left: Words4, right: Words4) -> Bool { left.words == right.words }

        static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
            bytes.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
        }

        static func bytes(_ word: UInt64) -> [UInt8] { withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }

    private var newest: [Words2: Binding] = [:]
    /// Ids that were written by members who do not write in the same spaces: all of them, in order.
    private var contested: [Words2: [Binding]] = [:]

    var count: Int { newest.count }

    /// Takes a binding that is later than all before it.
    ///
    /// - Parameters:
    ///   - binding: what was written.
    ///   - chain: the place of the writer's chain.
    ///   - sequence: the event's number.
    ///   - sameSpaces: whether two chains belong to members who write in the same spaces.
    mutating func take(
        _ binding: AuditBinding, chain: Int32, sequence: UInt64, sameSpaces: (Int32, Int32) -> Bool
    ) {
        let key = Words2(binding.entryID)
        let later = Binding(
            version: binding.version, hash: Words4(binding.rowHash), chain: chain, sequence: sequence)
        if let before = newest[key] {
            if before.chain != chain, !sameSpaces(before.chain, chain) {
                contested[key, default: [before]].append(later)
            } else if contested[key] != nil {
                contested[key]?.append(later)
            }
        }
        newest[key] = later
    }

    /// The newest binding of an id by somebody who may write where it lies.
    func binding(of id: EntryID, mayWrite: (Int32) -> Bool) -> Binding? {
        let key = Words2(id)
        if let all = contested[key] { return all.last { mayWrite($0.chain) } }
        return newest[key].flatMap { mayWrite($0.chain) ? $0 : nil }
    }

    /// The newest binding of an id, whoever wrote it.
    func binding(of id: EntryID) -> Binding? { newest[Words2(id)] }

    mutating func markSeen(_ id: EntryID) { newest[Words2(id)]?.isSeen = true }

    /// The ids that have been bound and pass a test.
    func ids(where test: (Binding) -> Bool) -> [EntryID] {
        newest.compactMap { test($0.value) ? try? EntryID($0.key.bytes) : nil }
    }
}
