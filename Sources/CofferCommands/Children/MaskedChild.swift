// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferMasking
import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A child whose output is masked, from its start to its end.
struct MaskedChild: Sendable {
    /// The program's file, and what it is called with.
    let file: String
    let arguments: [String]
    let environment: CStrings
    let mask: SecretMask

    /// How it ended.
    struct End: Sendable {
        /// Its exit status, or 128 and the signal's number.
        let status: Int32
        /// What its outputs had to say.
        let outputs: [MaskedOutput.End]

        /// Ends this process as the child ended.
        func endLikewise() -> Never {
            let failure = outputs.compactMap(\.failure).first
            exit(status == 0 ? failure?.status.rawValue ?? 0 : status)
        }
    }

    /// Where threads wait that neither tasks nor other work may wait for.
    private static let queue = DispatchQueue(label: "coffer.child", attributes: .concurrent)

    /// Runs it, passes on signals, and waits for its end and that of its output.
    ///
    /// - Throws: ``CommandError`` if it can't be started.
    func run() async throws -> End {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async { continuation.resume(with: Result { try runHere() }) }
        }
    }

    private func runHere() throws -> End {
        let inbox = try SignalInbox()
        let ended = try WakePipe()
        let place = ChildPlace()
        let terminal = try place.openTerminal()
        var outputs: [MaskedOutput] = []
        var theirs: [Int32] = []
        var streams: [StartedChild.Stream] = []
        streams.append(place.isTyped ? terminal.map { .terminal($0.name) } ?? .inherited : .inherited)
        for (descriptor, name) in [(STDOUT_FILENO, "standard output"), (STDERR_FILENO, "standard error")] {
            let target = DescriptorOutput(descriptor: descriptor, name: name)
            if let terminal, place.isOnOwnTerminal(descriptor) {
                streams.append(.terminal(terminal.name))
                // Both are one terminal: what comes out goes to the first.
                guard descriptor == STDOUT_FILENO else { continue }
                outputs.append(MaskedOutput(source: terminal.master, target: target, mask: mask, childEnded: ended))
            } else {
                let (ours, theirEnd) = try WakePipe.ends()
                theirs.append(theirEnd)
                streams.append(.pipe(theirEnd))
                outputs.append(MaskedOutput(source: ours, target: target, mask: mask, childEnded: ended))
            }
        }
        let child = try StartedChild(
            file, arguments, environment: environment, streams: streams, staysInGroup: place.kind == .besideUs)
        for end in theirs { close(end) }
        place.passKeysOn()
        let done = DispatchGroup()
        let ends = OutputEnds()
        for output in outputs { Self.queue.async(group: done) { ends.append(output.run()) } }
        if place.isTyped, let terminal {
            let typed = TypedInput(source: STDIN_FILENO, target: terminal.master)
            Self.queue.async { typed.run() }
        }
        let status = follow(child, inbox, place, terminal)
        terminal?.leaveToChild()
        ended.wake()
        // With its own settings our terminal would change what is still to be shown, and a signal would leave it without them.
        if !place.isTyped { inbox.end() }
        done.wait()
        place.restore()
        return End(status: status, outputs: ends.all)
    }

    /// Passes on signals until the child has ended.
    ///
    /// - Returns: its exit status.
    private func follow(
        _ child: StartedChild, _ inbox: SignalInbox, _ place: ChildPlace, _ terminal: ChildTerminal?
    ) -> Int32 {
        while true {
            var wanted = pollfd(fd: inbox.arrivals.readEnd, events: Int16(POLLIN), revents: 0)
            _ = poll(&wanted, 1, -1)
            while let byte = inbox.arrivals.take() {
                let signal = Int32(byte)
                switch signal {
                case SIGCHLD:
                    switch child.state() {
                    case .ended(let status): return status
                    case .stopped:
                        // By the keyboard's key, as the job of a shell: so are we, until the shell lets all of us go on.
                        if place.kind == .besideUs { raise(SIGSTOP) }
                    case .runs: break
                    }
                case SIGCONT:
                    place.passKeysOn()
                    child.send(SIGCONT)
                case SIGWINCH where terminal != nil:
                    // The child's terminal tells it.
                    terminal?.takeSize(of: STDOUT_FILENO)
                default:
                    if !place.hasReachedChild(signal) { child.send(signal) }
                }
            }
        }
    }
}
