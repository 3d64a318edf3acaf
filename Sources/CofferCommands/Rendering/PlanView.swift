// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth
import CofferRotation

/// What a rotation would do: for `--dry-run`, which changes nothing.
struct PlanView: Encodable {
    /// The app.
    let app: String
    /// `leak`.
    let mode: String
    /// What replaces the secret.
    let driver: String
    /// What readers get meanwhile.
    let taint: String
    /// The connections that are reissued.
    let connections: [String]
    /// How long reissuing takes at the provider's rate limit, at least.
    let estimatedSeconds: Int?
    /// What a person has to do.
    let operatorSteps: [String]
    /// Where a person begins.
    let operatorLink: String?

    /// Looks up the plan.
    ///
    /// - Throws: what the keeper throws for an app that does not exist or may not be rotated.
    init(_ app: CredentialPath, taint: TaintStrength?, accessTokenLeaked: Bool, _ keeper: Keeper) async throws {
        // Any connection of the app will do: what is asked for is the app.
        let registration = try await keeper.registration(forConnecting: CredentialPath("\(app)/plan"))
        let isOperator = registration.registration == nil || registration.provider.secretReplacement != .rfc7592
        let strength = TaintStrength.byDefault(startsWithOperator: isOperator, accessTokenLeaked: accessTokenLeaked)
        self.app = app.description
        mode = RotationMode.leak.rawValue
        driver = isOperator ? RotationPlan.operatorDriver : "rfc7592"
        self.taint = (taint ?? strength).rawValue
        connections = try await keeper.status().filter { $0.app == app.description }.map(\.path)
        estimatedSeconds = registration.provider.rateLimit.map { [count = connections.count] in
            max(0, count - $0.burst) * Int($0.interval / .seconds(1)) / max(1, $0.amount)
        }
        let instructions: OperatorInstructions =
            if case .operator(let own) = registration.provider.secretReplacement { own } else { .generic }
        operatorSteps = isOperator ? instructions.steps : []
        operatorLink = isOperator ? instructions.link : nil
    }

    /// How long the connections take, where the rate limit makes it worth telling.
    private var duration: String? {
        guard let estimatedSeconds, estimatedSeconds > 0 else { return nil }
        return "at least \(RelativeTime.text(.seconds(estimatedSeconds))) for the connections"
    }

    /// The plan for people.
    var text: String {
        let steps = operatorSteps.enumerated().map { ("step \($0 + 1)", $1 as String?) }
        let cost = taint == "hold" ? "hold: old tokens are not handed out" : "serve: old tokens are handed out, marked"
        return FactSheet(
            [
                ("app", app), ("because of", mode), ("secret", "replaced by \(driver)"), ("meanwhile", cost),
                ("takes", duration),
            ] + steps + [("begin at", operatorLink)] + connections.map { ("reissue", $0) }
        ).text
    }
}
