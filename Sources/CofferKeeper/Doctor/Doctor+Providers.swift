// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Doctor {
    /// Where the apps ask for tokens, as far as this identity can tell.
    struct Hosts: Sendable {
        var hosts: [ProviderHost] = []
        /// Why the rest is not asked.
        var gaps: [String] = []
    }

    /// The longest that one host is waited for (`contracts.md`: connections).
    private static let deadline = Duration.seconds(5)

    /// Every host that an app's secret would be sent to, each once.
    func providerHosts(_ keeper: Keeper?) async -> Hosts {
        guard let keeper else { return Hosts(gaps: ["the vault does not open, so no app is known"]) }
        do {
            return try Self.hosts(of: try await keeper.vault.inspectAll())
        } catch {
            return Hosts(gaps: ["the apps can't be read; see the vault's other findings"])
        }
    }

    private static func hosts(of entries: [Entry]) throws -> Hosts {
        var found = Hosts()
        let connections = entries.filter { $0.kind == .connection }
        for app in entries where app.kind == .app {
            guard let registration = try AppRecord(app).registration else {
                found.gaps.append("this identity may not see where \(app.path) asks for tokens")
                continue
            }
            let rule = HostRule(registration.provider, trust: registration.trust)
            let endpoint = registration.provider.endpoints.token
            let below = try connections.filter { $0.path.parent == app.path }
                .map { try ConnectionRecord($0).accountHost }
            // An endpoint on the account's host has as many hosts as accounts; another has one.
            let places = endpoint.needsAccountHost ? Set(below.compactMap(\.self)).sorted().map(Optional.some) : [nil]
            if places.isEmpty { found.gaps.append("\(app.path) has no account yet, and with it no host to ask") }
            for place in places {
                guard let approved = try? rule.approve(endpoint, accountHost: place),
                    let root = try? rule.approve("\(approved.url.scheme)://\(approved.url.authority)/")
                else {
                    found.gaps.append("the description of \(app.path) names a host that it does not allow")
                    continue
                }
                found.add(ProviderHost(destination: root, trust: registration.trust, apps: [app.path.description]))
            }
        }
        return found
    }

    /// Asks every host at once for nothing in particular; no secret, no path, nothing that counts as a token request.
    func ask(_ hosts: [ProviderHost]) async -> [ProviderAnswer] {
        let (transport, now) = (effects.transport, effects.now)
        return await withTaskGroup(of: (Int, ProviderAnswer).self) { group in
            for (index, host) in hosts.enumerated() {
                group.addTask { (index, await Self.ask(host, over: transport, now)) }
            }
            var answers: [(Int, ProviderAnswer)] = []
            for await answer in group { answers.append(answer) }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func ask(
        _ host: ProviderHost, over transport: any HTTPTransport, _ now: @Sendable () -> Date
    ) async -> ProviderAnswer {
        let request = HTTPMessage(.head, host.destination, trust: host.trust)
        switch await transport.send(request, deadline: deadline) {
        case .answered(let answer):
            let theirs = answer.header("date").flatMap(HTTPDate.read)
            return ProviderAnswer(host: host, failure: nil, clockAhead: theirs?.timeIntervalSince(now()))
        case .notSent(let failure), .lost(let failure):
            return ProviderAnswer(host: host, failure: failure.message, clockAhead: nil)
        }
    }

    func providerFindings(_ hosts: Hosts, _ answers: [ProviderAnswer]) -> [DoctorFinding] {
        let gaps = hosts.gaps.map { DoctorFinding.skipped("provider", $0) }
        if isOffline, !hosts.hosts.isEmpty {
            let names = hosts.hosts.map(\.name).joined(separator: ", ")
            return [.skipped("provider", "not asked, as --offline says: \(names)")] + gaps
        }
        guard !answers.isEmpty else {
            return gaps.isEmpty ? [.skipped("provider", "there is no app whose provider could be asked")] : gaps
        }
        return answers.map(Self.finding) + gaps
    }

    private static func finding(_ answer: ProviderAnswer) -> DoctorFinding {
        let apps = answer.host.apps.joined(separator: ", ")
        guard let failure = answer.failure else {
            return .ok("provider", "\(answer.host.name) answers (\(apps))")
        }
        return .failure(
            "provider", "\(answer.host.name) does not answer (\(apps)): \(failure)",
            fix: "look at the network, the name and the certificate: curl -sI https://\(answer.host.name)/",
            code: "unreachable")
    }
}

extension Doctor.Hosts {
    fileprivate mutating func add(_ host: ProviderHost) {
        if let known = hosts.firstIndex(where: {
            $0.name == host.name && $0.trust == host.trust && $0.destination.url.scheme == host.destination.url.scheme
        }) {
            hosts[known].apps += host.apps.filter { !hosts[known].apps.contains($0) }
        } else {
            hosts.append(host)
        }
    }
}
