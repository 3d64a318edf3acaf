// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// What goes into a bundle: chosen by the member's spaces and the request, each token fresh enough to be worth lending.
struct BundleSelection {
    /// Everything in it: what is handed out, and the apps that the connections belong to.
    let entries: [Entry]
    /// The connections and secrets.
    let handedOut: [Entry]
    /// What stayed out.
    let leftOut: [BundleView.LeftOut]
    /// When the bundle ends: with the request's life or with the first token.
    let expiresAt: Date

    init(_ request: BundleRequest, keeper: Keeper) async throws {
        let spaces = try await keeper.vault.spaces(of: request.member)
        let wanted = try await keeper.vault.inspectAll().filter {
            spaces.contains($0.path.space) && request.includes($0.path.description)
        }
        var leftOut: [BundleView.LeftOut] = []
        for entry in wanted where entry.kind == .connection {
            do {
                _ = try await keeper.refresher.accessToken(
                    of: GrantID(entry.id.description), minimumValidity: request.life)
            } catch let error as CancellationError {
                throw error
            } catch {
                leftOut.append(.init(path: entry.path.description, reason: Self.sentence(error)))
            }
        }
        // Once more, from one state of the vault: what was refreshed, what was tainted meanwhile.
        let present = Dictionary(
            uniqueKeysWithValues: try await keeper.vault.inspectAll().map { ($0.path, $0) })
        let refused = Set(leftOut.map(\.path))
        let now = keeper.effects.now()
        var expiresAt = now + request.life / .seconds(1)
        var handedOut: [Entry] = []
        var apps: [CredentialPath: Entry] = [:]
        for path in wanted.map(\.path) where !refused.contains(path.description) {
            guard let entry = present[path] else { continue }
            switch entry.kind {
            case .app: continue
            case .secret:
                guard try await !keeper.confirmedSecret(entry).isHeld else {
                    leftOut.append(.init(path: path.description, reason: "it is on hold"))
                    continue
                }
                handedOut.append(entry)
            case .connection:
                guard let parent = path.parent, let app = present[parent] else { continue }
                let pair = try GrantPair(entry: entry, appEntry: app)
                guard !pair.isHeld, pair.connection.accessToken != nil else {
                    leftOut.append(.init(path: path.description, reason: "its token is on hold"))
                    continue
                }
                if let end = pair.connection.expiresAt { expiresAt = min(expiresAt, end) }
                handedOut.append(entry)
                apps[parent] = app
            default: leftOut.append(.init(path: path.description, reason: "it needs a newer Coffer"))
            }
        }
        self.handedOut = handedOut
        entries = handedOut + apps.values.sorted { $0.path < $1.path }
        self.leftOut = leftOut
        self.expiresAt = expiresAt
    }

    private static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as OAuthError: error.message
        case let error as KeeperError: error.message
        case let error as VaultError: error.message
        default: "its token could not be refreshed"
        }
    }
}
