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
        let task = Task { await work() }
        guard let watch = SignalWatch.begin(onFirst: { _ in task.cancel() }) else { return await task.value }
        let status = await task.value
        guard let signal = watch.end() else { return status }
        context.diagnostics.endProgress()
        context.diagnostics.note(signal.exitStatus == .interrupted ? "interrupted" : "ended by a signal")
        return signal.exitStatus
    }
}
