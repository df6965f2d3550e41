internal import Glibc

/// Whose signatures on a server's certificate are trusted.
enum CertificateBundle {
    /// Where distributions keep the certificates of authorities: Debian and Ubuntu, RHEL and Fedora, SUSE.
    private static let places = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
    ]

    /// The file that the environment names in the variables of OpenSSL, curl or AWS, else the system's; nil where there is none, and
    /// libcurl's own default holds. A libcurl that was built for one distribution looks in that one's place alone.
    static func path(
        environment: (String) -> String? = { getenv($0).map { String(cString: $0) } },
        exists: (String) -> Bool = { access($0, R_OK) == 0 }
    ) -> String? {
        let named = ["AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"].lazy.compactMap(environment)
        return named.first { !$0.isEmpty } ?? places.first(where: exists)
    }
}
