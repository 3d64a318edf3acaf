// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A text of any kind, with references in it: `{{ coffer://PATH#FIELD }}`.
///
/// ```
/// template   = *( octet / mark )
/// mark       = "{{" *blank reference *blank "}}"     ; on one line
/// reference  = "coffer://" 1*visible                 ; visible ASCII
/// blank      = SP / HTAB
/// ```
///
/// Everything else stays as it is, byte for byte: other uses of `{{ … }}` too, and bytes that are no text.
package struct Template: Sendable {
    /// A reference in the text.
    package struct Mark: Sendable, Equatable {
        /// What stands between the braces: `coffer://main/key`.
        package let reference: String
        /// The line, counted from 1.
        package let line: Int
        /// Where it stands, braces included.
        let range: Range<Int>
    }

    /// The references, in order.
    package let marks: [Mark]

    /// The first line that has a reference without braces, which stays as it stands.
    package let bareLine: Int?

    private let contents: Secret

    /// Reads a template.
    ///
    /// - Throws: ``TemplateFault`` for a mark that is not closed, or holds what no reference has.
    package init(_ contents: Secret) throws(TemplateFault) {
        let found = try contents.withExposedBytes { TemplateScan.run($0) }.get()
        self.contents = contents
        marks = found.marks
        bareLine = found.bareLine
    }

    /// How many bytes there are without the marks.
    package var byteCountBesides: Int { contents.byteCount - marks.reduce(0) { $0 + $1.range.count } }

    /// The text with something in each mark's place.
    ///
    /// - Parameter values: as many as there are marks.
    /// - Returns: the whole text.
    package func filled(_ values: [Secret]) -> Secret {
        precondition(values.count == marks.count, "each mark has its value")
        return contents.withExposedBytes { bytes in
            Secret.written { text in
                var start = 0
                for (mark, value) in zip(marks, values) {
                    text.append(UnsafeRawBufferPointer(rebasing: bytes[start..<mark.range.lowerBound]))
                    text.append(value)
                    start = mark.range.upperBound
                }
                text.append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
            }
        }
    }
}
