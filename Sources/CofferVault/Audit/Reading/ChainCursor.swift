// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

/// A place in a chain that is read forwards or backwards, a page at a time.
struct ChainCursor {
    /// Which way it moves.
    enum Direction {
        case forwards
        case backwards
    }

    private static let pageLength: UInt64 = 128

    let signer: ChainSigner
    private let direction: Direction
    /// The places that were not read yet.
    private var rest: ClosedRange<UInt64>?
    /// What was read and not taken, the next one last.
    private var page: [AuditListing] = []
    /// The time of the one before, for events whose own can't be read.
    private var lastTime: Date?

    /// Reads a chain from behind an event up to another.
    init(_ signer: ChainSigner, after begin: UInt64 = 0, through end: UInt64, _ direction: Direction) {
        self.signer = signer
        self.direction = direction
        rest = end > begin ? (begin + 1)...end : nil
    }

    /// The event that comes next; nil at the end, or before ``fill(_:openedBy:)``.
    var next: AuditListing? { page.last }

    /// When the next one was, or where that can't be read the one before it in this direction.
    var time: Date { next?.record?.at ?? lastTime ?? (direction == .forwards ? .distantPast : .distantFuture) }

    /// Whether a page must be read before ``next`` tells anything.
    var isHungry: Bool { page.isEmpty && rest != nil }

    /// Reads until there is a next one, or nothing is left.
    mutating func fill(_ reader: any StoreReading, openedBy identity: Identity?) throws {
        while isHungry, let rest {
            let range: ClosedRange<UInt64>
            switch direction {
            case .forwards: range = rest
            case .backwards:
                let first = rest.upperBound >= Self.pageLength ? rest.upperBound - Self.pageLength + 1 : 1
                range = max(first, rest.lowerBound)...rest.upperBound
            }
            let stored = try reader.storedEvents(
                of: signer.key, from: range.lowerBound, limit: Int(Self.pageLength)
            ).filter { range.contains($0.sequence) }
            let listed = stored.map { AuditListing($0, of: signer, openedBy: identity) }
            switch direction {
            case .forwards:
                page = listed.reversed()
                let read = stored.last?.sequence ?? rest.upperBound
                self.rest = read < rest.upperBound ? (read + 1)...rest.upperBound : nil
            case .backwards:
                page = listed
                self.rest = range.lowerBound > rest.lowerBound ? rest.lowerBound...(range.lowerBound - 1) : nil
            }
        }
    }

    /// Takes the next one.
    mutating func take() -> AuditListing? {
        let taken = page.popLast()
        if let time = taken?.record?.at { lastTime = time }
        return taken
    }

    /// Reads no further.
    mutating func stop() {
        page = []
        rest = nil
    }
}
