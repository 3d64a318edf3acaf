// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferDrivers
import CofferOAuth
package import CofferRotation
import CofferVault
import Foundation

extension Keeper {
    /// How long whoever opens a rotation, or removes an app, waits for another who does.
    static let openingWait = Duration.seconds(10)

    /// Opens a rotation of an app, or of a static secret: the journal's first event, and after a leak the taint with it.
    ///
    /// All of it is one commit, what is given up for it included: readers are held back as soon as there is a rotation, and none is
    /// where nothing is tainted.
    ///
    /// - Parameters:
    ///   - app: The app whose `client_secret` is replaced, or the static secret.
    ///   - mode: Whether it leaked.
    ///   - taint: What readers get meanwhile; nil for the default: `hold` where a program replaces the secret,
    ///     `serve` while a person must act, unless an access token leaked too.
    ///   - accessTokenLeaked: Whether an access token itself is known to have leaked.
    ///   - isForced: Whether one that is open is given up for this one, which takes over its freeze and what it left.
    /// - Returns: the rotation's id.
    /// - Throws: ``KeeperError`` `busy` if one is open for this app, or what a planned one would give up is a client that
    ///   connections still work with; ``RotationError`` `superseded` if it is to be given up
    ///   and another process is running it.
    package func openRotation(
        of app: CredentialPath, mode: RotationMode = .leak, taint: TaintStrength? = nil,
        accessTokenLeaked: Bool = false, isForced: Bool = false
    ) async throws -> RotationID {
        let (appEntry, registration) = try await replaceable(app)
        // Two that open at once would both find none open: the app's lock puts them in a row.
        return try await vault.withLock(appEntry.id, wait: Self.openingWait, clock: effects.clock) {
            // After a leak the taint does not wait until every entry of the vault is read.
            let plan = try await plannedRotation(
                of: app, registration, mode: mode, taint: taint, accessTokenLeaked: accessTokenLeaked,
                isListed: mode == .planned)
            let open = try await openRotations(of: app)
            guard isForced || open.isEmpty else { throw Self.busy(with: open[0]) }
            if mode == .planned, registration != nil { try await requireNoFormerClient(of: app) }
            // Nobody goes on with one that is given up for this one.
            var locks: [any StoreLock] = []
            defer { for lock in locks { lock.release() } }
            for report in open { locks.append(try await lockRotation(report)) }
            try await begin(plan, of: appEntry, givingUp: open)
            return plan.id
        }
    }

    private func begin(_ plan: RotationPlan, of entry: Entry, givingUp open: [RotationReport]) async throws {
        let journal = VaultRotationJournal(vault: vault, app: plan.app, reason: reason)
        let kind = plan.mode == .leak ? "a rotation after a leak" : "another planned rotation"
        var opening = RotationOpening(journal: journal, id: plan.id, event: event(.opened(plan)), entry: entry)
        for report in open {
            let events = try await journal.events(of: report.id)
            // It may have come to its own end before it was locked.
            guard try !RotationReport(events: events).state.isOver else { continue }
            let end = event(.abandoned(reason: Self.join("given up for \(kind), \(plan.id)", reason)))
            opening.givenUp.append(.init(id: report.id, events: events, end: end))
        }
        switch (plan.mode, plan.subject) {
        case (.planned, _): try await journal.begin(opening)
        case (.leak, .clientSecret): try await KeeperRotationSteps(keeper: self, opening: opening).taint(plan)
        case (.leak, .value): try await StaticSecretSteps(keeper: self, opening: opening).taint(plan)
        }
        for rotation in opening.givenUp { _ = try await teller { rotation.events + [rotation.end] } }
    }

    private func event(_ fact: JournalEvent.Fact) -> JournalEvent {
        JournalEvent(at: effects.now(), by: vault.ownName, fact)
    }

    /// An app that has a `client_secret` to replace.
    ///
    /// - Parameters:
    ///   - app: Which.
    ///   - found: Its entry, where that has just been read.
    /// - Returns: its entry, and what it is registered as.
    /// - Throws: ``KeeperError`` `usage` if it has none.
    func rotatable(
        _ app: CredentialPath, as found: Entry? = nil
    ) async throws -> (entry: Entry, registration: ClientRegistration) {
        try requireIssuer(app)
        let appEntry = if let found, found.kind == .app { found } else { try await entry(app, .app) }
        guard let registration = try AppRecord(appEntry).registration else { throw VaultError.damaged }
        guard registration.provider.clientAuthentication.usesSecret else {
            throw KeeperError(
                .usage, "\(app) proves who it is with a key, and a rotation replaces a client_secret; it has none",
                path: app)
        }
        return (appEntry, registration)
    }

