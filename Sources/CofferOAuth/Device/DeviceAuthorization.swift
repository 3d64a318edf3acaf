// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What a device shows to a person who has a browser elsewhere (RFC 8628 §3.2).
package struct DeviceAuthorization: Sendable {
    /// What tokens are asked for with; never shown.
    package let deviceCode: Secret
    /// What the person enters.
    package let userCode: String
    /// Where they enter it.
    package let verificationURI: String
    /// The same with the code in it, where the server has that.
    package let verificationURIComplete: String?
    /// For how long the code is good.
    package let lifetime: Duration
    /// How long to wait between two questions.
    package let interval: Duration

    /// Puts together what a server answered.
    package init(
        deviceCode: Secret, userCode: String, verificationURI: String, verificationURIComplete: String?,
        lifetime: Duration, interval: Duration
    ) {
        self.deviceCode = deviceCode
        self.userCode = userCode
        self.verificationURI = verificationURI
        self.verificationURIComplete = verificationURIComplete
        self.lifetime = lifetime
        self.interval = interval
    }
}

extension DeviceAuthorization {
    /// The interval where the server names none: 5 s (RFC 8628 §3.2).
    static let usualInterval = 5.0
    /// What an interval may be: a server that wants none is not believed, and what is longer than a day is no number.
    private static let intervals = 1.0...86_400
    /// For how long a code is waited for at most: 30 min, twice what servers give.
    private static let lifetimes = 1.0...1800
    /// The longest address and code that are shown.
    private static let longestByteCount = 2048

    /// Reads an answer.
    ///
    /// - Returns: nothing where a part is missing, or is not fit to be shown.
    init?(_ value: JSONValue) {
        guard let deviceCode = value["device_code"]?.secret, !deviceCode.isEmpty,
            let userCode = value["user_code"]?.plainText.flatMap(AccountText.clean), !userCode.isEmpty,
            // Google answered `verification_url` before the RFC was one, and still does
            // (https://developers.google.com/identity/protocols/oauth2/limited-input-device).
            let address = (value["verification_uri"] ?? value["verification_url"]).flatMap(Self.page),
            let lifetime = value["expires_in"]?.plainText.flatMap(Double.init), lifetime > 0
        else { return nil }
        let interval = value["interval"]?.plainText.flatMap(Double.init) ?? Self.usualInterval
        self.init(
            deviceCode: deviceCode, userCode: userCode, verificationURI: address,
            verificationURIComplete: value["verification_uri_complete"].flatMap(Self.page),
            lifetime: .seconds(min(max(lifetime, Self.lifetimes.lowerBound), Self.lifetimes.upperBound)),
            interval: .seconds(min(max(interval, Self.intervals.lowerBound), Self.intervals.upperBound)))
    }

    /// An address that a person can be sent to: no secret of ours goes there, so any host will do, and nothing but
    /// visible ASCII, so that no terminal is told anything by it.
    private static func page(_ value: JSONValue) -> String? {
        guard let text = value.plainText, text.utf8.count <= longestByteCount,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = try? EndpointURL(text),
            url.isSecure || url.isLoopback
        else { return nil }
        return text
    }
}
