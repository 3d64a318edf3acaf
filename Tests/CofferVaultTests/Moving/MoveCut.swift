// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// How a move is cut off: of which store's writes one is the last, and when.
struct MoveCut: Sendable, CustomTestStringConvertible {
    let stores: MovedStores
    let isSource: Bool
    let moment: FailingStore.Moment

    /// In memory each moment; elsewhere what is undone is as if the process had died earlier.
    static let all = MovedStores.present.flatMap { stores in
        [true, false].flatMap { isSource in
            FailingStore.Moment.allCases.filter { stores == .inMemory || $0 == .afterCommit }
                .map { MoveCut(stores: stores, isSource: isSource, moment: $0) }
        }
    }

    var testDescription: String { "\(stores.rawValue), \(isSource ? "old" : "new") store, \(moment)" }
}