    /// What a rotation that is opened now would do, of a static secret where there is no registration; writes nothing.
    ///
    /// Its connections are left to be looked up where it is not to be listed.
    func plannedRotation(
        of app: CredentialPath, _ registration: ClientRegistration?, mode: RotationMode, taint: TaintStrength?,
        accessTokenLeaked: Bool, isListed: Bool = true
    ) async throws -> RotationPlan {
        guard let registration else {
            return try plannedReplacement(of: app, mode: mode, taint: taint, accessTokenLeaked: accessTokenLeaked)
        }
        let name = try driverName(of: app, registration)
        let isPersons = name == RotationPlan.operatorDriver
        let strength = TaintStrength.byDefault(startsWithOperator: isPersons, accessTokenLeaked: accessTokenLeaked)
        let driver = try secretDriver(named: name, of: app, registration, byHand: false)
        return RotationPlan(
            id: RotationID(random: UInt64.random(in: .min ... .max)), app: app, mode: mode,
            taint: mode == .leak ? taint ?? strength : nil, driver: name,
            // After a leak a person does both in one go: every minute counts.
            overlaps: driver.overlaps(registration) && (mode == .planned || !isPersons),
            connections: isListed ? try await connections(of: app, mode: mode) : [], isListed: isListed,
            openedBy: vault.ownName)
    }

    private func connections(of app: CredentialPath, mode: RotationMode) async throws -> [CredentialPath] {
        let found = try await connections(of: app, in: mode)
        return try mostExposedFirst(
            found.filter { try mode == .leak || ConnectionRecord.known($0)?.state != .retired })
    }

    /// The connections of an app, as they lie in the vault.
    func connections(of app: CredentialPath) async throws -> [Entry] {
        try await vault.inspectAll().filter { $0.isConnection(of: app) }
    }

    /// Goes on with a rotation until it is closed, waits for a person, or stops.
    ///
    /// - Parameters:
    ///   - id: Which; nil for the only one that is open.
    ///   - person: The operator.
    ///   - byHand: Whether a person does what the plan's driver was to do, from here on.
    ///   - withoutAnswers: Whether it goes on where the provider answers nothing.
    ///   - progress: Hears of each step.
    /// - Returns: the report as it stands.
    /// - Throws: ``RotationError`` `superseded` if another process is running it.
    package func resumeRotation(
        _ id: RotationID? = nil, operator person: any RotationOperator, byHand: Bool = false,
        withoutAnswers: Bool = false,
        progress: @escaping @Sendable (RotationProgress) -> Void = { _ in }
    ) async throws -> RotationReport {
        let report = try Self.choose(id, among: try await rotations(with: id))
        try requireIssuer(report.app)
        let lock = try await lockRotation(report)
        defer { lock.release() }
        let journal = VaultRotationJournal(vault: vault, app: report.app)
        let teller = try await teller { try await journal.events(of: report.id) }
        return try await runner(
            of: report.app, report.subject, operator: person, byHand: byHand, withoutAnswers: withoutAnswers
        ) { news in
            progress(news)
            if case .recorded(let event, _, _) = news { teller?.take(event) }
        }.run(report.id)
    }

    /// One process runs a rotation at a time; another is told at once.
    private func lockRotation(_ report: RotationReport) async throws -> any StoreLock {
        guard let lock = try await vault.tryLock(VaultRotationJournal.entryID(report.id)) else {
            throw RotationError(
                .superseded,
                "another process is running rotation \(report.id) of \(report.app); see: coffer rotate list")
        }
        return lock
    }

