// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// An identity that ran steps of a rotation, and which.
package struct ReportedPerson: Sendable, Equatable {
    /// The identity's name.
    package let name: String

    /// When its first step was done.
    package let from: Date

    /// When its last step was done.
    package internal(set) var to: Date

    /// What it did, in the order in which it first did each.
    package internal(set) var deeds: [Deed]

    /// One kind of step, and how often.
    package struct Deed: Sendable, Equatable {
        /// The step's name; ``notReissued`` for a connection that was tried in vain.
        package let step: String

        /// How often.
        package internal(set) var count: Int

        /// Makes one.
        package init(step: String, count: Int) {
            self.step = step
            self.count = count
        }

        /// The name of the deed that a reissue without new tokens is.
        package static let notReissued = "not_reissued"

        /// Names what an event was.
        static func name(of fact: JournalEvent.Fact) -> String {
            if case .reissued(_, let result) = fact, result != .reissued { return notReissued }
            return fact.name
        }
    }

    /// Everybody who wrote events, in the order of their first.
    static func all(in events: [JournalEvent]) -> [ReportedPerson] {
        var people: [ReportedPerson] = []
        var places: [String: Int] = [:]
        for event in events {
            let step = Deed.name(of: event.fact)
            guard let place = places[event.by] else {
                places[event.by] = people.count
                people.append(
                    ReportedPerson(
                        name: event.by, from: event.at, to: event.at, deeds: [Deed(step: step, count: 1)]))
                continue
            }
            people[place].to = event.at
            // There are a dozen kinds of steps, however many connections.
            if let deed = people[place].deeds.firstIndex(where: { $0.step == step }) {
                people[place].deeds[deed].count += 1
            } else {
                people[place].deeds.append(Deed(step: step, count: 1))
            }
        }
        return people
    }
}
