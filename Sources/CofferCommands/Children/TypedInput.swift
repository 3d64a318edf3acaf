// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What is typed, on its way to a child's terminal.
struct TypedInput: Sendable {
    /// Our terminal, which passes on each key.
    let source: Int32
    /// The end of the child's terminal that is ours.
    let target: Int32

    /// Passes on what is typed, as long as there is anybody at either end.
    ///
    /// Nobody waits for it: it ends with the process.
    func run() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer {
            // Passwords are typed, too.
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            memory.deallocate()
        }
        let output = DescriptorOutput(descriptor: target, name: "the command's terminal")
        while true {
            let size = read(source, memory.baseAddress, memory.count)
            if size < 0, errno == EINTR { continue }
            guard size > 0 else { return }
            do { try output.write(UnsafeRawBufferPointer(rebasing: memory[..<size])) } catch { return }
        }
    }
}
