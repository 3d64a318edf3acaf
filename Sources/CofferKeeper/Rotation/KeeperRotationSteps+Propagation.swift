// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferDrivers
import CofferOAuth
import CofferRotation

extension KeeperRotationSteps {
    /// How long is waited between two questions while a change spreads at the provider: each is a request.
    private static let probePause = Duration.seconds(5)

    /// Asks until the answer is the one that the change must bring, or until the provider's time for it is over.
    ///
    /// - Parameters:
    ///   - plan: the rotation, whose driver knows that time.
    ///   - registration: the app.
    ///   - waitsUnasked: whether the time is waited out where nothing can be asked, since what comes next needs the change.
    ///   - ask: asks the provider once.
    /// - Returns: the last answer.
    /// - Throws: what hinders the question; `CancellationError`.
    func settled(
        _ plan: RotationPlan, _ registration: ClientRegistration, waitsUnasked: Bool,
        _ ask: () async throws -> Proof
    ) async throws -> Proof {
        // Without the driver's setting nothing is known of a time.
        var left = (try? driver(of: plan, registration))?.propagation ?? .zero
        var proof = try await ask()
        while left > .zero, proof.result == .refuted || (waitsUnasked && proof.result == .unproven) {
            try await keeper.effects.clock.sleep(for: Self.probePause)
            left -= Self.probePause
            if proof.result == .refuted { proof = try await ask() }
        }
        return proof
    }
}
