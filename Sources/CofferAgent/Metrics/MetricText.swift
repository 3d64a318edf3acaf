// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Writes metrics in the text format that Prometheus reads, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricText {
    /// The kinds of metrics.
    enum Kind: String, Sendable {
        case counter, gauge, histogram, summary
    }

    /// The media type.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// What was written.
    private(set) var text = ""

    /// Begins a metric.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String?) {
        if let help { text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n" }
        text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    /// A value of the metric that was begun.
    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(Self.number(value))\n"
    }

    /// A metric with one value.
    mutating func metric(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        sample(name, [], value)
    }

    /// A number as Go's `ParseFloat` reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { String($0) } ?? String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += #"\\"#
            case "\n": result += #"\n"#
            case "\"" where quotes: result += #"\""#
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
