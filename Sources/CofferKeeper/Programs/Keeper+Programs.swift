// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferVault

extension Keeper {
    /// What replaces an app's secret on this machine.
    ///
    /// - Throws: ``KeeperError`` `not_found`, `not_permitted`, `misconfigured`.
    package func driver(of app: CredentialPath) async throws -> DriverView {
        let registration = try await programmable(app)
        return DriverView(
            app, .clientSecret, name: try driverName(of: app, registration), try setting(of: app, registration),
            try api(of: app, registration), file: effects.programs.file)
    }

    /// Sets the program that replaces an app's secret on this machine, or none.
    ///
    /// - Parameters:
    ///   - app: The app.
    ///   - command: The program's absolute path and its arguments; nil for none.
    ///   - deadlineSeconds: How long one run may take; nil for the default.
    ///   - keepsTwo: Whether it can add a secret beside the one in force, and remove one.
    /// - Returns: what replaces the secret now.
    /// - Throws: ``KeeperError`` `usage` for a command or a deadline that can't be; ``VaultError/Code/unsafePermissions``,
    ///   ``VaultError/Code/missing`` for the program's file.
    package func setProgram(
        of app: CredentialPath, _ command: [String]?, deadlineSeconds: Int? = nil, keepsTwo: Bool = false
    ) async throws -> DriverView {
        let registration = try await programmable(app)
        try set(command, of: app, clientID: registration.clientID, deadlineSeconds, keepsTwo: keepsTwo)
        return try await driver(of: app)
    }

    /// Writes the program of an app or a static secret down, once it is known to be one that can be run.
    func set(
        _ command: [String]?, of path: CredentialPath, clientID: String?, _ deadlineSeconds: Int?, keepsTwo: Bool
    ) throws {
        let setting = command.map {
            ProgramSetting(
                vault: vault.id.description, app: path.description, clientID: clientID, command: $0,
                deadlineSeconds: deadlineSeconds ?? ProgramSetting.defaultDeadline, keepsTwo: keepsTwo)
        }
        if let setting {
            guard setting.isSound else {
                throw KeeperError(
                    .usage,
                    """
                    a program is named by its absolute path, and its deadline is from \
                    \(ProgramSetting.deadlines.lowerBound) s to \(ProgramSetting.deadlines.upperBound) s
                    """, path: path)
            }
            try CheckedFile.checkProgram(setting.command[0])
        }
        try effects.programs.set(setting, of: path.description, in: vault.id.description)
    }

    /// An app that something on this machine may be set for.
    func programmable(_ app: CredentialPath) async throws -> ClientRegistration {
        guard let registration = try await replaceable(app).registration else {
            throw KeeperError(
                .wrongKind, "\(app) is a static secret, and what replaces one is set with: coffer rotate driver \(app)",
                path: app)
        }
        return registration
    }

    /// The name of the driver that a rotation would be planned with.
    ///
    /// - Throws: ``KeeperError`` `misconfigured`.
    func driverName(of app: CredentialPath, _ registration: ClientRegistration) throws -> String {
        DriverTable.name(
            for: registration, hasProgram: try effects.standIn != nil || setting(of: app, registration) != nil,
            api: try api(of: app, registration)?.kind)
    }

    /// The program that is set for an app on this machine; nil if none is.
    ///
    /// - Throws: ``KeeperError`` `misconfigured` where the app has got another client id since.
    func setting(of app: CredentialPath, _ registration: ClientRegistration) throws -> ProgramSetting? {
        guard let setting = try effects.programs.setting(of: app.description, in: vault.id.description) else {
            return nil
        }
        guard setting.clientID == registration.clientID else { throw Self.otherClient("program", of: app) }
        return setting
    }

    /// What was set for one client is not used on another.
    static func otherClient(_ what: String, of app: CredentialPath) -> KeeperError {
        KeeperError(
            .misconfigured,
            """
            the \(what) of \(app) was set for another client id than the app has now, and is not used; find out who \
            changed it (coffer audit show), then set it again with coffer app driver
            """, path: app)
    }

    /// The driver of a plan, with the program or the vendor's API that this machine has set.
    func secretDriver(
        named name: String, of app: CredentialPath, _ registration: ClientRegistration, byHand: Bool
    ) throws -> any SecretDriver {
        if byHand, name != RotationPlan.operatorDriver {
            return HandedOverDriver(DriverTable.person(for: registration))
        }
        let log = effects.log
        let setting = name == DriverTable.command ? try setting(of: app, registration) : nil
        let program: (any SecretProgram)? = setting.map {
            ReplacementProgram($0, environment: effects.programs.environment)
        }
        let table = DriverTable(
            RegistrationClient(transport: effects.transport), program: effects.standIn ?? program,
            api: try SecretAPIKind(rawValue: name) == nil ? nil : api(of: app, registration).flatMap(secretAPI),
            tell: { log.notice($0) })
        return try table.driver(named: name, for: registration)
    }
}
