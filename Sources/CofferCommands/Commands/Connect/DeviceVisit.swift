// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth

/// A person's visit to the provider's page with a code, from any device that has a browser (RFC 8628).
struct DeviceVisit {
    /// What was chosen.
    let options: ConnectOptions

    /// Where to print.
    let context: CommandContext

    /// Shows the code, and waits until it was entered.
    ///
    /// - Throws: `OAuthError`; ``CommandError`` with the code `no_answer` when the code has expired or nobody is
    ///   waited for any longer.
    func find(_ path: CredentialPath, scopes: [String], _ keeper: Keeper) async throws -> FoundAccount {
        let authorization = try await keeper.beginDevice(path, scopes: scopes, resource: options.resource)
        show(authorization)
        do {
            let found = try await keeper.finishDevice(path, authorization, patience: options.timeout?.duration)
            context.diagnostics.note("the code was entered")
            return found
        } catch let error as OAuthError where error.code == .timedOut {
            throw CommandError(
                "no_answer", message: "nobody entered the code in time",
                hint: "run it again for another code", path: path)
        }
    }

    /// Shows address and code on standard error, each at the end of its line.
    private func show(_ authorization: DeviceAuthorization) {
        let diagnostics = context.diagnostics
        diagnostics.note("open this page in a browser on any device: \(authorization.verificationURI)")
        diagnostics.note("log in to the account there, and enter this code: \(authorization.userCode)")
        if let complete = authorization.verificationURIComplete {
            diagnostics.note("or open this page, which has the code in it: \(complete)")
        }
        let life = min(authorization.lifetime, options.timeout?.duration ?? authorization.lifetime)
        diagnostics.note("waiting at most \(RelativeTime.text(life)) for the code to be entered; Ctrl-C gives up")
    }
}
