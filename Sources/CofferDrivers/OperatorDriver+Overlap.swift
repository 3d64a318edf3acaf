// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
package import CofferRotation

extension OperatorDriver {
    /// A person can make a second secret where the provider keeps both until one is removed.
    ///
    /// Not where the old one ends by itself after a time: by then every connection would have to be reissued. But where the new
    /// secret is another client's, what was granted to the old one can't be reissued at all, and goes on with that one for as
    /// long as it is there.
    package func overlaps(_ registration: ClientRegistration) -> Bool {
        let overlap = registration.provider.secretFacts?.overlap
        return overlap == .untilRemoved || instructions.changesClientID && overlap != .oldEndsAtOnce
    }

    /// Gives the instructions for a second secret; sends nothing.
    package func addSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        .needsOperator(requestToAdd(for: order.registration))
    }

    /// Gives the instructions for the removal; sends nothing.
    package func removeSecret(_ order: RemovalOrder) async throws -> SecretRemoval {
        .needsOperator(requestToRemove(for: order.registration))
    }

    /// What the person is asked to do for a second secret.
    ///
    /// - Parameters:
    ///   - registration: the app.
    ///   - reason: why a program can't do it, where one was tried.
    /// - Returns: the request, its text cleaned.
    package func requestToAdd(for registration: ClientRegistration, because reason: String? = nil) -> OperatorRequest {
        // First, since the provider's own steps are those after a leak and may end with the removal.
        let first = """
            Remove no client secret yet, whatever is said below: the old one is in use until Coffer asks for its end.
            """
        let client = """
            Delete nothing yet, whatever is said below: what was granted works with the old client id until that is gone. Make \
            the new one beside it.
            """
        let isOther = instructions.changesClientID
        return request(
            isOther ? "Make a second client beside the old one" : "Make a second client secret beside the old one",
            for: registration,
            steps: [isOther ? client : first] + instructions.steps + (isOther ? [Self.bothAreNew] : [])
                + signatures(registration.provider.secretFacts), because: reason, changesClientID: isOther)
    }

    /// What the person is asked to do with the old secret at the end.
    ///
    /// - Parameters:
    ///   - registration: the app, with the new secret.
    ///   - reason: why a program can't do it, where one was tried.
    /// - Returns: the request, its text cleaned.
    package func requestToRemove(
        for registration: ClientRegistration, because reason: String? = nil
    ) -> OperatorRequest {
        request(
            "Remove the old client secret at the provider", for: registration,
            steps: [
                "Open the page where the new client secret was made.",
                "Remove the old client secret: the older of the two. The new one is in use.",
            ], because: reason)
    }

    /// What the person is asked to do with the old client at the end, where the new secret is another client's.
    ///
    /// - Parameters:
    ///   - formerID: the client id of the old one.
    ///   - registration: the app.
    ///   - reason: why a program can't do it, where one was tried.
    /// - Returns: the request, its text cleaned.
    package func requestToRemoveClient(
        _ formerID: String, for registration: ClientRegistration, because reason: String? = nil
    ) -> OperatorRequest {
        var former = registration
        former.clientID = formerID
        return request(
            "Delete the old client at the provider", for: former,
            steps: [
                "See that the accounts are connected again: what was granted to the old client ends with it.",
                "Open the page where the new client was made.",
                "Delete the old one, client_id \(formerID). The new one is in use.",
            ], because: reason)
    }
}
