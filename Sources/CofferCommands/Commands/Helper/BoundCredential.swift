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

    private init(_ credential: Credential, isToken: Bool) {
        self.credential = credential
        self.isToken = isToken
        path = credential.path
    }

    /// Gets it.
    ///
    /// - Parameters:
    ///   - source: who hands it out.
    ///   - binding: what answers.
    ///   - tool: who asks.
    ///   - takesTokens: whether a token is of any use to the tool; if not, none is handed out.
    /// - Throws: ``CommandError`` `not_found` where nothing has been put yet, `wrong_kind`, `unsupported` for a token that needs a
    ///   proof with each request.
    init(_ source: BoundSource, _ binding: Binding, for tool: String, takesTokens: Bool = true) async throws {
        guard let found = try await Self.find(source, binding, for: tool, takesTokens: takesTokens) else {
            throw Self.missing(binding.path)
        }
        self = found
    }

    /// Gets it; nil where nothing has been put yet.
    ///
    /// - Throws: as ``init(_:_:for:takesTokens:)``.
    static func find(
        _ source: BoundSource, _ binding: Binding, for tool: String, takesTokens: Bool = true
    ) async throws -> BoundCredential? {
        let path = binding.path
        switch try await source.value(at: path, takesTokens: takesTokens) {
        case .nothing: return nil
        case .withheld:
            throw CommandError(
                "wrong_kind", message: "\(path) is a connection, whose tokens are nothing to \(tool)", path: path)
        case .secret(let credential): return BoundCredential(credential, isToken: false)
        case .token(let credential):
            guard !needsProof(credential) else {
                throw CommandError(
                    "unsupported", message: "\(tool) can't sign the proof that each request with this token needs",
                    path: path)
            }
            return BoundCredential(credential, isToken: true)
        }
    }

    /// Whether a token alone is refused (RFC 9449); what comes from the agent has nothing that signs, and its type says so.
    static func needsProof(_ credential: Credential) -> Bool {
        credential.needsProof || credential.tokenType?.lowercased() == "dpop"
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
