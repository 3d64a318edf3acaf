// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox

/// Where a running sandbox is.
struct SandboxSummary {
    /// What its file says.
    private let file: SandboxFile

    /// Where its files lie.
    private let folder: String

    /// Takes a running sandbox's file.
    init(_ file: SandboxFile, folder: String) {
        self.file = file
        self.folder = folder
    }

    /// The facts; the client's secret is in `sandbox.json` and not among them.
    var text: String {
        FactSheet(
            [
                ("sandbox", file.baseURL), ("provider", file.provider.rawValue), ("consent", file.authorizationURL),
                ("operator", file.operatorURL),
                ("client id", file.clientID), ("redirect uri", file.redirectURI),
                ("ca file", file.caFile),
                ("settings", "\(folder)/sandbox.json"),
            ]
                + file.accounts.map { account in
                    ("account", account.host.map { "\(account.name) at \($0)" } ?? account.name)
                }
        ).text
    }
}
