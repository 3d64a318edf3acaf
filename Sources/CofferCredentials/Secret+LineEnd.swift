// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Secret {
    /// The secret without the one LF or CRLF at its end, which is the terminal's, the shell's or a file's.
    package var withoutLineEnd: Secret {
        withExposedBytes { bytes in
            guard bytes.last == 0x0A else { return self }
            let line = bytes.dropLast()
            return Secret(bytes: line.last == 0x0D ? line.dropLast() : line)
        }
    }
}
