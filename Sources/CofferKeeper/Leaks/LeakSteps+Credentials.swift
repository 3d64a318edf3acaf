// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension LeakSteps {
    /// Puts what a vendor's API is asked with before the rotations for which it is asked; else the order stays.
    ///
    /// Whoever has the credential reads each new `client_secret`, so that one which leaked as well is replaced first. Where two wait
    /// for each other, the one that comes first is rotated with a credential that leaked, and a note says so
    /// (docs/decisions/0031-leaks-of-several.md).
    ///
    /// - Parameters:
    ///   - elements: What is to be done, in order.
    ///   - step: The step in each.
    /// - Returns: the same in their new order, each with what it comes after; and a sentence for each circle.
    static func credentialsFirst<Element>(
        _ elements: [Element], _ step: WritableKeyPath<Element, LeakStep>
    ) -> (elements: [Element], notes: [String]) {
        let steps = elements.map { $0[keyPath: step] }
        var places: [String: Int] = [:]
        for (place, found) in steps.enumerated() where [.rotate, .finish, .reissue].contains(found.action) {
            places[found.subject] = places[found.subject] ?? place
        }
        func credential(of place: Int) -> Int? {
            guard steps[place].action == .rotate, let path = steps[place].rotation?.credential else { return nil }
            let app = (try? CredentialPath(path))?.parent?.description
            let found = places[path] ?? app.flatMap { places[$0] }
            return found == place ? nil : found
        }
        var sorted: [Element] = []
        var notes: [String] = []
        var isPlaced: [Int: Bool] = [:]
        // False for one that waits itself, for the one that asks.
        func put(_ place: Int) -> Bool {
            if let known = isPlaced[place] { return known }
            isPlaced[place] = false
            var element = elements[place]
            element[keyPath: step].after = nil
            if let first = credential(of: place) {
                if !put(first) {
                    notes.append(circle(at: steps[place].subject))
                } else if steps[first].action != .reissue {
                    element[keyPath: step].after = steps[first].subject
                }
            }
            isPlaced[place] = true
            sorted.append(element)
            return true
        }
        for place in steps.indices { _ = put(place) }
        return (sorted, notes)
    }

    private static func circle(at app: String) -> String {
        "the API of \(app) is asked with a credential that leaked as well, since each of the two waits for the other; rotate it "
            + "once more when the rest is done: coffer rotate \(app) --leak"
    }
}
