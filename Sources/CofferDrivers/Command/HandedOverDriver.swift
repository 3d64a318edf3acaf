// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferOAuth
package import CofferRotation

/// Leaves to a person what a program was planned to do, since an operator said so (`coffer rotate resume --by-hand`).
package struct HandedOverDriver: SecretDriver {
    private static let said = "it was told to leave this to a person"

    private let person: OperatorDriver

    /// Names who does it instead.
    package init(_ person: OperatorDriver) {
        self.person = person
    }

    /// Gives the instructions; sends nothing.
    package func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        .needsOperator(person.request(for: order.registration, because: Self.reason(order)))
    }

    /// Gives the instructions for a second secret; sends nothing.
    package func addSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        .needsOperator(person.requestToAdd(for: order.registration, because: Self.reason(order)))
    }

    /// Gives the instructions for the removal; sends nothing.
    package func removeSecret(_ order: RemovalOrder) async throws -> SecretRemoval {
        .needsOperator(person.requestToRemove(for: order.registration, because: Self.said))
    }

    private static func reason(_ order: ReplacementOrder) -> String {
        guard order.mayHaveBeenSent else { return said }
        return "\(said). A request before this may have made a new client_secret already: look for one first"
    }
}
