// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
import CofferVault

/// A newer description for an app, beside the one that is pinned: what a person sees before they say yes.
///
/// It is of one version of the app's entry. If another process writes that meanwhile, nothing is updated.
package struct AppUpdate: Sendable {
    /// The app's path.
    package let path: CredentialPath
    /// The description that is pinned.
    package let pinned: ProviderDescription
    /// The description that would be.
    package let proposed: ProviderDescription
    /// Whether hosts may have private addresses, as it is pinned.
    package let allowedPrivateNetwork: Bool
    /// Whether they might.
    package let allowsPrivateNetwork: Bool
    /// The entry that was read.
    let entry: Entry
    /// The record that would be written.
    let record: AppRecord

    /// Whether there is anything to change.
    package var changesAnything: Bool { pinned != proposed || allowedPrivateNetwork != allowsPrivateNetwork }
}
