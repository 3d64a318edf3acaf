// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials
public import Testing

/// What every provider must do, checked against one: for the tests of a provider of one's own.
///
/// ```swift
/// @Test func `it keeps the contract`() async throws {
///     try await CredentialProviderConformance(known: path, unknown: other).check { try await makeProvider() }
/// }
/// ```
///
/// Each rule gets a provider of its own, so that none depends on what another left behind.
public struct CredentialProviderConformance: Sendable {
    /// A path that the provider has a valid credential for.
    private let known: CredentialPath

    /// A path that the provider knows nothing of.
    private let unknown: CredentialPath

    /// Says what the provider knows.
    ///
    /// - Parameters:
    ///   - known: a path that it has a valid credential for.
    ///   - unknown: a path that it knows nothing of.
    public init(known: CredentialPath, unknown: CredentialPath) {
        self.known = known
        self.unknown = unknown
    }

    /// Checks all rules and records an issue for each that is broken.
    ///
    /// - Parameters:
    ///   - sourceLocation: where issues are shown.
    ///   - makeProvider: makes a provider that has the known credential.
    /// - Throws: what making a provider throws.
    public func check(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ makeProvider: () async throws -> any CredentialProvider
    ) async throws {
        for rule in Rule.allCases {
            let provider = try await makeProvider()
            for complaint in await complaints(of: provider, about: rule) {
                Issue.record("\(rule.rawValue): \(complaint)", sourceLocation: sourceLocation)
            }
        }
    }

    /// What the provider breaks, rule by rule; empty where it keeps the contract.
    ///
    /// - Parameter makeProvider: makes a provider that has the known credential.
    /// - Returns: one sentence for each broken rule.
    /// - Throws: what making a provider throws.
    package func complaints(about makeProvider: () async throws -> any CredentialProvider) async throws -> [String] {
        var found: [String] = []
        for rule in Rule.allCases {
            let provider = try await makeProvider()
            found += await complaints(of: provider, about: rule).map { "\(rule.rawValue): \($0)" }
        }
        return found
    }
}

// MARK: - Rules

extension CredentialProviderConformance {
    /// One promise of the protocol.
    private enum Rule: String, CaseIterable {
        case handsOut = "a known path gets its credential"
        case notMine = "an unknown path gets not_found"
        case failureIsNotKept = "a failure is not kept"
        case manyAtOnce = "many may ask at once"
        case cancellation = "a cancelled caller disturbs nobody"
        case foreignReport = "a report about another's credential is ignored"
        case rejection = "a report of a rejected credential ends, and the path is still known"
    }

    /// Checks one rule.
    private func complaints(of provider: any CredentialProvider, about rule: Rule) async -> [String] {
        switch rule {
        case .handsOut:
            return await handsOut(provider)
        case .notMine:
            return await notMine(provider)
        case .failureIsNotKept:
            return await notMine(provider) + handsOut(provider) + notMine(provider)
        case .manyAtOnce:
            return await withTaskGroup(of: [String].self) { group in
                for _ in 0..<16 { group.addTask { await handsOut(provider) } }
                return await group.reduce([], +)
            }
        case .cancellation:
            let request = CredentialRequest(path: known)
            let cancelled = Task { try? await provider.credential(for: request) }
            async let other = handsOut(provider)
            cancelled.cancel()
            let complaints = await other
            // Whether the cancelled one got an answer or not: it must have ended.
            _ = await cancelled.value
            return complaints + (await handsOut(provider))
        case .foreignReport:
            await provider.report(rejected: Credential(path: unknown, value: Secret("not of this provider")))
            return await handsOut(provider) + notMine(provider)
        case .rejection:
            return await afterRejection(provider)
        }
    }

    /// The known path gets its credential.
    private func handsOut(_ provider: any CredentialProvider) async -> [String] {
        do {
            let credential = try await provider.credential(for: CredentialRequest(path: known))
            if credential.path != known { return ["the credential has the path \(credential.path)"] }
            return credential.value.isEmpty ? ["the credential is empty"] : []
        } catch {
            return ["it failed: \(error)"]
        }
    }

    /// The unknown path gets `not_found`, which names it.
    private func notMine(_ provider: any CredentialProvider) async -> [String] {
        do {
            _ = try await provider.credential(for: CredentialRequest(path: unknown))
            return ["it handed out a credential"]
        } catch let error as CredentialError where error.code == .notFound {
            return error.path == unknown ? [] : ["the error does not name the path"]
        } catch {
            return ["it failed otherwise: \(error)"]
        }
    }

    /// After a report the path is still known, whether or not a working credential can be made.
    private func afterRejection(_ provider: any CredentialProvider) async -> [String] {
        let request = CredentialRequest(path: known)
        do {
            await provider.report(rejected: try await provider.credential(for: request))
        } catch {
            return ["it failed: \(error)"]
        }
        do {
            _ = try await provider.credential(for: request)
            return []
        } catch {
            return (error as? CredentialError)?.code == .notFound ? ["the path is not known any more"] : []
        }
    }
}
