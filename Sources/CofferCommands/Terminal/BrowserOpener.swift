// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Opens a page in the person's browser, if there is one; the command goes on either way.
struct BrowserOpener: Sendable {
    /// The environment: read for `PATH` and for whether there is a display.
    private let environment: [String: String]

    /// The program that opens pages.
    private let program: String

    /// Whether pages can be opened without a display.
    private let needsDisplay: Bool

    /// Hears the process id of a program that has ended and left nothing behind.
    private let ended: @Sendable (pid_t) -> Void

    /// Uses the system's program.
    ///
    /// - Parameter environment: the environment of the process.
    init(environment: [String: String]) {
        #if canImport(Darwin)
        self.init(environment: environment, program: "open", needsDisplay: false)
        #else
        self.init(environment: environment, program: "xdg-open", needsDisplay: true)
        #endif
    }

    /// Uses a program of one's own.
    ///
    /// - Parameters:
    ///   - environment: the environment of the process.
    ///   - program: its name, looked for along `PATH`.
    ///   - needsDisplay: whether it is skipped where no display is named.
    ///   - ended: hears the process id of a program that has ended and left nothing behind.
    init(
        environment: [String: String], program: String, needsDisplay: Bool,
        ended: @escaping @Sendable (pid_t) -> Void = { _ in }
    ) {
        self.ended = ended
        self.environment = environment
        self.program = program
        self.needsDisplay = needsDisplay
    }

    /// Opens a page.
    ///
    /// The URL is an argument and seen by every user of the machine; an authorization URL holds no
    /// secret (RFC 6749 §4.1.1), and with PKCE nothing that could be used (RFC 7636 §4.2).
    ///
    /// - Parameter url: a page; anything but `https` and `http` is refused.
    /// - Returns: whether the program was started. What it does then is not waited for.
    func open(_ url: String) -> Bool {
        guard url.hasPrefix("https://") || url.hasPrefix("http://"),
            url.unicodeScalars.allSatisfy(PrintableText.isPlain)
        else { return false }
        if needsDisplay, ["DISPLAY", "WAYLAND_DISPLAY"].allSatisfy({ environment[$0]?.isEmpty ?? true }) {
            return false
        }
        guard let path = try? ExecutableSearch.file(of: program, path: environment["PATH"] ?? "") else { return false }
        return spawn(path, [program, url])
    }

    /// Starts a program in a session of its own, which has nothing of ours: no descriptor, no
    /// identity, no ignored signal.
    private func spawn(_ path: String, _ arguments: [String]) -> Bool {
        OpenDescriptors.closeOnExec()
        let variables = environment.filter { !ChildEnvironment.ownKeys.contains($0.key) }.map {
            (name: $0.key, value: Secret($0.value))
        }
        let child = try? StartedChild(
            path, arguments, environment: CStrings(variables), streams: [.nothing, .nothing, .nothing],
            hasOwnSession: true)
        guard let child else { return false }
        collect(child.number)
        return true
    }

    /// Takes note of a program's end whenever it comes, so that it does not stay in the table of processes: whoever waits for
    /// any child of this process would meet it first, for ever.
    private func collect(_ process: pid_t) {
        DispatchQueue(label: "coffer.browser").async { [ended] in
            while waitpid(process, nil, 0) == -1, errno == EINTR {}
            ended(process)
        }
    }
}
