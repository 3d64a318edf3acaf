// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CoreMetrics
import Synchronization

/// Keeps what Coffer measures, so that it can be read over the socket; what libraries measure is not kept.
///
/// Labels are those that docs/integrating.md names: providers, outcomes and classes, and no path. There are few of them; a bound keeps it so.
package final class MetricsRegistry: MetricsFactory {
    private struct Label: Hashable {
        let name: String
        let value: String
    }

    private struct Key: Hashable {
        let name: String
        let labels: [Label]
    }

    /// How many series there are at most: 2,000.
    private static let capacity = 2_000

    /// What Prometheus shows beside a metric; the table of docs/integrating.md.
    private static let help = [
        "coffer_refreshes_total": "Refreshes that were called for.",
        "coffer_refresh_failures_total": "Refreshes that failed, by the class of the failure.",
        "coffer_refresh_duration_seconds": "From the wait for its turn to the commit.",
        "coffer_refresh_seconds_to_expiry": "How long tokens live when a refresh ends.",
        "coffer_handout_seconds_to_expiry": "How long tokens live when they are handed out anew.",
        "coffer_refresh_queue_depth": "Refreshes that wait for their turn.",
        "coffer_watch_waiting": "Connections that are due and not begun with.",
        "coffer_limiter_wait_seconds": "Waits for a provider's rate limit.",
        "coffer_limiter_shared": "Whether limits are kept together with other processes.",
        "coffer_limiter_refusals_total": "Too many requests (429) that came nevertheless.",
    ]

    private let state = Mutex<[Key: MetricSeries]>([:])

    /// Begins with nothing.
    package init() {}

    /// Has everything in this process that measures measure here; once in a process.
    package func install() {
        MetricsSystem.bootstrap(self)
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard let series = found(label, dimensions, .counter) else { return NOOPMetricsHandler.instance }
        return series
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let kind = aggregate ? MetricText.Kind.summary : .gauge
        guard let series = found(label, dimensions, kind) else { return NOOPMetricsHandler.instance }
        return series
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard let series = found(label, dimensions, .histogram) else { return NOOPMetricsHandler.instance }
        return series
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// Writes every series, by name and labels.
    func write(to text: inout MetricText) {
        let all = state.withLock { $0 }
        for (name, members) in Dictionary(grouping: all, by: { $0.key.name }).sorted(by: { $0.key < $1.key }) {
            guard let kind = members.first?.value.kind else { continue }
            text.begin(name, kind, Self.help[name])
            for (key, series) in members.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
                Self.write(name, key.labels.map { ($0.name, $0.value) }, series, to: &text)
            }
        }
    }

    private func found(_ name: String, _ dimensions: [(String, String)], _ kind: MetricText.Kind) -> MetricSeries? {
        guard name.hasPrefix("coffer_") else { return nil }
        let key = Key(name: name, labels: dimensions.map { Label(name: $0.0, value: $0.1) })
        return state.withLock { state in
            if let known = state[key] { return known.kind == kind ? known : nil }
            guard state.count < Self.capacity else { return nil }
            let made = MetricSeries(kind)
            state[key] = made
            return made
        }
    }

    private static func order(_ key: Key) -> String { key.labels.map(\.value).joined(separator: "\u{0}") }

    private static func write(
        _ name: String, _ labels: [(String, String)], _ series: MetricSeries, to text: inout MetricText
    ) {
        let values = series.values
        switch series.kind {
        case .counter: text.sample(name, labels, Double(values.count))
        case .gauge: text.sample(name, labels, values.last)
        case .histogram:
            for (bound, count) in zip(MetricSeries.bounds, values.below) {
                text.sample("\(name)_bucket", labels + [("le", MetricText.number(bound))], Double(count))
            }
            text.sample("\(name)_bucket", labels + [("le", "+Inf")], Double(values.count))
            fallthrough
        case .summary:
            text.sample("\(name)_sum", labels, values.sum)
            text.sample("\(name)_count", labels, Double(values.count))
        }
    }
}
