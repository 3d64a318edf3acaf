// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferToolProtocols

/// What a binding points to, handed out for one answer.
struct BoundCredential {
    /// What a token is good for at least: tools make several requests with one.
    static let leastValidity = Duration.seconds(60)
    /// The name that goes with a token where nobody says another: GitLab wants it, and others take any
    /// (https://docs.gitlab.com/api/oauth2/#access-git-over-https-with-access-token).
    static let tokenName = "oauth2"

    /// The token, or the static secret.
    let credential: Credential
    /// Whether it is a connection's token.
    let isToken: Bool

    private let path: CredentialPath

    /// Gets it.
    ///
    /// - Parameters:
    ///   - keeper: whose vault.
    ///   - binding: what answers.
    ///   - tool: who asks.
    ///   - takesTokens: whether a token is of any use to the tool; if not, none is handed out.
    /// - Throws: ``CommandError`` `not_found` where nothing has been put yet, `wrong_kind`, `unsupported` for a token that needs a
    ///   proof with each request.
    init(_ keeper: Keeper, _ binding: Binding, for tool: String, takesTokens: Bool = true) async throws {
        path = binding.path
        switch try await keeper.boundEntry(path) {
        case .nothing: throw Self.missing(path)
        case .connection: isToken = true
        case .secret: isToken = false
        }
        guard takesTokens || !isToken else {
            throw CommandError(
                "wrong_kind", message: "\(path) is a connection, whose tokens are nothing to \(tool)", path: path)
        }
        credential = try await keeper.credential(
            for: CredentialRequest(path: path, minimumValidity: Self.leastValidity))
        guard !credential.needsProof else {
            throw CommandError(
                "unsupported", message: "\(tool) can't sign the proof that each request with this token needs",
                path: path)
        }
    }

    /// Says that nothing has been put where a binding points to.
    static func missing(_ path: CredentialPath) -> CommandError {
        CommandError("not_found", message: "there is no \(path) yet", path: path)
    }

    /// Reads it as a tool has it; what is wrong with it is told with the path.
    func reading<Value>(_ read: (Secret) throws -> Value) throws -> Value {
        do { return try read(credential.value) } catch let failure as ToolFailure {
            throw CommandError(failure.code.rawValue, message: failure.message, path: path)
        }
    }
}
