// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgent
import CofferCredentials
import CofferKeeper
import CofferProxy

/// `coffer proxy`: a local way to one account's API that attaches the token.
struct ProxyCommand: AsyncParsableCommand, StopsItself {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Pass requests on to one account's API with its token, which their sender never sees.",
        usage: """
            coffer proxy --connection <path> [--socket <file>]
            coffer proxy --connection <path> --listen 127.0.0.1:<port> --bearer-file <file>
            """,
        discussion: """
            It attaches the token, has a refused one replaced and sends again, waits for room under the API's limits, stops when the \
            account is blocked, and leads to the account's own host alone. The socket is for processes of this user; what comes by \
            TCP shows the bearer that is written into the file (0600). No request of a browser is passed on. It stays in the \
            foreground and ends with SIGTERM or SIGINT. docs/proxy.md has the rest.

              coffer proxy --connection main/amocrm/acme
              curl --unix-socket $XDG_RUNTIME_DIR/coffer/proxy/main+amocrm+acme.sock http://acme/api/v4/account

              coffer proxy --connection main/amocrm/acme --listen 127.0.0.1:8099 --bearer-file ./bearer
              printf 'Authorization: Bearer %s' "$(cat ./bearer)" | curl -H @- http://127.0.0.1:8099/api/v4/account
            """)

    /// The connection.
    @Option(help: ArgumentHelp("The connection whose API it leads to, as main/amocrm/acme.", valueName: "path"))
    var connection: String

    /// The socket.
    @Option(
        help: ArgumentHelp(
            "The socket; its folder must be this user's and closed to others (0700).", valueName: "file"),
        completion: .file())
    var socket: String?

    /// The port.
    @Option(
        help: ArgumentHelp(
            "A port of this machine in the socket's place: 127.0.0.1:8099, [::1]:8099; port 0 takes a free one.",
            valueName: "address"))
    var listen: String?

    /// Where the bearer goes.
    @Option(
        help: ArgumentHelp("Where the bearer for --listen is written, made anew each time.", valueName: "file"),
        completion: .file())
    var bearerFile: String?

    /// The API of a vendor that has one host for all accounts.
    @Option(
        help: ArgumentHelp(
            "The API's host, where accounts have none of their own: https://api.example.com.", valueName: "url"))
    var origin: String?

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Refuses two doors, half of one, and an address that is not this machine's.
    func validate() throws {
        if socket != nil, listen != nil { throw ValidationError("--socket and --listen exclude each other") }
        guard (listen == nil) == (bearerFile == nil) else {
            throw ValidationError("--listen and --bearer-file go together")
        }
        if let listen, ProxyDoor.LoopbackAddress(listen) == nil {
            throw ValidationError("--listen is 127.0.0.1:PORT or [::1]:PORT")
        }
    }

    /// Serves until a signal comes.
    func run() async throws {
        let path = try CredentialPath(connection)
        let context = CommandContext.current
        // Taken before anybody is asked for a passphrase in vain.
        let claimed = try listen == nil ? claim(path, context) : nil
        try await options.withKeeper(because: "proxy") { keeper, context in
            let place = try await keeper.accountPlace(of: path)
            let account = ProxyAccount(
                path: path, providerID: place.providerID, host: place.host,
                certificateAuthorityPEM: place.certificateAuthorityPEM, origin: origin)
            let bearer = bearerFile.map { BearerFile(at: $0) }
            defer { bearer?.remove() }
            let shown = ProxyNews(context, path: path.description)
            // Whoever stops reading standard error stops no answer and no end.
            context.diagnostics.detach()
            let proxy = Proxy(
                to: account, at: try door(claimed, bearer), credentials: VaultCredentialProvider(of: keeper),
                whenListening: { try bearer?.write() }, tell: { shown.show($0) })
            let result: Result<Void, any Error>
            do { result = .success(try await proxy.run()) } catch { result = .failure(error) }
            // How often the token was handed out is recorded.
            await keeper.close()
            try result.get()
        }
    }

    private func claim(_ path: CredentialPath, _ context: CommandContext) throws -> AgentSocket {
        try AgentSocket(
            claiming: VaultLocation.proxySocket(context.environment, for: path, named: socket),
            for: "an agent or a proxy")
    }

    private func door(_ claimed: AgentSocket?, _ bearer: BearerFile?) throws -> ProxyDoor {
        if let claimed { return .socket(claimed) }
        guard let address = listen.flatMap({ ProxyDoor.LoopbackAddress($0) }), let bearer else {
            throw CommandError("usage", message: "--listen and --bearer-file go together")
        }
        return .loopback(address, bearer: bearer.bearer)
    }
}
