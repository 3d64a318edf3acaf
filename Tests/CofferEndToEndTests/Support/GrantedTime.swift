// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A time that a program grants by its own clock, and that a machine which stands still uses up.
enum GrantedTime {
    /// How often something is tried.
    private static let attempts = 3

    /// Tries something anew where it did not come out and took longer than was granted: then the machine stood still.
    ///
    /// - Parameters:
    ///   - granted: how long the program waits for what the body does.
    ///   - body: gets the number of the try, from 1, and gives nothing where it did not come out.
    /// - Returns: what the body gave; nil where it gave nothing within the time, or each time.
    /// - Throws: what the body throws.
    static func tried<Result>(
        _ granted: Duration, _ body: (Int) async throws -> Result?
    ) async throws -> Result? {
        for attempt in 1...attempts {
            let begun = ContinuousClock.now
            if let result = try await body(attempt) { return result }
            if begun.duration(to: .now) < granted { break }
        }
        return nil
    }
}
