// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferProxy

/// What `coffer proxy` says: where it serves, on standard output too, and what its operator should know.
struct ProxyNews: Sendable {
    private let context: CommandContext
    private let path: String

    /// Tells of one proxy.
    init(_ context: CommandContext, path: String) {
        self.context = context
        self.path = path
    }

    /// Tells one thing; nobody reading it is no reason to end.
    func show(_ news: Proxy.News) {
        switch news {
        case .ready(let address):
            try? context.output.write(address + "\n")
            context.diagnostics.note("serving \(path) at \(address); stop it with Ctrl-C or SIGTERM")
        case .refused(let user):
            let name = user.map { "user \($0)" } ?? "a user that the system does not name"
            context.diagnostics.warn("a process of \(name) wanted to connect, and was refused")
        case .draining: context.diagnostics.note("ending; what was asked before is answered first")
        }
    }
}
