// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A moment as it is written on the command line: `2026-11-21T03:08:38Z` (RFC 3339), or how long ago it was: `2h`.
enum TimeArgument: ExpressibleByArgument, Sendable, Equatable {
    /// A moment.
    case at(Date)
    /// So long before now.
    case ago(Duration)

    /// Reads either form; `nil` if it is neither.
    init?(argument: String) {
        if let length = DurationArgument(argument: argument) {
            self = .ago(length.duration)
        } else if let date = try? Date(argument, strategy: .iso8601) {
            self = .at(date)
        } else {
            return nil
        }
    }

    /// The moment.
    func date(now: Date) -> Date {
        switch self {
        case .at(let date): date
        case .ago(let length): now.addingTimeInterval(-(length / .seconds(1)))
        }
    }
}
