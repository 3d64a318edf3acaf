// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferVault

/// Finds out what a leak calls for, by the table in docs/commands.md under `rotate --leaked`.
struct LeakSteps {
    let keeper: Keeper
    /// What readers get while an app is rotated; nil for the default.
    let taint: TaintStrength?
    /// Whether an access token is known to have leaked as well.
    let accessTokenLeaked: Bool

    // MARK: - One string

    /// What a string that was found calls for.
    func plan(for report: TraceReport) async throws -> LeakPlan {
        var (steps, notes): ([LeakStep], [String]) = ([], report.notes)
        for match in report.matches {
            switch try await answer(to: match, amongOthers: report.matches.count > 1) {
            case .step(let step): steps.append(step)
            case .note(let note): notes.append(note)
            }
        }
        let ordered = Self.credentialsFirst(steps, \LeakStep.self)
        return LeakPlan(leaked: report, steps: ordered.elements, notes: notes + ordered.notes)
    }

    /// What one place calls for: something to do, or something to know.
    enum Answer {
        case step(LeakStep)
        case note(String)
    }

    /// What one place calls for.
    func answer(to match: TraceReport.Match) async throws -> Answer {
        guard let path = match.path.flatMap({ try? CredentialPath($0) }), try await keeper.vault.inspect(path) != nil
        else {
            return .step(
                LeakStep(
                    action: .withdraw, subject: match.path ?? match.space,
                    because:
                        "its entry is gone here; whether the \(match.field) still works, only where it came from is known",
                    steps: ["End it where it came from."], field: match.field))
        }
        let isInForce = match.state == "present" || match.state == "waiting"
        switch SecretField(rawValue: match.field) ?? .unknown {
        case .clientSecret where match.state == "waiting":
            return .step(
                LeakStep(
                    action: .finish, subject: path.description,
                    because: "it is the new client_secret of a rotation that is still open",
                    command: "coffer rotate \(path) --leak --force",
                    steps: ["Give that rotation up for this leak: coffer rotate \(path) --leak --force"],
                    field: match.field))
        case .clientSecret where isInForce: return .step(try await rotation(of: path, field: match.field))
        case .clientSecret: return .step(question(path, match.field, "it was replaced here"))
        case .registrationToken where isInForce: return .step(try await rotation(of: path, field: match.field))
        case .accessToken where isInForce && match.isNarrowed:
            return .step(
                question(path, match.field, "new tokens of the account do not end one with less than all its rights"))
        case .accessToken where match.state == "waiting":
            return .step(question(path, match.field, "it came with a login that nobody has confirmed yet"))
        case .accessToken where isInForce:
            return .step(
                try await newTokens(
                    for: path, because: "whoever has the access token acts as this account until it ends",
                    field: match.field))
        case .accessToken: return .step(question(path, match.field, "another has taken its place here"))
        case .refreshToken where match.state == "waiting": return .step(Self.endOfLogin(path, match.field))
        case .refreshToken where isInForce:
            return .step(
                try await newTokens(
                    for: path, because: "whoever has the refresh token mints tokens of this account",
                    field: match.field))
        case .refreshToken where match.state == "spent":
            return .note(
                "a refresh of ours has spent this refresh token; there is nothing to replace. It must not be presented to try: "
                    + "that may end the grant (RFC 9700 section 4.14.2)")
        case .applicationToken: return .step(Self.newWebhookToken(path, isInForce: isInForce))
        case .value: return .step(isInForce ? try await newValue(for: path) : Self.oldValue(path))
        case .clientKey, .certificateKey, .proofKey, .unknown, .refreshToken, .registrationToken:
            return .step(Self.byHand(path, match, isInForce: isInForce))
        }
    }

    private func question(_ path: CredentialPath, _ field: String, _ what: String) -> LeakStep {
        LeakStep(
            action: .ask, subject: path.description, because: "\(what); whether the provider still takes it is asked",
            command: "coffer rotate --leaked - --yes", field: field)
    }

    // MARK: - Steps

    /// The rotation of an app.
    func rotation(
        of app: CredentialPath, field: String? = nil, accessTokenLeaked others: Bool = false
    ) async throws -> LeakStep {
        var step = try await rotation(
            of: app, because: "whoever has its client_secret mints new tokens, so it goes before them", field: field
        ) {
            try await keeper.previewRotation(of: app, taint: taint, accessTokenLeaked: accessTokenLeaked || others)
        }
        // What another driver does leaves it as it is.
        if field == SecretField.registrationToken.rawValue, let driver = step.rotation?.driver,
            driver != DriverTable.rfc7592
        {
            step.steps.append(Self.endOfRegistrationToken)
        }
        return step
    }

    /// The rotation of a static secret, by a person or by the program that this machine has for it.
    func newValue(for path: CredentialPath) async throws -> LeakStep {
        try await rotation(
            of: path, because: "whoever has it can use it until it is ended where it comes from",
            field: SecretField.value.rawValue
        ) {
            try await keeper.previewRotation(of: path, taint: taint)
        }
    }

    /// A rotation; one that is open is gone on with.
    private func rotation(
        of path: CredentialPath, because: String, field: String?, _ preview: () async throws -> RotationPreview
    ) async throws -> LeakStep {
        do {
            let preview = try await preview()
            return LeakStep(
                action: .rotate, subject: path.description, because: because, command: "coffer rotate \(path) --leak",
                steps: preview.operatorSteps, link: preview.operatorLink, rotation: preview,
                estimatedSeconds: preview.estimatedSeconds, field: field)
        } catch let error as KeeperError where error.code == .busy {
            return LeakStep(
                action: .finish, subject: path.description, because: error.message, command: "coffer rotate resume",
                steps: ["Finish it. If this leak is younger than that rotation: coffer rotate \(path) --leak --force"],
                field: field)
        }
    }

    /// New tokens for a connection, or its end where a refresh would leave the leaked refresh token in force.
    func newTokens(for path: CredentialPath, because: String, field: String? = nil) async throws -> LeakStep {
        let pair = try await keeper.pair(path)
        let provider = try pair.registration.provider
        let command = "coffer rotate --leak --connection \(path)"
        let keepsToken = provider.refreshTokens.rotation == .never && pair.connection.refreshToken != nil
        guard keepsToken, field != SecretField.accessToken.rawValue else {
            let isRefreshable = pair.connection.isRefreshable
            return LeakStep(
                action: .reissue, subject: path.description,
                because: isRefreshable ? because : "\(because), and there is no refresh token to replace it with",
                command: command, steps: isRefreshable ? [] : ["Connect the account again: coffer connect \(path)"],
                estimatedSeconds: ReissueEstimate(provider: provider, connectionCount: 1, appRequestCount: 0).seconds,
                field: field)
        }
        let isAsked = provider.endpoints.revocation != nil
        let end = isAsked ? [] : ["End this application's access in the account's settings at \(provider.displayName)."]
        return LeakStep(
            action: .endGrant, subject: path.description,
            because:
                "\(because), and refresh tokens of \(provider.displayName) are never replaced: the grant has to end",
            command: command, steps: end + ["Connect the account again: coffer connect \(path)"], field: field)
    }
}
