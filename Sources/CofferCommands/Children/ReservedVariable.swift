// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Variables that decide what runs, or what a shell, a loader or a language does before it runs anything.
///
/// A secret in one of them breaks the child at best; at worst whoever may write the secret runs what he likes.
enum ReservedVariable {
    private static let names: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "TERM", "LANG", "TMPDIR", "IFS", "ENV", "BASH_ENV",
        "BASHOPTS", "SHELLOPTS", "PS4", "PROMPT_COMMAND", "CDPATH", "GLOBIGNORE", "ZDOTDIR", "EDITOR", "VISUAL",
        "PAGER",
        "NODE_OPTIONS", "NODE_PATH", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PERL5LIB", "PERL5OPT", "RUBYLIB",
        "RUBYOPT", "CLASSPATH", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "GCONV_PATH", "HOSTALIASES", "LOCPATH", "NLSPATH",
        "RESOLV_HOST_CONF", "SSH_ASKPASS", "PS0", "PS1", "PS2", "JDK_JAVA_OPTIONS", "DOTNET_STARTUP_HOOKS",
        "OPENSSL_CONF", "OPENSSL_MODULES", "GLIBC_TUNABLES", "MAKEFLAGS", "RUSTC_WRAPPER", "LESSOPEN", "LESSCLOSE",
        "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL",
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ]

    private static let prefixes = [
        "LD_", "DYLD_", "LC_", "XDG_", "COFFER_", "GIT_", "NPM_CONFIG_", "BASH_FUNC_", "MALLOC_",
    ]

    /// Whether a variable is one of them; case counts for none, as proxies are read in both.
    static func contains(_ name: String) -> Bool {
        let name = name.uppercased()
        return names.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }
}
