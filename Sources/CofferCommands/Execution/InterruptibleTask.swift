// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Work that SIGINT, SIGTERM and SIGHUP cancel.
///
/// Cancelling ends waits and prompts. A token request that was sent is not among them: it is waited for until its pair
/// is on the disk. The second signal ends the process at once, which is as safe as a kill.
enum InterruptibleTask {
    /// Does the work, and watches signals meanwhile.
    ///
    /// - Returns: what the work returns, or `interrupted` or `terminated` if a signal came.
    static func run(
        _ context: CommandContext, _ work: @escaping @Sendable () async -> ExitStatus
    ) async -> ExitStatus {
        do { return try await value(context) { await work() } } catch let outcome as PrintedOutcome {
            return outcome.status
        } catch {
            return CommandError(error).status
        }
    }

    /// Does the work, and watches signals meanwhile; afterwards they end the process at once.
    ///
    /// - Returns: what the work returns.
    /// - Throws: what the work throws; ``PrintedOutcome`` if a signal came, which has been said.
    static func value<Value: Sendable>(
        _ context: CommandContext, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await work() }
        guard let watch = SignalWatch.begin(onFirst: { _ in task.cancel() }) else { return try await task.value }
        let result = await task.result
        guard let signal = watch.end() else { return try result.get() }
        context.diagnostics.endProgress()
        context.diagnostics.note(signal.exitStatus == .interrupted ? "interrupted" : "ended by a signal")
        throw PrintedOutcome(status: signal.exitStatus)
    }
}
