// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation

/// Looks at everything a vault rests on and says in plain words what is wrong and how to mend it.
///
/// Nothing is changed, and nothing stops it: what can't be opened is a finding, and the rest is looked at all the same.
package struct Doctor: Sendable {
    let location: VaultLocation
    let effects: KeeperEffects
    let isDumpable: Bool
    let isOffline: Bool
    let entry: @Sendable (String) -> CatalogueEntry?

    /// Prepares an examination.
    ///
    /// - Parameters:
    ///   - location: where vault and identity are.
    ///   - effects: the network and the clock.
    ///   - isDumpable: whether a crash could leave a core file, which only the program itself can say.
    ///   - isOffline: whether nothing is sent to providers.
    ///   - entry: what is known of a provider by its id; what is built in, unless told.
    package init(
        _ location: VaultLocation, effects: KeeperEffects, isDumpable: Bool, isOffline: Bool,
        entry: @escaping @Sendable (String) -> CatalogueEntry? = { ProviderCatalogue.entry(id: $0) }
    ) {
        self.location = location
        self.effects = effects
        self.isDumpable = isDumpable
        self.isOffline = isOffline
        self.entry = entry
    }

    /// Makes every check, in the order in which one would mend.
    package func examine() async -> [DoctorFinding] {
        var findings = fileFindings() + diskFindings()
        findings += await storeFindings()
        let keeper: Keeper?
        do {
            let opened = try await Keeper.open(location, effects: effects)
            findings.append(identityFinding(opened))
            keeper = opened
        } catch {
            findings.append(Self.failed("identity", error, fix: Self.identityFix(error)))
            keeper = nil
        }
        findings += await namedFolderFindings(keeper)
        let hosts = await providerHosts(keeper)
        let answers = isOffline ? [] : await ask(hosts.hosts)
        findings += providerFindings(hosts, answers)
        findings += await descriptionFindings(keeper)
        findings += await clockFindings(keeper, answers)
        return findings + processFindings()
    }

    /// The failure that an error is; what nobody foresaw is shown by its type only, as its text may hold anything.
    static func failed(_ check: String, _ error: any Error, fix: String) -> DoctorFinding {
        switch error {
        case let error as VaultError:
            .failure(check, error.message, fix: fix, code: error.code.rawValue)
        case let error as KeeperError:
            .failure(check, error.message, fix: fix, code: error.code.rawValue)
        default:
            .failure(
                check, "something went wrong that should not have (\(type(of: error)))",
                fix: "please report this as a bug of Coffer", code: "internal")
        }
    }

    private static func identityFix(_ error: any Error) -> String {
        switch (error as? VaultError)?.code {
        case .missing?: "make both with: coffer init; or name them with --vault and --identity-file"
        case .unsafePermissions?:
            "give the file to yourself alone, with chmod 600, and the folders above with chmod go-w"
        case .wrongIdentity?: "name the identity of this vault with --identity-file"
        case .invalidIdentity?: "take the identity from your copy of it, whole and on one line"
        // What went back is not damaged: its hint says what can be done.
        case .damaged?: (error as? VaultError)?.hint ?? "restore the vault from a backup"
        case .newerFormat?: "update Coffer"
        case .olderFormat?: "run: coffer upgrade"
        case .unsuitable?: "move the vault to a local disk"
        case .moved?: "name the place it was moved to with --vault or COFFER_VAULT"
        default: "see the other findings; what can't be opened is mended first"
        }
    }

    private func identityFinding(_ keeper: Keeper) -> DoctorFinding {
        let roles = keeper.vault.roles.map { "\($0.role.name) of \($0.space)" }.joined(separator: ", ")
        return .ok("identity", "\(keeper.vault.ownName) opens the vault: \(roles)")
    }
}
