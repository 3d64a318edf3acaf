// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

extension TokenClient {
    /// Leaves an authorization request at the server beforehand, where its description has a place for that (RFC 9126).
    ///
    /// What the browser then carries is the client's id and a reference: nobody on the way can change what is asked for,
    /// and the client has proven who it is before a person is asked anything. There is no falling back to an address with
    /// everything in it: who takes requests in this way may refuse all others (RFC 9126 §5).
    ///
    /// - Parameter attempt: what is asked for.
    /// - Returns: where the browser goes.
    /// - Throws: `OAuthError` with code `configuration`, `refused_host`, `unreachable`, `rate_limited`, `nonsense`.
    package func address(of attempt: AuthorizationAttempt) async throws -> String {
        let registration = attempt.registration
        guard let endpoint = registration.provider.endpoints.pushedAuthorization else { return attempt.url }
        var parameters = TokenParameters()
        // `authenticate` adds the client's id where the proof is in the body.
        for (name, value) in attempt.parameters where name != "client_id" { parameters.append(name, value) }
        let answer = try await ask(endpoint, registration, parameters)
        guard let reference = answer.value?["request_uri"]?.plainText, !reference.isEmpty,
            reference.utf8.count <= Self.longestReferenceByteCount,
            reference.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw OAuthError(
                .nonsense,
                "\(registration.provider.displayName) answered \(answer.status) to the pushed request without its reference."
            )
        }
        return attempt.url(pushedAs: reference)
    }

    /// The longest `request_uri` that goes into an address.
    private static let longestReferenceByteCount = 2048
}
