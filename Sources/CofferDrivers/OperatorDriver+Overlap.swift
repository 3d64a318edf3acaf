// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
package import CofferRotation

extension OperatorDriver {
    /// A person can make a second secret where the provider keeps both until one is removed.
    ///
    /// Not where the old one ends by itself after a time: by then every connection would have to be reissued.
    package func overlaps(_ registration: ClientRegistration) -> Bool {
        registration.provider.secretFacts?.overlap == .untilRemoved
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
        return request(
            "Make a second client secret beside the old one", for: registration,
            steps: [first] + instructions.steps + signatures(registration.provider.secretFacts), because: reason)
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
}
