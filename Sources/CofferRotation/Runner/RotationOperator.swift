// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// The person at a rotation, or nobody.
package protocol RotationOperator: Sendable {
    /// Whether somebody sits at a terminal now.
    func isPresent() async -> Bool

    /// Shows what to do and waits for "press Enter, then click"; true begins the freeze, false leaves the rotation waiting.
    ///
    /// Called only when somebody is present and the freeze is not yet in force.
    func readyToClick(_ request: OperatorRequest) async throws -> Bool

    /// Takes the client id that goes with the new secret: another one, or the old one said explicitly.
    ///
    /// Called right before ``newSecret(_:problem:)``, which may then give nothing.
    /// - Parameters:
    ///   - request: what was asked for.
    ///   - offered: the id that came with what was not good, to be taken again at a word.
    ///   - problem: why what was given before was not good, a sentence to show.
    /// - Returns: nil where nobody says which; that is taken for the present one only where the provider keeps it.
    /// - Throws: as ``newSecret(_:problem:)``.
    func newClientID(_ request: OperatorRequest, offered: String?, problem: String?) async throws -> String?

    /// Takes the new secret from a hidden prompt or from standard input.
    ///
    /// It may be the first call of a resumed rotation: then the request has not been shown yet.
    /// - Parameters:
    ///   - request: what was asked for.
    ///   - problem: why the value given before was not good, a sentence to show.
    /// - Returns: nil when there is nobody, or the input has ended.
    /// - Throws: `CancellationError`, or what the terminal threw.
    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret?

    /// Shows what to remove and asks whether it is removed; false leaves the rotation waiting.
    ///
    /// Called whether or not somebody is present: it may have been said on the command line.
    func hasRemoved(_ request: OperatorRequest) async throws -> Bool
}

extension RotationOperator {
    /// Says nothing of it.
    package func newClientID(
        _ request: OperatorRequest, offered: String?, problem: String?
    ) async throws -> String? { nil }
}
