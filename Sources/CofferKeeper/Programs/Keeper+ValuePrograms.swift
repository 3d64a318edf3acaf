// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferDrivers
import CofferRotation
import CofferVault

extension Keeper {
    /// What replaces a static secret on this machine.
    ///
    /// - Throws: ``KeeperError`` `not_found`, `not_permitted`, `wrong_kind`, `misconfigured`.
    package func driver(ofValue path: CredentialPath) async throws -> DriverView {
        try await requireValue(path)
        let setting = try setting(ofValue: path)
        return DriverView(
            path, .value, name: setting == nil ? RotationPlan.operatorDriver : DriverTable.command, setting,
            file: effects.programs.file)
    }

    /// Sets the program that replaces a static secret on this machine, or none.
    ///
    /// - Parameters: as of ``setProgram(of:_:deadlineSeconds:keepsTwo:)``.
    /// - Returns: what replaces it now.
    /// - Throws: as ``setProgram(of:_:deadlineSeconds:keepsTwo:)``.
    package func setProgram(
        ofValue path: CredentialPath, _ command: [String]?, deadlineSeconds: Int? = nil, keepsTwo: Bool = false
    ) async throws -> DriverView {
        try await requireValue(path)
        try set(command, of: path, clientID: nil, deadlineSeconds, keepsTwo: keepsTwo)
        return try await driver(ofValue: path)
    }

    private func requireValue(_ path: CredentialPath) async throws {
        guard try await replaceable(path).entry.kind == .secret else {
            throw KeeperError(
                .wrongKind,
                "\(path) is an app, and what replaces its client_secret is set with: coffer app driver \(path)",
                path: path)
        }
    }

    /// The program that is set for a static secret on this machine; nil if none is.
    ///
    /// - Throws: ``KeeperError`` `misconfigured` where it was set for an app that was there before.
    func setting(ofValue path: CredentialPath) throws -> ProgramSetting? {
        guard let setting = try effects.programs.setting(of: path.description, in: vault.id.description) else {
            return nil
        }
        guard setting.clientID == nil else {
            throw KeeperError(
                .misconfigured,
                """
                the program of \(path) was set for an app, and \(path) is a static secret now, so that it is not used; set it \
                again with coffer rotate driver
                """, path: path)
        }
        return setting
    }

    /// The driver of a static secret; nil where this machine has no program for it.
    func valueDriver(of path: CredentialPath) throws -> ValueCommandDriver? {
        let log = effects.log
        return try setting(ofValue: path).map { setting in
            ValueCommandDriver(
                ReplacementProgram(setting, environment: effects.programs.environment), tell: { log.notice($0) })
        }
    }

    /// The driver of a static secret whose rotation has a program do it.
    ///
    /// - Throws: ``KeeperError`` `misconfigured` where this machine has none.
    func requiredValueDriver(of path: CredentialPath) throws -> ValueCommandDriver {
        guard let driver = try valueDriver(of: path) else {
            throw KeeperError(
                .misconfigured,
                """
                this rotation has a program replace the value, and none is set for \(path) on this machine: resume it where \
                one is, set one with coffer rotate driver, or do it by hand with coffer rotate resume --by-hand
                """, path: path)
        }
        return driver
    }
}
