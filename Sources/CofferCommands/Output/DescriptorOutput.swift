// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A descriptor of the process that is written to: standard output, standard error.
///
/// Everything goes out with write(2) at once, nothing is buffered: a secret leaves no copy, and
/// each failure is seen by whoever caused it.
struct DescriptorOutput: OutputDevice {
    /// Standard output.
    static let standard = DescriptorOutput(descriptor: STDOUT_FILENO, name: "standard output")

    /// Standard error.
    static let error = DescriptorOutput(descriptor: STDERR_FILENO, name: "standard error")

    /// The descriptor, which somebody else owns.
    private let descriptor: Int32

    /// What errors call it.
    private let name: String

    /// How long a reader that has stopped reading is waited for.
    private let patience: Duration

    /// Writes to a descriptor that somebody else owns.
    ///
    /// - Parameters:
    ///   - descriptor: the descriptor.
    ///   - name: what errors call it.
    ///   - patience: how long a reader is waited for on a descriptor that does not block. On one
    ///     that does, the kernel waits as long as the reader lives, as for every program in a pipe.
    init(descriptor: Int32, name: String, patience: Duration = .seconds(60)) {
        self.descriptor = descriptor
        self.name = name
        self.patience = patience
    }

    /// Whether a person reads it on a terminal.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// How many columns the terminal has; absent where there is none.
    var columnCount: Int? { windowSize.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil } }

    /// How many rows the terminal has; absent where there is none.
    var rowCount: Int? { windowSize.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

    /// As tty_ioctl(4) has it: a terminal that does not know its size says 0.
    private var windowSize: winsize? {
        var size = winsize()
        guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
        return size
    }

    /// Writes all of the bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            #if canImport(Darwin)
            let count = Darwin.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            #elseif canImport(Musl)
            let count = Musl.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            #else
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            #endif
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                try awaitRoom()
            } else if errno != EINTR {
                throw failure(errno)
            }
        }
    }

    /// Brings a file to the disk, because a full disk or a quota may only show then (fsync(2)).
    func finish() throws(CommandError) {
        while fsync(descriptor) != 0 {
            // Pipes and terminals have no fsync (EINVAL), nor have some file systems; what they took is then as safe as it
            // gets. Asked of the call itself and not of fstat(2): the compiler finds `stat` in one module or another.
            if [EINVAL, EROFS, ENOTSUP, EBADF].contains(errno) { return }
            if errno != EINTR { throw failure(errno) }
        }
    }

    /// Waits until a descriptor that does not block has room.
    private func awaitRoom() throws(CommandError) {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let milliseconds = Int32(clamping: Int64(patience / .milliseconds(1)))
        switch poll(&wanted, 1, milliseconds) {
        case 0:
            throw CommandError("input_output", message: "nobody reads \(name)")
        case -1 where errno != EINTR:
            throw failure(errno)
        default:
            return
        }
    }

    /// The error for a number of errno.
    private func failure(_ number: Int32) -> CommandError {
        switch number {
        case EPIPE:
            CommandError("closed_pipe", message: "\(name) was closed before everything was written")
        case ENOSPC, EDQUOT:
            CommandError("disk_full", message: "the disk or the quota is full, so \(name) could not be written")
        case EFBIG, EROFS, EACCES, EPERM:
            CommandError("cannot_write", message: "\(name) could not be written: \(SystemMessage.text(number))")
        default:
            CommandError("input_output", message: "\(name) could not be written: \(SystemMessage.text(number))")
        }
    }
}
