// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The text form of a pin, for those who must be told which manifest to trust: after an owner was removed,
/// and in `COFFER_PIN` for jobs that keep no record.
///
/// ```
/// coffer-pin-1 ‖ base64url( vault id 16 ‖ epoch u64 ‖ manifest hash 32 ‖ check 4 )
/// ```
///
/// Nobody signed it: whoever takes it over trusts the way it came.
package struct PinText: Sendable, Equatable {
    /// What the text starts with.
    package static let prefix = "coffer-pin-1"
    private static let form = CheckedText(prefix: prefix, name: "a pin")

    /// The pin.
    package let pin: Pin

    /// The text of a pin.
    package init(_ pin: Pin) {
        self.pin = pin
    }

    /// Reads the text; white space around it is ignored.
    ///
    /// - Throws: ``VaultError/Code/invalidIdentity``.
    package init(reading text: String) throws(VaultError) {
        let payload = try Self.form.read(text)
        do { pin = try Pin(decoding: payload) } catch { throw Self.form.refused }
    }

    /// The text, one line without an end of line.
    package func written() throws(VaultError) -> String {
        try Self.form.write(pin.encoded)
    }
}
