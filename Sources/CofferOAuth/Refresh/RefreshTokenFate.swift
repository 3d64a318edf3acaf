// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// What became of a refresh token of whose request nobody heard, by its provider's introspection (RFC 7662 §2.2).
package enum RefreshTokenFate: Sendable, Equatable {
    /// It is active: not spent, or spent and answered all the same.
    case active
    /// It is not: spent or withdrawn.
    case inactive
    /// A whole answer came from which nothing follows, and tomorrow's will be the same: there is no such endpoint, say.
    case unknown
    /// Nothing was said of the token: no answer, no time, a client that is refused. Asked later it may be.
    case unanswered(Setback)
}

extension RefreshTokenFate {
    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - answer: with any status.
    ///   - error: what it says if it is an error, of a refresh.
    ///   - provider: whose it is.
    init(_ answer: HTTPAnswer, _ error: ErrorAnswer, of provider: ProviderDescription) {
        let reading = JSONReader.read(answer.body)
        if answer.status == 200, reading.isWhole, case .bool(let isActive)? = reading.value?["active"] {
            self = isActive ? .active : .inactive
            return
        }
        if (200..<300).contains(answer.status) {
            // A page of somebody in front of the server, or half an answer.
            let isAnswer = reading.isWhole && reading.value != nil
            let said = "\(provider.displayName) answered \(answer.status) with something that is no introspection."
            self = isAnswer ? .unknown : .unanswered(Setback(.serverFailure, said))
            return
        }
        let isRefused = error.refusesClient || error.code == "unauthorized_client"
        // What is not implemented will not be tomorrow.
        guard answer.status != 501, case .unprocessed(let setback) = error.outcome(at: provider),
            isRefused || Self.passing.contains(setback.kind)
        else {
            self = isRefused ? .unanswered(Setback(.configuration, error.sentence)) : .unknown
            return
        }
        self = .unanswered(setback)
    }

    /// What may be over when it is asked again.
    private static let passing: Set<Setback.Kind> = [.rateLimited, .serverFailure, .blocked, .payment]
}
