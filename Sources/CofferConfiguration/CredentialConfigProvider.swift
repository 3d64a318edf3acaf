// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials
public import Configuration
import Foundation
import Synchronization

/// Credentials as configuration: for programs that read their secrets through swift-configuration.
///
/// ```swift
/// let secrets = try await CredentialConfigProvider(vault, keys: ["crm.token": CredentialPath("main/amocrm/acme")])
/// let config = ConfigReader(providers: [EnvironmentVariablesProvider(), secrets])
/// let token = try await config.fetchRequiredString(forKey: "crm.token")
/// ```
///
/// - Every value is marked secret, so that access logs and descriptions show `<REDACTED>`.
/// - *Fetching* asks the credentials' provider each time: right for access tokens.
/// - *Getting* can't wait. It gives what was last fetched, and fails once that has expired: never a token that is over.
/// - *Watching* asks again at an interval, for as long as the caller's closure runs, and tells of each new value and of each
///   failure. A snapshot goes on giving what works; once that is over, what is got from it fails with the reason.
/// - Which key belongs to which path is said outright. What is not said here is the next provider's.
///
/// A `ConfigValue` holds an ordinary string, which is not wiped from memory when it goes, unlike a `Secret`.
public final class CredentialConfigProvider: ConfigProvider {
    private let credentials: any CredentialProvider
    private let paths: [[String]: CredentialPath]
    private let pollInterval: Duration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let known = Mutex<[CredentialPath: KnownCredential]>([:])

    /// How often a credential is asked for at most while it is watched: once a second, as a shorter interval would ask without
    /// a pause.
    private static let shortestPollInterval = Duration.seconds(1)

    /// Fetches each credential once, so that synchronous reading has something to give.
    ///
    /// - Parameters:
    ///   - credentials: whom to ask.
    ///   - keys: the path of each key; a key's context is not looked at.
    ///   - pollInterval: how often those who watch a value ask again; 30 s, well inside the soft window of any token; 1 s at
    ///     least.
    /// - Throws: ``CofferCredentials/CredentialError`` of the first credential that can't be had, except `not_found`:
    ///   that leaves the key to the next provider.
    public convenience init(
        _ credentials: any CredentialProvider, keys: [ConfigKey: CredentialPath], pollInterval: Duration = .seconds(30)
    ) async throws {
        try await self.init(
            credentials, keys: keys, pollInterval: pollInterval, clock: ContinuousClock(), now: { Date() })
    }

    init(
        _ credentials: any CredentialProvider, keys: [ConfigKey: CredentialPath], pollInterval: Duration,
        clock: any Clock<Duration>, now: @escaping @Sendable () -> Date
    ) async throws {
        self.credentials = credentials
        self.pollInterval = max(pollInterval, Self.shortestPollInterval)
        self.clock = clock
        self.now = now
        paths = Dictionary(keys.map { ($0.key.components, $0.value) }, uniquingKeysWith: { $1 })
        for path in Set(paths.values) { _ = try await fetch(path) }
    }

    /// The name in access logs.
    public var providerName: String { "CredentialConfigProvider" }

    /// Gives what was last fetched.
    ///
    /// - Throws: ``CofferCredentials/CredentialError`` `expired` once that is over, `misconfigured` if it is not of the
    ///   type that is asked for.
    public func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        try snapshot().value(forKey: key, type: type)
    }

    /// Asks for the credential.
    ///
    /// - Throws: ``CofferCredentials/CredentialError``; with `misconfigured` if it is not of the type that is asked for.
    public func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
        guard let path = paths[key.components] else { return LookupResult(encodedKey: key.description, value: nil) }
        let credential = try await fetch(path)
        return LookupResult(encodedKey: path.description, value: try credential.map { try ConfigValue($0, as: type) })
    }

    /// Tells of the value, and of each that replaces it, until the closure returns.
    public func watchValue<Return: ~Copyable>(
        forKey key: AbsoluteConfigKey, type: ConfigType,
        updatesHandler: (ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>) async throws -> Return
    ) async throws -> Return {
        let (updates, continuation) = AsyncStream<Result<LookupResult, any Error>>
            .makeStream(bufferingPolicy: .bufferingNewest(1))
        var last: Result<LookupResult, any Error>?
        let watch = Task { [clock, pollInterval] in
            repeat {
                let found: Result<LookupResult, any Error>
                do { found = .success(try await fetchValue(forKey: key, type: type)) } catch { found = .failure(error) }
                // A failure is told each time, a value when it is another.
                if (try? found.get()) == nil || (try? last?.get()) != (try? found.get()) { continuation.yield(found) }
                last = found
            } while (try? await clock.sleep(for: pollInterval)) != nil
        }
        return try await ending(watch) { try await updatesHandler(ConfigUpdatesAsyncSequence(updates)) }
    }

    /// All that was last fetched.
    public func snapshot() -> any ConfigSnapshot {
        CredentialConfigSnapshot(providerName: providerName, paths: paths, known: known.withLock { $0 }, now: now)
    }

    /// Tells of all values, and again when one is replaced or can't be had any more, until the closure returns.
    public func watchSnapshot<Return: ~Copyable>(
        updatesHandler: (ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
    ) async throws -> Return {
        let (updates, continuation) = AsyncStream<any ConfigSnapshot>.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.yield(snapshot())
        let watch = Task { [clock, pollInterval] in
            while (try? await clock.sleep(for: pollInterval)) != nil {
                let before = known.withLock { $0 }
                // What can't be had stays as it was known, with the reason beside it.
                for path in Set(paths.values) { _ = try? await fetch(path) }
                if known.withLock({ $0 }) != before { continuation.yield(snapshot()) }
            }
        }
        return try await ending(watch) { try await updatesHandler(ConfigUpdatesAsyncSequence(updates)) }
    }

    /// Runs a body, and leaves nothing behind that goes on asking.
    private func ending<Return: ~Copyable>(
        _ watch: Task<Void, Never>, after body: () async throws -> Return
    ) async throws -> Return {
        do {
            let result = try await body()
            watch.cancel()
            await watch.value
            return result
        } catch {
            watch.cancel()
            await watch.value
            throw error
        }
    }

    /// Asks, and remembers for those who can't wait; nil where nothing is known under the path.
    private func fetch(_ path: CredentialPath) async throws -> Credential? {
        do {
            let credential = try await credentials.credential(for: CredentialRequest(path: path))
            known.withLock { $0[path] = KnownCredential(credential: credential) }
            return credential
        } catch let error as CredentialError where error.code == .notFound {
            known.withLock { $0[path] = nil }
            return nil
        } catch let error as CredentialError {
            known.withLock { $0[path, default: KnownCredential()].failure = error }
            throw error
        }
    }
}

// MARK: - CustomStringConvertible

extension CredentialConfigProvider: CustomStringConvertible {
    /// The name and how many keys there are.
    public var description: String { "CredentialConfigProvider[\(paths.count) keys]" }
}