    private static func choose(_ id: RotationID?, among known: [RotationReport]) throws -> RotationReport {
        if let id {
            guard let report = known.first(where: { $0.id == id }) else {
                throw RotationError(.notFound, "there is no rotation \(id)")
            }
            return report
        }
        let open = known.filter { !$0.state.isOver }
        guard let only = open.first else { throw RotationError(.notFound, "no rotation is open") }
        guard open.count == 1 else {
            let ids = open.map(\.id.description).joined(separator: ", ")
            throw KeeperError(.usage, "several rotations are open; name one of them: \(ids)")
        }
        return only
    }

    /// Every rotation, oldest first within a space; one that only a newer program knows is left out with a warning.
    ///
    /// - Parameters:
    ///   - wanted: The one that must not be left out.
    ///   - isConfirmed: Whether those that are missing are looked for; whoever does not calls ``confirmJournals(for:)``.
    /// - Returns: their reports.
    /// - Throws: ``RotationError`` `newer_format` for that one; what ``confirmJournals(for:)`` throws.
    package func rotations(
        with wanted: RotationID? = nil, isConfirmed: Bool = true
    ) async throws -> [RotationReport] {
        if isConfirmed { try await confirmJournals(for: wanted) }
        var reports: [RotationReport] = []
        for (space, entryID) in try await vault.journals() {
            let journal = VaultRotationJournal(vault: vault, app: try CredentialPath("\(space)/journal"))
            let id = try VaultRotationJournal.rotationID(entryID)
            do {
                reports.append(try RotationReport(events: try await journal.events(of: id)))
            } catch let error as RotationError where error.code == .newer && id != wanted {
                effects.log.warning("rotation \(id) is left out: \(error.message)")
            }
        }
        return reports
    }

    /// The report of one rotation, or of the newest.
    ///
    /// - Throws: ``RotationError`` `not_found`.
    package func rotation(_ id: RotationID?) async throws -> RotationReport {
        let known = try await rotations(with: id)
        let newest = known.max { $0.openedAt < $1.openedAt }
        guard let report = try id.map({ try Self.choose($0, among: known) }) ?? newest else {
            throw RotationError(.notFound, "there has been no rotation")
        }
        return report
    }

    /// - Throws: ``KeeperError`` `busy` if a rotation of the app is open.
    func requireNoOpenRotation(of app: CredentialPath) async throws {
        if let open = try await openRotations(of: app).first { throw Self.busy(with: open) }
    }

    private static func busy(with open: RotationReport) -> KeeperError {
        KeeperError(
            .busy, "rotation \(open.id) of \(open.app) is open; go on with it: coffer rotate resume \(open.id)",
            path: open.app)
    }

    /// The rotations of an app that are not over; one, but for kills and force.
    func openRotations(of app: CredentialPath) async throws -> [RotationReport] {
        let journal = VaultRotationJournal(vault: vault, app: app)
        var open: [RotationReport] = []
        // What can't be read of another app's rotation keeps nobody from this one, and how long it is does not matter.
        for id in try await journal.candidates() {
            let report = try RotationReport(events: try await journal.events(of: id))
            if report.app == app, !report.state.isOver { open.append(report) }
        }
        return open
    }

    private func runner(
        of app: CredentialPath, _ subject: RotationSubject, operator person: any RotationOperator, byHand: Bool = false,
        withoutAnswers: Bool = false,
        progress: @escaping @Sendable (RotationProgress) -> Void
    ) -> RotationRunner {
        let clock = effects.clock
        let steps: any RotationSteps =
            switch subject {
            case .clientSecret: KeeperRotationSteps(keeper: self, byHand: byHand, withoutAnswers: withoutAnswers)
            case .value: StaticSecretSteps(keeper: self, byHand: byHand)
            }
        return RotationRunner(
            journal: VaultRotationJournal(vault: vault, app: app, reason: reason),
            steps: steps,
            operator: person, name: vault.ownName,
            effects: RotationEffects(
                now: effects.now, pause: { try await clock.sleep(for: $0) }, progress: progress))
    }

    /// The longer a leaked token still lives, the more a thief can do with it.
    func mostExposedFirst(_ entries: [Entry]) throws -> [CredentialPath] {
        var exposed: [(path: CredentialPath, until: Date)] = []
        for entry in entries {
            exposed.append((entry.path, try ConnectionRecord.known(entry)?.expiresAt ?? .distantFuture))
        }
        exposed.sort { left, right in left.until == right.until ? left.path < right.path : left.until > right.until }
        return exposed.map(\.path)
    }
}
