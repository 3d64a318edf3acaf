// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferKeeper
import CofferOAuth
import CofferRotation
import CofferSandbox
import Foundation

/// Everything that a drill is played with, set up, and the play itself.
struct DrillStage {
    /// How many connections are sealed at once.
    private static let batchSize = 200

    /// The space that every vault begins with.
    private static let firstSpace = "main"

    /// The sandbox's administrator (docs/sandbox.md): known to everybody, and of use nowhere else.
    private static let administrator = "sandbox-administrator"

    let subject: DrillSubject
    let standIn: StandIn
    let sandbox: Sandbox
    let hands: SandboxHands
    let folder: DrillFolder
    let transport: DrillTransport
    let clock: DrillClock?
    let now: @Sendable () -> Date
    let log: KeeperLog

    /// Sets up and plays; what was sent has landed when this returns or throws.
    func play(
        _ person: any RotationOperator, isByHand: Bool, _ tell: @escaping @Sendable (DrillNews) -> Void
    ) async throws -> RotationReport {
        let keeper = try await keeper()
        let report: Result<RotationReport, any Error>
        do {
            try await addApp(to: keeper)
            try await connect(with: keeper, tell)
            report = .success(try await rotate(keeper, person, isByHand, tell))
        } catch {
            report = .failure(error)
        }
        if Task.isCancelled { await keeper.windDown() }
        await keeper.landed()
        return try report.get()
    }

    // MARK: - The stage

    private func keeper() async throws -> Keeper {
        var effects = KeeperEffects(transport: transport, now: now, log: log)
        if let clock { effects.clock = clock }
        effects.programs = folder.programs
        if subject.preview.driver == DriverTable.command {
            effects.standIn = SandboxProgram(
                hands: hands, path: subject.app.description, keepsTwo: subject.keepsTwo)
        }
        _ = try await Keeper.initialise(folder.location, effects: effects)
        return try await Keeper.open(folder.location, effects: effects) { store in
            guard let clock else { return store }
            return DrillStore(store: store, clock: clock)
        }
    }

    private func addApp(to keeper: Keeper) async throws {
        let space = subject.app.space
        if space != Self.firstSpace { try await keeper.addSpace(space) }
        let authority = try String(contentsOfFile: sandbox.caFile, encoding: .utf8)
        var new = NewApp(clientID: sandbox.integration.clientID)
        new.certificateAuthorityPEM = authority
        new.provider = try await standIn.description(
            at: sandbox, transport, trust: TrustSettings(certificateAuthorityPEM: authority))
        guard subject.preview.driver != DriverTable.rfc7592 else {
            new.clientID = ""
            // RFC 8252 §7.3.
            new.redirectURI = "http://127.0.0.1/callback"
            _ = try await keeper.registerApp(subject.app, new, name: "Coffer (drill)")
            return
        }
        new.redirectURI = sandbox.integration.redirectURI
        new.clientSecret = Secret(sandbox.integration.clientSecret)
        _ = try await keeper.addApp(subject.app, new)
        if let vendor = SecretAPIKind(rawValue: subject.preview.driver) { try await set(vendor, keeper) }
    }

    /// Sets the vendor's API as the sandbox plays it.
    private func set(_ vendor: SecretAPIKind, _ keeper: Keeper) async throws {
        let credential = try CredentialPath("\(subject.app.space)/drill-administrator")
        _ = try await keeper.put(credential, Secret(Self.administrator))
        // The sandbox's realm of this name keeps two secrets, any other one.
        let realm = subject.keepsTwo ? "rotating" : "staff"
        let place = vendor == .keycloak ? "/admin/realms/\(realm)" : ""
        _ = try await keeper.setAPI(
            of: subject.app, vendor.rawValue, at: "\(sandbox.baseURL)/administration/\(vendor.rawValue)\(place)",
            credential: credential, keepsTwo: vendor.keepsTwo == nil && subject.keepsTwo)
    }

    /// Connects the accounts, in whole batches and past the network: that is not what is rehearsed.
    private func connect(with keeper: Keeper, _ tell: (DrillNews) -> Void) async throws {
        guard let integration = sandbox.integrations.last else { return }
        let (paths, accounts) = (subject.connections, sandbox.accounts)
        var first: Date?
        var done = 0
        while done < paths.count {
            try Task.checkCancellation()
            let batch = done..<min(done + Self.batchSize, paths.count)
            var grants: [DrillGrant] = []
            for place in batch {
                let given = sandbox.grant(accounts[place], to: integration)
                let latest = first ?? given.expiresAt
                first = latest
                grants.append(
                    DrillGrant(
                        path: paths[place], accessToken: Secret(given.accessToken),
                        refreshToken: subject.unrefreshable.contains(paths[place])
                            ? nil : Secret(given.refreshToken),
                        // Those that live longest are reissued first: so it is the order of the real plan.
                        expiresAt: latest.addingTimeInterval(Double(-place) / 1000),
                        accountID: given.accountID, accountHost: given.host))
            }
            try await keeper.plant(grants, in: subject.app)
            done = batch.upperBound
            tell(.connected(done, of: paths.count))
        }
    }

    // MARK: - The play

    private func rotate(
        _ keeper: Keeper, _ person: any RotationOperator, _ isByHand: Bool,
        _ tell: @escaping @Sendable (DrillNews) -> Void
    ) async throws -> RotationReport {
        let elapsed = ContinuousClock().stopwatch()
        let skippedBefore = clock?.skipped ?? .zero
        let id = try await keeper.openRotation(
            of: subject.app, mode: subject.preview.mode, taint: subject.preview.taint,
            accessTokenLeaked: subject.preview.accessTokenLeaked)
        var report = try await keeper.resumeRotation(
            id, operator: person, byHand: isByHand && subject.preview.driver != RotationPlan.operatorDriver
        ) { tell(.rotating($0)) }
        report.drill = DrillMark(
            standIn: standIn.kind.rawValue, provider: standIn.name, isVirtual: clock != nil, lasted: elapsed(),
            skipped: (clock?.skipped ?? .zero) - skippedBefore, isByHand: isByHand)
        return report
    }
}
